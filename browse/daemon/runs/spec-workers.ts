/**
 * Processes with a project's Playwright in them, one kept ready for the next run of each project that was run lately:
 *
 *     loading ──► ready ──taken──► a run's          ready ──5 minutes──► ended
 *
 * One is loaded in the environment of the run before, and only a run in the like environment gets it; each is used once.
 */
import { existsSync, writeFileSync } from 'node:fs';
import type { Worker, Workers } from '../../domain/workers.ts';
import { specWord } from '../../domain/messages/specs.ts';
import type { Clock } from '../../domain/ports/machine.ts';

/** What a process is made of. */
export type SpecStock = {
  readonly node: string;
  /** The package `playwright`. */
  readonly folder: string;
  /** Which of those that were ever installed there. */
  readonly stamp: string;
  readonly env: Readonly<Record<string, string>>;
};

type Ready = { readonly worker: Worker; readonly stock: SpecStock; readonly since: number; loaded: boolean };

/** Milliseconds that one waits for a run. */
const PATIENCE = 5 * 60_000;
/** How many wait at once. */
const MOST = 3;
/** Milliseconds to end in. */
const GRACE = 500;
/** Variables that count while modules are loaded, or before; the others are set when a run begins. */
const EARLY =
  /^(?:NODE|PW|PLAYWRIGHT|DEBUG|TZ$|LANG$|LC_|LD_|DYLD_|NO_COLOR$|FORCE_COLOR$|CI$|HOME$|TMPDIR$|TEMP$|TMP$|JEST_|BABEL_|SSL_|OPENSSL_|UV_|ELECTRON_)/;

/** Whether two environments load the same. */
export function alike(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)].filter((name) => EARLY.test(name)));
  return [...names].every((name) => one[name] === other[name]);
}

const same = (one: SpecStock, other: SpecStock): boolean =>
  one.node === other.node && one.folder === other.folder && one.stamp === other.stamp && alike(one.env, other.env);

export class SpecWorkers {
  readonly #workers: Workers;
  readonly #clock: Clock;
  readonly #script: string;
  #ready: Ready[] = [];
  #closed = false;

  /** `script`: where the text of `adapters/runner` goes. */
  constructor({ workers, clock, script }: { workers: Workers; clock: Clock; script: string }) {
    this.#workers = workers;
    this.#clock = clock;
    this.#script = script;
  }

  /** Those that wait. */
  pids(): readonly number[] {
    return this.#ready.map(({ worker }) => worker.pid);
  }

  /** How many are loaded and wait. */
  waiting(): number {
    return this.#ready.filter(({ loaded }) => loaded).length;
  }

  /** One for a run, which has it for itself. */
  async take(stock: SpecStock): Promise<Worker> {
    const at = this.#ready.findIndex((each) => same(each.stock, stock));
    if (at === -1) return this.#start(stock);
    const [found] = this.#ready.splice(at, 1);
    return (found as Ready).worker;
  }

  /** Loads one for the next run of that project. */
  async prepare(stock: SpecStock): Promise<void> {
    if (this.#closed || this.#ready.some((each) => same(each.stock, stock))) return;
    const worker = await this.#start(stock);
    if (this.#closed) return void worker.end(GRACE);
    const entry: Ready = { worker, stock, since: this.#clock.elapsed(), loaded: false };
    worker.onMessage((message) => {
      if (specWord(message)?.kind === 'warm') entry.loaded = true;
    });
    void worker.ended.then(() => this.#forget(entry));
    // Those for another environment of the same project, and the oldest.
    const stale = this.#ready.filter(({ stock: { node, folder } }) => node === stock.node && folder === stock.folder);
    this.#ready.push(entry);
    for (const each of [...stale, ...this.#ready.slice(0, Math.max(0, this.#ready.length - MOST))]) void this.#end(each);
    const ended = new AbortController();
    void worker.ended.then(() => ended.abort());
    void this.#clock.sleep(PATIENCE, ended.signal).then(() => this.#end(entry));
  }

  /** Ends those that wait and loads others in their place; those of runs go on. How many there were. */
  async replace(): Promise<number> {
    const before = this.#ready;
    await Promise.all(before.map((each) => this.#end(each)));
    for (const { stock } of before) await this.prepare(stock);
    return before.length;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#ready.map((each) => this.#end(each)));
  }

  async #start({ node, folder, env }: SpecStock): Promise<Worker> {
    if (!existsSync(this.#script)) {
      const { RUNNER, REPORTER } = await import('../../adapters/runner/bundle.gen.ts');
      writeFileSync(reporterOf(this.#script), REPORTER, { mode: 0o600 });
      writeFileSync(this.#script, RUNNER, { mode: 0o600 });
    }
    return this.#workers.start({ file: node, args: [this.#script, 'runner', folder], cwd: '/', env });
  }

  async #end(entry: Ready): Promise<void> {
    if (!this.#ready.includes(entry)) return;
    this.#forget(entry);
    await entry.worker.end(GRACE);
  }

  #forget(entry: Ready): void {
    this.#ready = this.#ready.filter((each) => each !== entry);
  }
}

/** The file by which Playwright knows our reporter. */
export const reporterOf = (script: string): string => script.replace(/\.cjs$/, '-reporter.cjs');
