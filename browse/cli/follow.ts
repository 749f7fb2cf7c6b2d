/**
 * `browse logs -f`: asks again and again for what has come since, until Ctrl-C or until nobody reads. Prints a request once it
 * has ended.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { logLine } from '../commands/logs.ts';
import type { LogLine } from '../commands/logs.ts';
import type { ArgvReply } from '../protocol/wire.ts';
import { BrowseError } from '../protocol/errors.ts';
import { print } from './exit.ts';

/** Milliseconds between two questions. */
const BEAT = 300;
/** Rows that are printed before the first that is new, unless --limit says otherwise. */
const BEFORE = 20;

const LAST = 'SELECT (SELECT coalesce(max(id), 0) FROM requests) AS request, (SELECT coalesce(max(id), 0) FROM events) AS event';

type Ask = (argv: readonly string[]) => Promise<ArgvReply | { readonly interrupted: string }>;

/** Resolves with the answer that ended it: a failure, an interruption, or the last one that somebody read. */
export async function follow(argv: readonly string[], ask: Ask, interrupt: AbortSignal): Promise<Awaited<ReturnType<Ask>>> {
  const json = argv.includes('--json');
  const plain = json || argv.includes('--no-fence');
  const words = argv.filter((word) => word !== '-f' && word !== '--follow' && word !== '--json');
  const limited = words.some((word) => /^--limit(=|$)/.test(word));
  const printed = new Set<number>();
  const last = await ask(['logs', 'sql', LAST, '--json']);
  if ('interrupted' in last || last.exit !== 0) return last;
  let [seen = { request: 0, event: 0 }] = JSON.parse(last.stdout) as readonly Seen[];
  for (let first = true; ; first = false) {
    const more = first ? (limited ? [] : ['--limit', String(BEFORE)]) : ['--after', `${seen.request}.${seen.event}`, '--limit', '1000'];
    const own = first ? words : withoutLimit(words);
    const reply = await ask([...own, '--json', ...more]);
    if ('interrupted' in reply || reply.exit !== 0) return reply;
    const lines = JSON.parse(reply.stdout) as readonly LogLine[];
    const fresh = lines.filter((line) => !('request' in line) || (line.request.state !== 'pending' && !printed.has(line.request.id)));
    for (const line of fresh) if ('request' in line) printed.add(line.request.id);
    seen = seenOf(lines, seen);
    for (const id of printed) if (id <= seen.request) printed.delete(id);
    if (fresh.length > 0 && !show(fresh, json, plain)) return { ...reply, stdout: '' };
    await pause(BEAT, undefined, { signal: interrupt }).catch(() => {});
    if (interrupt.aborted) return { interrupted: 'ran, and was cut off' };
  }
}

/** The last row of each kind behind which everything is still to come. */
type Seen = { readonly request: number; readonly event: number };

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

/** Whether somebody still reads. Fails with `file-unwritable`. */
function show(lines: readonly LogLine[], json: boolean, plain: boolean): boolean {
  const text = lines.map((line) => `${json ? JSON.stringify(line) : logLine(line)}\n`).join('');
  const nonce = crypto.randomUUID().replaceAll('-', '').slice(0, 12);
  const written = print(1, plain ? text : `<<<browse-page ${nonce} logs\n${text}>>>browse-page ${nonce}\n`);
  if (typeof written === 'object') throw new BrowseError('file-unwritable', { path: 'stdout', reason: written.reason });
  return written === 'whole';
}
