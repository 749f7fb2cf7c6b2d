/** Workers that say what a test has them say: the service of unit tests without a process. */
import type { TestAsk, TestWord } from '../../browse/domain/unit-tests.ts';
import type { Worker, WorkerEnd, WorkerStart, Workers } from '../../browse/domain/workers.ts';

export type FakeTestWorker = Worker & {
  readonly started: WorkerStart;
  readonly asks: TestAsk[];
  /** Milliseconds of grace that it was ended with; null while it lives. */
  readonly grace: number | null;
  say(word: TestWord): void;
  print(text: string): void;
  /** As when somebody else ends it. */
  die(end?: Partial<WorkerEnd>): void;
};

export type FakeTestWorkers = Workers & { readonly all: FakeTestWorker[]; readonly alive: () => readonly FakeTestWorker[] };

/** `answer` says what a worker does with an ask; without an answer it keeps silent. */
export function fakeTestWorkers(answer: (ask: TestAsk, worker: FakeTestWorker) => void): FakeTestWorkers {
  const all: FakeTestWorker[] = [];
  return {
    all,
    alive: () => all.filter(({ grace }) => grace === null),
    start(started) {
      const { promise, resolve } = Promise.withResolvers<WorkerEnd>();
      const listeners: ((message: unknown) => void)[] = [];
      const printers: ((stream: 'stdout' | 'stderr', text: string) => void)[] = [];
      let grace: number | null = null;
      const worker: FakeTestWorker = {
        pid: 1000 + all.length,
        started,
        asks: [],
        get grace() {
          return grace;
        },
        tell(message) {
          worker.asks.push(message as TestAsk);
          answer(message as TestAsk, worker);
        },
        onMessage: (listener) => void listeners.push(listener),
        onOutput: (listener) => void printers.push(listener),
        ended: promise,
        end: (graceMs) => {
          grace ??= graceMs;
          resolve({ code: 0, signal: null, reason: null });
          return promise;
        },
        say: (word) => listeners.forEach((listener) => listener(word)),
        print: (text) => printers.forEach((printer) => printer('stderr', text)),
        die: (end) => {
          grace ??= -1;
          resolve({ code: null, signal: 'SIGKILL', reason: null, ...end });
        },
      };
      all.push(worker);
      return worker;
    },
  };
}
