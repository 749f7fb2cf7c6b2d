/**
 * A line to a process of the store, or to the one that takes logs: sends requests, pairs the replies, notices its end. Whoever
 * holds it decides whether a new one is started. Knows nothing of rows.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { LineAssembler } from '../../adapters/node/input-lines.ts';
import { program } from '../../adapters/node/program.ts';

/** Bytes of its stderr that are passed on. */
const LAST_WORDS = 4_000;

/** The process ended before it answered. */
export class ChildExited extends Error {
  override readonly name = 'ChildExited';
}

type Waiting<Reply> = { resolve(reply: Reply): void; reject(error: Error): void };

export class ChildClient<Reply extends { readonly n?: number }> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting<Reply>>();
  readonly #ended: Promise<void>;
  #n = 0;
  #over = false;

  /** `words`: which process of ours it is, and what it is told. `aside` hears what answers nothing. */
  constructor(words: readonly string[], env: Readonly<Record<string, string>>, aside: (reply: Reply) => void) {
    const { file, args } = program();
    this.#child = spawn(file, [...args, ...words], { cwd: '/', stdio: ['pipe', 'pipe', 'pipe'], env: { ...env } });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    const over = (): void => {
      this.#over = true;
      for (const { reject } of this.#waiting.values()) reject(new ChildExited('its process ended'));
      this.#waiting.clear();
      resolve();
    };
    this.#child.once('error', over);
    this.#child.once('close', over);
    this.#child.stdin?.on('error', () => {});
    const replies = new LineAssembler();
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      for (const line of replies.push(text)) this.#heard(JSON.parse(line) as Reply, aside);
    });
    // What a runtime says at its end may repeat all that it was given: the daemon's log gets the beginning of it.
    let room = LAST_WORDS;
    this.#child.stderr?.on('data', (text: Buffer) => {
      if (room > 0) process.stderr.write(text.subarray(0, room));
      room -= text.length;
    });
  }

  get over(): boolean {
    return this.#over;
  }

  /** Resolves when the process is gone. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves with the reply; rejects with LineCut. `make` gets the number that pairs them. */
  ask(make: (n: number) => unknown): Promise<Reply> {
    if (this.#over) return Promise.reject(new ChildExited('its process ended'));
    this.#n += 1;
    const n = this.#n;
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    this.#waiting.set(n, { resolve, reject });
    this.send(make(n));
    return promise;
  }

  /** Nothing comes back. */
  send(message: unknown): void {
    if (!this.#over) this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  /** Ends its input; what it was given before is carried out. */
  async end(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }

  /** At once, whatever it does. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #heard(reply: Reply, aside: (reply: Reply) => void): void {
    const waiting = reply.n === undefined ? undefined : this.#waiting.get(reply.n);
    if (!waiting || reply.n === undefined) return aside(reply);
    this.#waiting.delete(reply.n);
    waiting.resolve(reply);
  }
}
