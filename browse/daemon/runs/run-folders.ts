/** Where a run leaves what its failed tests kept: one folder each, of which the latest stay. Must not know what lies in them. */
import { mkdirSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of ended runs that stay; a trace in each is a few megabytes. */
export const KEPT = 50;

export class RunFolders {
  readonly #artifacts: string;
  readonly #used = new Set<string>();

  constructor(artifacts: string) {
    this.#artifacts = artifacts;
  }

  /** `now` in milliseconds since 1970. */
  of(now: number, id: string): string {
    return join(this.#artifacts, `run-${new Date(now).toISOString().replace(/[:.]/g, '-')}-${id}`);
  }

  /** Fails as a system call does. */
  make(folder: string): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#used.add(folder);
  }

  /** The run has ended: a folder with nothing in it goes, and the oldest of those that are too many. */
  leave(folder: string): void {
    this.#used.delete(folder);
    try {
      // Playwright notes there what failed, for a flag that we do not have.
      rmSync(join(folder, '.last-run.json'), { force: true });
      rmdirSync(folder);
    } catch {
      // There is something in it.
    }
    try {
      // The moment in the name is the order.
      const all = readdirSync(this.#artifacts).filter((name) => /^run-\d{4}-/.test(name));
      const ended = all
        .toSorted()
        .map((name) => join(this.#artifacts, name))
        .filter((each) => !this.#used.has(each));
      for (const old of ended.slice(0, -KEPT)) rmSync(old, { recursive: true, force: true });
    } catch {
      // Somebody else empties it, or nobody may: the next run tries again.
    }
  }
}
