/**
 * A session's actions as a test of `@playwright/test`: tabs and popups become variables, a dialog's answer stands before what opens it,
 * values that were not kept are read from the environment. Whatever a page wrote is inside of a literal, or on one line of a comment.
 */
import { originOf } from '../address.ts';
import type { RecordedAction } from './recorded-action.ts';
import { literal, remark } from './literals.ts';
import { statementsOf } from './statements.ts';
import type { Place, Statements } from './statements.ts';
import { Variables } from './variables.ts';

/** What was written. */
export type Spec = {
  readonly text: string;
  /** How many commands are in it. */
  readonly commands: number;
  /** Commands that are not, each with its reason. */
  readonly leftOut: readonly { readonly command: string; readonly reason: string }[];
  /** Variables that it reads. */
  readonly variables: readonly string[];
};

/** What may open a window or a dialog. */
const ACTS = new Set(
  'goto back forward reload newtab click dblclick hover drag fill type press select check uncheck focus upload js eval'.split(' '),
);
const BLANK = 'about:blank';

/** What happened under a action, though it may have been told later. */
type Under = { readonly action: RecordedAction; readonly opened: number[]; readonly answers: string[] };

/** Hands popups and dialogs to the act that opened them, and dialogs their answers. */
function attributed(actions: readonly RecordedAction[], variables: Variables): readonly Under[] {
  const all = actions.map((action): Under => ({ action, opened: [], answers: [] }));
  actions.forEach((action, at) => {
    const acting = all.slice(0, at + 1).findLast((each) => ACTS.has(each.action.command) && each.action.tab === action.tab);
    acting?.opened.push(...action.opened);
    for (const outcome of action.dialogs) {
      const answer = actions.slice(at + 1).find(({ command, tab }) => tab === action.tab && /^dialog-(accept|dismiss)$/.test(command));
      const told = outcome === 'open' ? (answer?.command === 'dialog-accept' ? answer : null) : null;
      if (told === null) acting?.answers.push(outcome === 'accepted' ? 'accept(dialog.defaultValue())' : 'dismiss()');
      else acting?.answers.push(`accept(${answerText(told, variables)})`);
    }
  });
  return all;
}

function answerText({ typed, from }: RecordedAction, variables: Variables): string {
  if (typed === null) return 'dialog.defaultValue()';
  return typed.value === null ? variables.given(typed.marks[0] ?? '', typed.env, originOf(from ?? ''), true) : literal(typed.value);
}

/** One listener for one dialog, which sets up the next: each would hear the first. */
function listener(page: string, answers: readonly string[]): string {
  const [first, ...rest] = answers;
  if (first === undefined) return '';
  if (rest.length === 0) return `${page}.once('dialog', (dialog) => dialog.${first})`;
  return `${page}.once('dialog', (dialog) => (${listener(page, rest)}, dialog.${first}))`;
}

/** The tabs of a session as variables of the test. */
class Pages {
  readonly #names = new Map<number | null, string>();
  /** Those that are where they were. */
  readonly #there = new Set<number | null>();

  /** `made`: the lines that make it, where it is not there yet. */
  of(tab: number | null): { readonly page: string; readonly made: readonly string[] } {
    const known = this.#names.get(tab);
    if (known !== undefined) return { page: known, made: [] };
    const first = this.#names.size === 0;
    const page = this.name(tab, first);
    return { page, made: first ? [] : [`const ${page} = await page.context().newPage();`] };
  }

  name(tab: number | null, first = false): string {
    const name = first ? 'page' : `page${tab ?? ''}`;
    this.#names.set(tab, name);
    return name;
  }

  has(tab: number | null): boolean {
    return this.#names.has(tab);
  }

  /** Whether it is where it was already; from now on it is. */
  enter(tab: number | null): boolean {
    const before = this.#there.has(tab);
    this.#there.add(tab);
    return before;
  }
}

