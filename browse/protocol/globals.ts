/**
 * The flags every command takes, before or after its name, and the little that the thin client must know of a command line.
 * On the client's fast path: data and string scans only.
 */
import { flagOf } from './args.ts';
import type { Flags, InputOf } from './args.ts';

/** Declared once; the daemon's program and the client's scans read the same rows. */
export const GLOBAL_FLAGS = {
  session: {
    type: 'string',
    value: 'NAME',
    summary: 'the session to use (also -s=NAME, BROWSE_SESSION); default: the project of the folder you are in',
  },
  browser: { type: 'string', value: 'PORT', summary: 'the browser of the pool to use; "default" is the one that needs no asking' },
  tab: { type: 'integer', value: 'ID', least: 1, summary: "the tab to use; default: the session's current one" },
  on: { type: 'string', value: 'URL-GLOB', summary: 'only if the tab is at such a URL; else nothing is done (exit 3)' },
  json: { type: 'boolean', summary: 'print the result as JSON' },
  timeout: { type: 'milliseconds', value: 'MS', summary: 'give up after this long (default 30000; actions 5000)' },
  quiet: { type: 'boolean', summary: 'print data only' },
  noDaemon: { type: 'boolean', summary: 'run in a private daemon that ends with the command' },
  noAutostart: { type: 'boolean', summary: 'do not start a daemon; without one, run as with --no-daemon' },
  headed: { type: 'boolean', summary: 'show the browser window (only when it starts)' },
  maxChars: {
    type: 'integer',
    value: 'N',
    least: 1,
    summary: 'cut page text after N characters (default 40000 unless a terminal); with --json rows and texts',
  },
  from: { type: 'integer', value: 'N', summary: 'start page text at character N' },
  noFence: { type: 'boolean', summary: 'print page text without its fence' },
  timing: { type: 'boolean', summary: 'print how long each phase took' },
  help: { type: 'boolean', short: 'h', summary: 'help for the command' },
  version: { type: 'boolean', summary: 'the version' },
} as const satisfies Flags;

export type Globals = InputOf<Record<never, never>, typeof GLOBAL_FLAGS>;

/** Where the command's name stands in `argv`: behind global flags. -1 when there is none. */
export function commandIndex(argv: readonly string[]): number {
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    if (word === '--') return at + 1 < argv.length ? at + 1 : -1;
    if (!word.startsWith('-') || word === '-') return at;
    const found = flagOf(GLOBAL_FLAGS, word);
    if (found && found.flag.type !== 'boolean' && !found.inline) at++;
  }
  return -1;
}

/** The command's first word, or null for none. */
export function commandWord(argv: readonly string[]): string | null {
  return argv[commandIndex(argv)] ?? null;
}

/** Commands that read stdin, whatever their operands. A contract test holds this equal to the registry. */
export const STDIN_ALWAYS: readonly string[] = ['chain', 'batch'];
/** Commands that read stdin when an operand is `-`. */
export const STDIN_DASH: readonly string[] = ['js', 'eval', 'fill', 'credentials'];

/** Commands that run programs of the caller's, in all of his environment. A contract test holds this equal to the registry. */
export const WHOLE_ENVIRONMENT: readonly string[] = ['run', 'test', 'refresh-auth'];

/** Whether the command line wants the caller's stdin; every other command leaves it to the caller's loop. */
export function readsStdin(argv: readonly string[]): boolean {
  const at = commandIndex(argv);
  const word = argv[at];
  if (word === undefined) return false;
  return STDIN_ALWAYS.includes(word) || (STDIN_DASH.includes(word) && argv.indexOf('-', at + 1) !== -1);
}
