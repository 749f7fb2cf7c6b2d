/** Who asked for a daemon's begin or end: for whoever watches it, and for its log. Read from others' files, so believed only as far as it is plain. */
import { isObject } from '../base/json.ts';
import { commandIndex } from './globals.ts';

/** The client that asked for something: who started a daemon, who stopped it. No word of a command but its name and flags. */
export type ClientIdentity = {
  readonly pid: number;
  /** Such as `pts/3`; null without a terminal. */
  readonly tty: string | null;
  /** `browse restart --restore`. */
  readonly command: string;
};

/** The client in what another process wrote; null when it is none. */
export function clientIdentityFrom(value: unknown): ClientIdentity | null {
  if (!isObject(value)) return null;
  const { pid, tty, command } = value;
  const well =
    Number.isSafeInteger(pid) &&
    (tty === null || (typeof tty === 'string' && /^[\w/.-]{1,40}$/.test(tty))) &&
    typeof command === 'string' &&
    /^[\w -]{1,120}$/.test(command);
  return well ? { pid: pid as number, tty: tty as string | null, command } : null;
}

/** Why a daemon ended. `lost`: its record was gone or named another. */
export type EndReason = (typeof REASONS)[number];
const REASONS = ['asked', 'idle', 'signal', 'lost', 'once'] as const;

/** The daemon's own life: their words hold no secret, so the flags are told too. */
const LIFE: readonly string[] = ['start', 'stop', 'restart', 'refresh', 'daemon', 'up'];

/** What is told of a command line: its command, and of one that changes the daemon the flags, without their values. */
export function commandOfClient(argv: readonly string[]): string {
  const at = commandIndex(argv);
  const word = argv[at] ?? '';
  if (!/^[a-z][a-z-]{0,30}$/.test(word)) return 'browse';
  if (!LIFE.includes(word)) return `browse ${word}`;
  const flags = argv.flatMap((each) => /^--[a-z-]{1,30}(?==|$)/.exec(each)?.[0] ?? []);
  const verb = word === 'daemon' ? (argv.slice(at + 1).find((each) => LIFE.includes(each)) ?? null) : null;
  return ['browse', word, ...(verb === null ? [] : [verb]), ...flags].join(' ').slice(0, 120);
}

/** `pid 4242 on pts/3: browse restart`. */
export function clientIdentityText({ pid, tty, command }: ClientIdentity): string {
  return `pid ${pid}${tty === null ? '' : ` on ${tty}`}: ${command}`;
}

/** The last word of a daemon, for who asks later what became of it; one that was killed leaves none. */
export type LastEnd = {
  readonly nonce: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly at: string;
  readonly reason: EndReason;
  /** Who asked; null when nobody said. */
  readonly by: ClientIdentity | null;
};

/** The last word in a file's text; null when it is none. */
export function parseLastEnd(text: string): LastEnd | null {
  try {
    const value = JSON.parse(text) as LastEnd;
    const { nonce, pid, at, reason } = value;
    if (typeof nonce !== 'string' || !Number.isSafeInteger(pid) || Number.isNaN(Date.parse(at)) || !REASONS.includes(reason)) return null;
    return { nonce, pid, at, reason, by: clientIdentityFrom(value.by) };
  } catch {
    return null;
  }
}
