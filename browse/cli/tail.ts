/** The log as it grows: asks for what has come since the last time. A request is given once, when it has ended. */
import type { LogLine } from '../commands/logs.ts';
import type { ArgvReply } from '../protocol/wire.ts';

/** How a question ended. */
export type Asked = ArgvReply | { readonly interrupted: string };
/** Puts a command line to the daemon. */
export type Ask = (argv: readonly string[]) => Promise<Asked>;

/** Rows that are given before the first that is new, unless --limit says otherwise. */
const BEFORE = 20;
/** Rows of one answer. */
const MOST = 1000;

/** Behind the very beginning. With --after a question leaves no row in the log itself. */
const BEGINNING = ['--after', '0.0'];
/** The newest row of each kind, whosever it is. */
const NEWEST = ['logs', '--all-sessions', '--json', ...BEGINNING, '--limit', '1'];
const KINDS = [
  ['--source', 'network'],
  ['--source', 'console', '--source', 'app', '--source', 'command', '--source', 'daemon'],
];

/** The last row of each kind behind which everything is still to come. */
type Seen = { readonly request: number; readonly event: number };

export class Tail {
  readonly #words: readonly string[];
  readonly #before: number;
  readonly #given = new Set<number>();
  #seen: Seen | null = null;

  /** `words`: a command line of `logs`, without --json and -f. */
  constructor(words: readonly string[], before = BEFORE) {
    this.#words = words;
    this.#before = before;
  }

  /** The rows that are new, or the answer that was none. */
  async next(ask: Ask): Promise<{ readonly lines: readonly LogLine[]; readonly reply: Asked }> {
    const first = this.#seen === null;
    if (this.#seen === null) {
      const newest: LogLine[] = [];
      for (const kind of KINDS) {
        const reply = await ask([...NEWEST, ...kind]);
        if (!answered(reply)) return { lines: [], reply };
        newest.push(...linesOf(reply));
      }
      // One that has not ended is asked for again.
      this.#seen = seenOf(newest, { request: 0, event: 0 });
    }
    const limited = this.#words.some((word) => /^--limit(=|$)/.test(word));
    const { request, event } = this.#seen;
    const more = first
      ? [...BEGINNING, ...(limited ? [] : ['--limit', String(this.#before)])]
      : ['--after', `${request}.${event}`, '--limit', String(MOST)];
    const reply = await ask([...(first ? this.#words : withoutLimit(this.#words)), '--json', ...more]);
    if (!answered(reply)) return { lines: [], reply };
    const lines = linesOf(reply);
    const fresh = lines.filter((line) => !('request' in line) || (line.request.state !== 'pending' && !this.#given.has(line.request.id)));
    for (const line of fresh) if ('request' in line) this.#given.add(line.request.id);
    this.#seen = seenOf(lines, this.#seen);
    for (const id of this.#given) if (id <= this.#seen.request) this.#given.delete(id);
    return { lines: fresh, reply };
  }
}

const linesOf = ({ stdout }: ArgvReply): readonly LogLine[] => JSON.parse(stdout) as readonly LogLine[];

/** Whether a question was answered. */
export function answered(reply: Asked): reply is ArgvReply {
  return !('interrupted' in reply) && reply.exit === 0;
}

/** A request that has not ended is asked for again, with all behind it. */
function seenOf(lines: readonly LogLine[], before: Seen): Seen {
  const requests = lines.flatMap((line) => ('request' in line ? [line.request] : []));
  const pending = requests.filter(({ state }) => state === 'pending').map(({ id }) => id - 1);
  const all = requests.map(({ id }) => id);
  return {
    request: pending.length > 0 ? Math.min(...pending) : Math.max(before.request, ...all),
    event: Math.max(before.event, ...lines.flatMap((line) => ('event' in line ? [line.event.id] : []))),
  };
}

function withoutLimit(words: readonly string[]): readonly string[] {
  return words.filter((word, at) => !/^--limit(=|$)/.test(word) && words[at - 1] !== '--limit');
}
