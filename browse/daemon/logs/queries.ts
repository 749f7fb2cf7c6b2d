/**
 * Asks the reading side of the store. One reader stays warm for the questions of commands; SQL of the user's own gets one
 * to itself. A reader that is late is ended, for nothing else interrupts a query.
 */
import type { Answers, LogQuestion } from '../../domain/traffic/ports.ts';
import { BrowseError, fail } from '../../protocol/errors.ts';
import { atMost } from '../../domain/timeouts.ts';
import { ChildExited } from './child-client.ts';
import type { ChildClient } from './child-client.ts';
import type { ReadReply } from '../../domain/messages/store.ts';
import type { Clock } from '../../domain/ports/machine.ts';

/** Milliseconds after which a reader that nobody asks ends. */
const IDLE = 30_000;

/** The file is damaged, by a reader's word. */
class Damaged extends BrowseError {
  constructor(reason: string) {
    super('log-unavailable', { reason });
  }
}

export class LogQueries {
  readonly #start: () => ChildClient<ReadReply>;
  readonly #clock: Clock;
  readonly #mend: () => Promise<unknown>;
  #warm: ChildClient<ReadReply> | null = null;
  #idle: NodeJS.Timeout | null = null;
  readonly #open = new Set<ChildClient<ReadReply>>();

  /** `mend` has the file looked through by its writer, who replaces one that is damaged. */
  constructor(start: () => ChildClient<ReadReply>, clock: Clock, mend: () => Promise<unknown> = async () => {}) {
    this.#start = start;
    this.#clock = clock;
    this.#mend = mend;
  }

  /** Fails with `query-refused`, `query-late`, `log-unavailable`, `interrupted`. */
  async ask<Q extends LogQuestion>(question: Q, ms: number, signal: AbortSignal): Promise<Answers[Q['ask']]> {
    const own = question.ask === 'sql';
    for (let attempt = 0; ; attempt += 1) {
      const line = own ? this.#begin() : this.#warmOne();
      try {
        return (await this.#answerOf(line, question, ms, signal)) as Answers[Q['ask']];
      } catch (error) {
        if (error instanceof Damaged && attempt === 0) {
          await atMost(this.#clock, ms, this.#mend()).catch(() => {});
          continue;
        }
        // The warm one may just have ended, by us or by its idleness.
        if (!(error instanceof ChildExited) || attempt > 0) throw error instanceof BrowseError ? error : refusal(error);
      } finally {
        if (own) this.#drop(line);
      }
    }
  }

  /** Ends every reader; tells how many there were. */
  end(): number {
    const open = [...this.#open];
    for (const line of open) this.#drop(line);
    if (this.#idle) clearTimeout(this.#idle);
    return open.length;
  }

  #begin(): ChildClient<ReadReply> {
    const line = this.#start();
    this.#open.add(line);
    return line;
  }

  #warmOne(): ChildClient<ReadReply> {
    if (this.#warm === null || this.#warm.over) this.#warm = this.#begin();
    if (this.#idle) clearTimeout(this.#idle);
    const line = this.#warm;
    this.#idle = setTimeout(() => this.#drop(line), IDLE);
    this.#idle.unref();
    return line;
  }

  #drop(line: ChildClient<ReadReply>): void {
    this.#open.delete(line);
    if (this.#warm === line) this.#warm = null;
    line.kill();
  }

  async #answerOf(line: ChildClient<ReadReply>, question: LogQuestion, ms: number, signal: AbortSignal): Promise<unknown> {
    const over = new AbortController();
    const late = this.#clock.sleep(ms, AbortSignal.any([over.signal, signal])).then((): never => {
      if (over.signal.aborted) throw new ChildExited('answered');
      // Whoever else waits for this reader asks again, of the next one.
      this.#drop(line);
      if (signal.aborted) return fail('interrupted', { command: 'the query', outcome: 'did not run' });
      return fail('query-late', { ms: Math.round(ms) });
    });
    late.catch(() => {});
    try {
      const reply = await Promise.race([line.ask((n) => ({ n, question })), late]);
      if ('answer' in reply) return reply.answer;
      // Another file may be there by now.
      this.#drop(line);
      if (reply.refused === 'question') return fail('query-refused', { reason: reply.reason });
      throw reply.refused === 'damaged' ? new Damaged(reply.reason) : new BrowseError('log-unavailable', { reason: reply.reason });
    } finally {
      over.abort();
    }
  }
}

function refusal(error: unknown): BrowseError {
  return new BrowseError('log-unavailable', { reason: error instanceof Error ? error.message : String(error) });
}
