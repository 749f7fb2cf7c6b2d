/**
 * What a command came to → stdout, stderr and exit status. stdout is data, stderr is talk.
 * The fence, the cap, `(tab 2)` and JSON are made here and nowhere else.
 */
import { manyLines, quoted, surrogateSafe, wholeLine } from '../../base/escape.ts';
import { printableUrl, shownUrl } from '../../domain/traffic/printable-url.ts';
import { shellQuote } from '../../base/words.ts';
import type { Command, Facts, Scope } from '../../protocol/command.ts';
import { errorLine } from '../../protocol/errors.ts';
import type { ErrorBody, ExitStatus } from '../../protocol/errors.ts';
import type { Globals } from '../../protocol/globals.ts';
import { frameTitle } from '../../domain/tabs/frame.ts';
import type { FrameFacts } from '../../domain/tabs/frame.ts';
import type { Notice } from '../../domain/tabs/tab.ts';
import { noticeText } from '../../domain/tabs/notice-text.ts';
import { jsonWithin } from './json-answer.ts';

/** Page text longer than this is cut unless the caller is a terminal or says how much. */
const MAX_CHARS = 40_000;

/** A command that ended well. */
export type CommandOutcome = {
  readonly value: unknown;
  readonly text: string;
  /** A line of ours under it, outside of the fence. With no text it stands alone. */
  readonly below: string | null;
  /** A dialog cut it short: there is no result, only what was begun. */
  readonly met: boolean;
  /** Null for a command that has none. */
  readonly place: {
    readonly session: string;
    readonly tab: number;
    readonly url: string;
    readonly current: boolean;
    /** Where commands without an element work; null for the main frame. */
    readonly frame: FrameFacts | null;
  } | null;
  readonly notices: readonly Notice[];
  /** Not 0 for a chain that stopped: its answer is told, and it has failed. */
  readonly failure: ErrorBody | null;
};

/** What `run` of a command came to. */
export type CommandOutput = Pick<CommandOutcome, 'value' | 'text' | 'below' | 'met'>;

/** Its result, told. */
export function outputOf<C>(command: Command<C>, result: unknown): CommandOutput {
  return {
    value: command.json ? command.json(result) : result,
    text: command.text(result),
    below: command.below?.(result) ?? null,
    met: false,
  };
}

/** What decides how an answer looks. */
export type ReplyStyle = {
  readonly command: Facts | null;
  readonly globals: Globals;
  readonly argv: readonly string[];
  readonly tty: boolean;
  readonly random: (length: number) => string;
};

export type Printed = { readonly exit: ExitStatus; readonly stdout: string; readonly stderr: string; readonly error?: ErrorBody };

const lines = (parts: readonly string[]): string => parts.map((part) => `${part}\n`).join('');

/** The result value as every consumer but a terminal sees it: with its session, tab and what happened beside it. */
export function valueOf(done: CommandOutcome, scope: Scope | undefined): unknown {
  const { place } = done;
  // The address that a command of the daemon gives out is a door of ours, with its key.
  const value = shown(done.value, scope !== 'daemon');
  const notices = done.notices.flatMap((notice) =>
    notice.kind === 'session' ? [] : [notice.kind === 'tab' ? { ...notice, url: printableUrl(notice.url) } : notice],
  );
  if (place === null) return value;
  // A list is a list: its rows say themselves where they belong.
  if (Array.isArray(value)) return value;
  const own = typeof value === 'object' && value !== null ? value : { value };
  return {
    ...own,
    session: place.session,
    tab: 'tab' in own ? own.tab : place.tab,
    ...(place.frame && { frame: place.frame }),
    ...(notices.length === 0 ? {} : { notices }),
  };
}

/** Addresses of tabs as they are printed: without what may be a secret. What a page itself was asked for stays as it is. */
function shown(value: unknown, own = true): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { url, tabs } = value as { readonly url?: unknown; readonly tabs?: unknown };
  return {
    ...value,
    ...(own && typeof url === 'string' ? { url: printableUrl(url) } : {}),
    ...(Array.isArray(tabs) ? { tabs: tabs.map((tab) => shown(tab)) } : {}),
  };
}

/** Prints an answer. */
export function printOutcome(done: CommandOutcome, style: ReplyStyle): Printed {
  const printed = answer(done, style);
  if (done.failure === null) return printed;
  return { ...printed, exit: done.failure.exit, error: done.failure };
}

