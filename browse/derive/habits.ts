/**
 * Words that users of other tools type, and what they are here. Each is told and not run: what was typed may mean more than we know.
 * Data, and the one rule by which a misspelt word is taken for another.
 */
import { shellQuote } from '../base/words.ts';

/** A command that is none here → the command line that does it. */
const COMMANDS: Readonly<Record<string, string>> = {
  quit: 'browse session close',
  exit: 'browse session close',
  kill: 'browse stop',
  shutdown: 'browse stop',
  record: 'browse help export spec',
  choose: 'browse help select',
  expect: 'browse help wait',
  assert: 'browse help is',
  exists: 'browse help is',
  visit: 'browse help goto',
  navigate_to: 'browse help goto',
  press_key: 'browse help press',
  tap: 'browse help click',
  input: 'browse help fill',
  clear: 'browse help fill',
  source: 'browse html',
  content: 'browse html',
  inspect: 'browse snapshot -i',
  elements: 'browse snapshot -i',
};

/** `set viewport 1280 720` and the like: what is set → the command that sets it. */
const SETTERS: Readonly<Record<string, (words: readonly string[]) => string>> = {
  viewport: ([width = '', height = '']) =>
    /^\d+$/.test(width) && /^\d+$/.test(height) ? `browse viewport ${width}x${height}` : 'browse help viewport',
  useragent: () => 'browse help useragent',
  headers: () => 'browse help header',
  header: () => 'browse help header',
  cookie: () => 'browse help cookie',
  cookies: () => 'browse help cookie',
  offline: () => 'browse help offline',
  credentials: () => 'browse help credentials',
};

/** Flags that are none here, of one command or, by `*`, of any → what does it. */
const FLAGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'screenshot': {
    '--path': 'browse screenshot page.png',
    '--output': 'browse screenshot page.png',
    '--full-page': 'browse screenshot --full',
  },
  'logs': { '--tail': 'browse logs --follow', '-n': 'browse logs --limit 20' },
  'console': { '--level': 'browse console --errors' },
  'network': { '--filter': 'browse help network' },
  '*': { '--profile': 'browse help pool spawn', '--cdp': 'browse help connect', '--headless': 'browse help start' },
};

/** The command line that a command of another tool is here; null where nothing is known. */
export function commandHabit(word: string, rest: readonly string[]): string | null {
  if (word === 'set') return SETTERS[rest[0] ?? '']?.(rest.slice(1)) ?? null;
  return (Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined) ?? locatorHabit(word);
}

/** The command line that a flag of another tool is here; null where nothing is known. */
export function flagHabit(command: string, flag: string): string | null {
  const word = flag.split('=', 1)[0] ?? flag;
  return FLAGS[command]?.[word] ?? FLAGS['*']?.[word] ?? null;
}

/** `getByRole('button', { name: 'Go' })`, as Playwright prints it, typed as if it were a command. */
function locatorHabit(word: string): string | null {
  const found = /^(?:page\.)?getBy(Role|Text|Label|Placeholder|TestId|AltText|Title)\((["'`])(.*?)\2(?:.*?name:\s*(["'`])(.*?)\4)?/.exec(
    word,
  );
  if (found === null) return null;
  const [, kind = '', , text = '', , name] = found;
  const attribute: Readonly<Record<string, string>> = {
    Label: 'aria-label',
    Placeholder: 'placeholder',
    TestId: 'data-testid',
    AltText: 'alt',
    Title: 'title',
  };
  const selector =
    kind === 'Role'
      ? `role=${text}${name === undefined ? '' : `[name=${JSON.stringify(name)}]`}`
      : kind === 'Text'
        ? `text=${text}`
        : `[${attribute[kind] ?? ''}=${JSON.stringify(text)}]`;
  return `browse click ${shellQuote(selector)}`;
}

/** Of `known`, those that are so near that a slip of the hand explains `word`: one letter, from eight letters on two. */
export function nearTo(word: string, known: readonly string[]): readonly string[] {
  const most = word.length >= 8 ? 2 : 1;
  const ranked = known.map((each) => ({ each, far: edits(word, each, most) })).filter(({ far }) => far <= most);
  const least = Math.min(...ranked.map(({ far }) => far));
  return ranked.filter(({ far }) => far === least).map(({ each }) => each);
}

/** Letters that differ, are missing, are too many or have changed places; anything above `most` is as good as `most + 1`. */
function edits(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let [before, row]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let at = 1; at <= one.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= other.length; to += 1) {
      const same = one[at - 1] === other[to - 1] ? 0 : 1;
      let least = Math.min((row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1, (row[to - 1] ?? 0) + same);
      if (at > 1 && to > 1 && one[at - 1] === other[to - 2] && one[at - 2] === other[to - 1])
        least = Math.min(least, (before[to - 2] ?? 0) + 1);
      next.push(least);
    }
    [before, row] = [row, next];
  }
  return row[other.length] ?? most + 1;
}