function tabbing({ command, words, tab }: RecordedAction, pages: Pages, given: (text: string) => string): Statements | null {
  const id = (key: string): number => Number(words[key]);
  switch (command) {
    case 'newtab': {
      const before = pages.has(tab) ? [] : pages.of(tab).made;
      const { page, made } = pages.of(id('tab'));
      pages.enter(id('tab'));
      return [...before, ...made, ...(typeof words['url'] === 'string' ? [`await ${page}.goto(${given(words['url'])});`] : [])];
    }
    case 'tab': {
      const { page, made } = pages.of(id('id'));
      return [...made, `await ${page}.bringToFront();`];
    }
    case 'closetab': {
      const { page, made } = pages.of(id('closed'));
      const blank = words['blank'] === true ? pages.of(id('current')).made : [];
      return [...made, `await ${page}.close();`, ...blank];
    }
    case 'dialog-accept':
    case 'dialog-dismiss':
      return [];
    default:
      return null;
  }
}

/** What a test does for one action, with what goes on around it. */
function linesOf({ action, opened, answers }: Under, pages: Pages, variables: Variables, place: Place): Statements {
  const origin = originOf(action.from ?? '');
  const tabs = tabbing(action, pages, (text) => variables.filled(text, origin));
  if (action.words['looked'] === true) return [];
  if (tabs !== null && answers.length + opened.length === 0) return tabs;
  const { page, made } = pages.of(action.tab);
  const said = tabs ?? statementsOf(action, page, (label, env, own) => variables.given(label, env, origin, own), place);
  if ('cannot' in said) return said;
  const away = !pages.enter(action.tab) && action.from !== null && action.from !== BLANK && action.command !== 'goto';
  const there = away ? [`await ${page}.goto(${variables.filled(action.from ?? '', origin)});`] : [];
  opened.forEach((tab) => pages.enter(tab));
  const popups = opened.map((tab) => ({ tab, opening: `opening${tab}` }));
  return [
    ...made,
    ...there,
    ...(answers.length === 0 ? [] : [`${listener(page, answers)};`]),
    ...popups.map(({ opening }) => `const ${opening} = ${page}.waitForEvent('popup');`),
    ...said,
    ...popups.map(({ tab, opening }) => `const ${pages.name(tab)} = await ${opening};`),
  ];
}

/** What a spec is written as. */
export type SpecForm = Place & { readonly language: 'typescript' | 'javascript' | 'commonjs' };

const USUAL: SpecForm = { language: 'typescript', folder: null };

/** Writes the test. `actions` are those of one session, oldest first. */
export function specOf(session: string, actions: readonly RecordedAction[], form: SpecForm = USUAL): Spec {
  const closed = actions.findLastIndex(({ command, words }) => command === 'session close' && words['closed'] === session);
  const own = actions.slice(closed + 1).filter(({ command }) => command !== 'session close');
  const variables = new Variables();
  const pages = new Pages();
  const leftOut: { command: string; reason: string }[] = [];
  let commands = 0;
  const body = attributed(own, variables).flatMap((under) => {
    const said = linesOf(under, pages, variables, form);
    if (!('cannot' in said)) {
      if (said.length > 0 || under.action.command.startsWith('dialog-')) commands += 1;
      return said;
    }
    leftOut.push({ command: under.action.command, reason: said.cannot });
    return [`// Left out: browse ${remark(under.action.command)} (${said.cannot})`];
  });
  const text = [
    `// Exported by browse: what was done in the session ${remark(JSON.stringify(session))}.`,
    ...variables.comments(),
    form.language === 'commonjs'
      ? `const { test, expect } = require('@playwright/test');`
      : `import { test, expect } from '@playwright/test';`,
    '',
    ...variables.helper(form.language === 'typescript'),
    `test(${literal(`session ${session}`)}, async ({ page }) => {`,
    ...body.map((line) => `  ${line}`),
    '});',
    '',
  ].join('\n');
  return { text, commands, leftOut, variables: variables.names() };
}