function answer(done: CommandOutcome, style: ReplyStyle): Printed {
  const { command, globals } = style;
  if (globals.json) {
    const { text, note } = jsonWithin(valueOf(done, command?.scope), globals.maxChars, globals.from);
    return { exit: 0, stdout: `${text}\n`, stderr: note === null || globals.quiet ? '' : `${note}\n` };
  }
  const data = !done.met && (command?.prints ?? (command?.effect === 'read' ? 'data' : 'answer')) === 'data';
  const elsewhere = command?.scope === 'tab' ? whereabouts(done) : '';
  // What the act set off belongs to its answer; which session it is, and what is told of it, goes beside every answer.
  const talked = ({ kind }: Notice): boolean => kind === 'session' || kind === 'note';
  const told = done.notices.filter((notice) => !talked(notice)).map(noticeText);
  const made = done.notices.filter(talked).map(noticeText);
  if (!data) {
    if (globals.quiet) return { exit: 0, stdout: '', stderr: '' };
    const [first = '', ...rest] = done.text.split('\n');
    const stdout = lines([...(done.text === '' && elsewhere === '' ? [] : [first + elsewhere, ...rest]), ...told]);
    return { exit: 0, stdout, stderr: lines(made) };
  }
  // A person's terminal obeys what a page writes; a program gets it as it is.
  const { text, note } = cut(style.tty ? manyLines(done.text) : done.text, style);
  const talk = [...(elsewhere === '' ? [] : [elsewhere.trim()]), ...(note === null ? [] : [note]), ...told, ...made];
  const fence = command?.fenced === true && !globals.noFence && !(text === '' && done.below !== null);
  const title = titleIn(done.value);
  const page = fence
    ? fenced(text, done.place?.url ?? '', title, style.random(12))
    : title === null || text === ''
      ? text
      : `title: ${title}\n${text}`;
  const body = done.below === null ? page : `${page}${page === '' ? '' : '\n'}${done.below}`;
  return { exit: 0, stdout: body === '' && command?.scope !== 'tab' ? '' : `${body}\n`, stderr: globals.quiet ? '' : lines(talk) };
}

/** ` (tab 2)`, ` (frame "pay")`: what is not as a caller who says nothing of it would think. */
function whereabouts({ place, value }: CommandOutcome): string {
  const tab = place === null || place.current ? '' : ` (tab ${place.tab})`;
  const said = typeof value === 'object' && value !== null && 'frame' in value;
  return place === null || place.frame === null || said ? tab : `${tab} (frame ${frameTitle(place.frame)})`;
}

/** Prints a failure: one line on stderr, or with --json an object on stdout. */
export function printFailure(error: ErrorBody, globals: Pick<Globals, 'json'>): Printed {
  return globals.json
    ? { exit: error.exit, stdout: `${JSON.stringify({ error })}\n`, stderr: '', error }
    : { exit: error.exit, stdout: '', stderr: `${wholeLine(errorLine(error))}\n`, error };
}

/** The title of what was looked at, where the answer is a look at a page. */
function titleIn(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('snapshot' in value) || !('title' in value)) return null;
  const { title } = value;
  return typeof title !== 'string' || title === '' ? null : quoted(title.length > TITLE_LIMIT ? `${title.slice(0, TITLE_LIMIT)}…` : title);
}
/** Characters of a title. */
const TITLE_LIMIT = 100;

function fenced(text: string, url: string, title: string | null, nonce: string): string {
  return `<<<browse-page ${nonce} ${shownUrl(url)}${title === null ? '' : ` ${title}`}\n${text}\n>>>browse-page ${nonce}`;
}

/** Cuts by whole characters, and says how to get the rest. */
function cut(text: string, { globals, tty, argv }: ReplyStyle): { text: string; note: string | null } {
  const from = globals.from ?? 0;
  const most = globals.maxChars ?? (tty ? Infinity : MAX_CHARS);
  if (from === 0 && text.length <= most) return { text, note: null };
  const end = surrogateSafe(text, Math.min(text.length, from + most));
  const piece = text.slice(surrogateSafe(text, from), end);
  if (end >= text.length) return { text: piece, note: null };
  const words = argv.filter((word, at) => !/^--from(=|$)/.test(word) && argv[at - 1] !== '--from');
  return {
    text: piece,
    note: `(characters ${from}-${end} of ${text.length}; the rest: browse --from ${end} ${words.map(shellQuote).join(' ')})`,
  };
}
