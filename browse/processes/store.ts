/**
 * `browse __store`: the log database in processes of its own, so that no query and no disk ever holds up a command.
 * `write PATH` keeps the file and ends with its input; `read PATH` answers questions and is ended at any moment.
 * One JSON object a line, both ways.
 */
import { statSync } from 'node:fs';
import { clock } from '../adapters/node/clock.ts';
import { inputLines } from '../adapters/node/input-lines.ts';
import { isDamaged } from '../adapters/sqlite/damage.ts';
import { SqliteReader } from '../adapters/sqlite/reader.ts';
import { SqliteWriter } from '../adapters/sqlite/writer.ts';
import { BadPattern } from '../domain/traffic/filter.ts';
import type { EventRow, RequestRow } from '../domain/traffic/entry.ts';
import { SqlRefusal, answer } from '../domain/traffic/ports.ts';
import type { Batch, LogQuestion, TrafficWriter } from '../domain/traffic/ports.ts';
import { limitsOf } from '../domain/traffic/retention.ts';
import { createRedactor } from '../domain/traffic/redact.ts';
import type { Redactor } from '../domain/traffic/redact.ts';
import { diskReason, isFaultOfRow } from '../domain/messages/store.ts';
import type { ReadReply, WriteReply, WriteRequest } from '../domain/messages/store.ts';

/** `write` or `read`, then the path of the database. */
export async function main(argv: readonly string[]): Promise<void> {
  process.umask(0o077);
  // They are for the daemon, which ends this process by its input.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  // Nobody reads any more: the end of the input follows.
  process.stdout.on('error', () => {});
  const [what, path = ''] = argv;
  if (what === 'write') await write(path);
  else await read(path);
  process.exit(0);
}

async function write(path: string): Promise<void> {
  const redactor = createRedactor((process.env['BROWSE_REDACT'] ?? '').split(','));
  const say = (reply: WriteReply): void => void process.stdout.write(`${JSON.stringify(reply)}\n`);
  let limits = limitsOf();
  let writer: SqliteWriter | null = null;
  const opened = (): SqliteWriter => {
    writer ??= new SqliteWriter(path, {
      now: clock.now,
      note: (note) => say({ note }),
      get limits() {
        return limits;
      },
    });
    return writer;
  };
  let run = 0;
  let numbered = -1;
  const carryOut = (request: WriteRequest, again = false): WriteReply | null => {
    if (request.do === 'learn') {
      redactor.learn(request.value, request.partly);
      return null;
    }
    if (request.do === 'keep') {
      limits = request.limits;
      try {
        writer?.clean();
      } catch {
        // What the disk refuses is said with the next row.
      }
      return null;
    }
    const { n } = request;
    try {
      const store = opened();
      const beginning = (): WriteReply => ({ n, next: { ...store.next(), file: numbered } });
      // A file of somebody else's may have numbers that we gave: then ours are given anew before anything is put.
      if (store.generation() !== numbered) {
        if (run === 0) store.abandon('its daemon ended');
        if (run === 0) store.clean();
        run += 1;
        numbered = store.generation();
        return beginning();
      }
      switch (request.do) {
        case 'hello':
          return beginning();
        case 'put':
          if (request.file !== numbered) return beginning();
          return { n, aside: putAll(store, request.batch, redactor) };
        case 'clear':
          return { n, count: store.clear(request.what) };
        case 'reopen':
          return { n, count: store.reopen() };
        case 'mend':
          store.check();
          return { n, count: 0 };
      }
    } catch (error) {
      // The next file is another one, of which the daemon is told first.
      if (!again && writer?.setAsideIfDamaged(error) === true) return carryOut(request, true);
      return { n, trouble: diskReason(error) };
    }
  };
  for await (const line of inputLines(process.stdin)) {
    const reply = carryOut(JSON.parse(line) as WriteRequest);
    if (reply !== null) say(reply);
  }
  (writer as SqliteWriter | null)?.close();
}

/** Puts a batch, and without the rows that cannot be written for what they are. Gives those, in words. Fails with what the disk refuses. */
function putAll(store: TrafficWriter, { requests, events }: Batch, redactor: Redactor): readonly string[] {
  const aside: string[] = [];
  const able = <Row extends { readonly id: number }>(rows: readonly Row[], make: (row: Row) => void): void => {
    for (const row of rows) {
      try {
        make(row);
      } catch (error) {
        if (!isFaultOfRow(error)) throw error;
        aside.push(`${'method' in row ? 'request' : 'event'} ${row.id} (${(error as Error).message.slice(0, 200)})`);
      }
    }
  };
  const clean: { requests: RequestRow[]; events: EventRow[] } = { requests: [], events: [] };
  able(requests, (row) => clean.requests.push(redactor.request(row)));
  able(events, (row) => clean.events.push(redactor.event(row)));
  try {
    store.put(clean);
  } catch (error) {
    if (!isFaultOfRow(error)) throw error;
    able(clean.requests, (row) => store.put({ requests: [row], events: [] }));
    able(clean.events, (row) => store.put({ requests: [], events: [row] }));
  }
  return aside;
}

async function read(path: string): Promise<void> {
  let reader: SqliteReader | null = null;
  let inode: number | null = null;
  for await (const line of inputLines(process.stdin)) {
    const { n, question } = JSON.parse(line) as { n: number; question: LogQuestion };
    let reply: ReadReply;
    try {
      // Another file under the same name is another database.
      const now = statSync(path, { throwIfNoEntry: false })?.ino ?? null;
      if (now !== inode) reader = null;
      inode = now;
      reader ??= new SqliteReader(path);
      reply = { n, answer: answer(reader, question) };
    } catch (error) {
      reply = {
        n,
        refused: error instanceof SqlRefusal || error instanceof BadPattern ? 'question' : isDamaged(error) ? 'damaged' : 'file',
        reason: diskReason(error),
      };
    }
    await new Promise<void>((resolve) => process.stdout.write(`${JSON.stringify(reply)}\n`, () => resolve()));
  }
}
