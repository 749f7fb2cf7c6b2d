/**
 * The start lock: proper-lockfile's folder `start.lock`, plus `start.lock.holder`, which says who took it and what daemon
 * he spawned. Age never breaks it (`stale` is infinite): a stopped holder keeps it, a proven dead one loses it at once.
 * The name is written beforehand and moved into place in the same breath as the folder is made: a lock without a name is
 * a holder who was killed between two system calls.
 *
 *     free ──mkdir──► held, holder unsaid ──move──► held by X ──name──► held by X for daemon D ──release──► free
 *                          │ unsaid for 2 s                │ X gone, D gone or serving
 *                          └────────── breakDead, under a second lock, after looking again ──► free
 *
 * The holder's file goes before the folder, always: a new lock never meets an old name. proper-lockfile deletes without
 * looking whose lock it is, so it is given a `rmdir` that looks.
 */
import * as fs from 'node:fs';
import type { HeldLock, Lock, LockHolder, LockObservation } from '../../domain/lifecycle/start-lock.ts';
import { fail } from '../../protocol/errors.ts';
import { isProcessIdentity } from '../../protocol/record.ts';
import { files, reasonOf } from './files.ts';
import type { Clock, Processes } from '../../domain/ports/machine.ts';

const NEVER_STALE = Number.POSITIVE_INFINITY;
const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | null)?.code ?? '';

/** The holder's file. `token` is of one taking of the lock. */
type Said = LockHolder & { readonly token: string };

/** The lock at `path` (its folder; the holder's file lies beside it). */
export function nodeLock(path: string, processes: Processes, clock: Clock): Lock {
  const holderPath = `${path}.holder`;
  const breakPath = `${path}.break`;

  const said = (): Said | null => {
    try {
      const value = JSON.parse(fs.readFileSync(holderPath, 'utf8')) as Said | null;
      // Whatever else stands there is as good as no name.
      const whole = isProcessIdentity(value?.holder) && (value.daemon === null || isProcessIdentity(value.daemon));
      return whole ? value : null;
    } catch {
      return null;
    }
  };
  const look = (): LockObservation => {
    if (!fs.existsSync(path)) return { kind: 'free' };
    const now = said();
    return { kind: 'held', holder: now === null ? null : { holder: now.holder, daemon: now.daemon } };
  };

  const removeLock = (folder: string): void => {
    fs.rmSync(holderPath, { force: true });
    fs.rmdirSync(folder);
  };

  /** Whatever is in it, and though its owner may not look into it. */
  const removeWhole = (folder: string): void => {
    try {
      fs.rmSync(holderPath, { force: true });
      if (fs.lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) fs.chmodSync(folder, 0o700);
      fs.rmSync(folder, { force: true, recursive: true });
    } catch (error) {
      fail('state-unusable', { path: folder, reason: reasonOf(error) });
    }
  };

  /** `fs` for one taking: removes the folder only while it is that taking's. */
  const guardedFs = (token: string, taking: { spoken: boolean }): object => {
    const mine = (): boolean => !taking.spoken || said()?.token === token;
    return {
      ...fs,
      mkdir(folder: string, done: (error: NodeJS.ErrnoException | null) => void) {
        const draft = `${holderPath}.${token}`;
        try {
          // Most who ask find it held: they write nothing.
          if (fs.existsSync(folder)) throw Object.assign(new Error('held'), { code: 'EEXIST' });
          let made = false;
          try {
            fs.writeFileSync(draft, JSON.stringify({ holder: processes.self(), daemon: null, token } satisfies Said), { mode: 0o600 });
            fs.mkdirSync(folder, { mode: 0o700 });
            made = true;
            fs.renameSync(draft, holderPath);
          } catch (error) {
            fs.rmSync(draft, { force: true });
            if (made) fs.rmdirSync(folder);
            throw error;
          }
        } catch (error) {
          return done(error as NodeJS.ErrnoException);
        }
        taking.spoken = true;
        done(null);
      },
      rmdir(folder: string, done: (error: NodeJS.ErrnoException | null) => void) {
        try {
          if (mine()) removeLock(folder);
          done(null);
        } catch (error) {
          done(error as NodeJS.ErrnoException);
        }
      },
      rmdirSync(folder: string) {
        if (mine()) removeLock(folder);
      },
    };
  };

  return {
    look,
    async take(onLost) {
      const { default: lockfile } = await import('proper-lockfile');
      const token = crypto.randomUUID();
      const taking = { spoken: false, lost: false };
      let release: () => Promise<void>;
      try {
        release = await lockfile.lock(path, {
          lockfilePath: path,
          realpath: false,
          stale: NEVER_STALE,
          update: 1000,
          fs: guardedFs(token, taking),
          onCompromised: (error) => {
            taking.lost = true;
            onLost(error.message);
          },
        });
      } catch (error) {
        return codeOf(error) === 'ELOCKED' ? null : fail('state-unusable', { path, reason: reasonOf(error) });
      }
      const say = async (daemon: LockHolder['daemon']): Promise<void> => {
        if (taking.lost) return;
        await files.write(holderPath, JSON.stringify({ holder: processes.self(), daemon, token } satisfies Said));
      };
      const held: HeldLock = {
        name: say,
        // Whoever lost it has nothing to release; what is there by now is another's.
        release: () => release().catch(() => {}),
      };
      return held;
    },
    async breakDead(_seen, stillDead) {
      const { default: lockfile } = await import('proper-lockfile');
      // Held for milliseconds, so a second lock that a killed process left may go by age.
      let release: (() => Promise<void>) | null = null;
      for (let tries = 0; release === null; tries++) {
        try {
          release = await lockfile.lock(breakPath, {
            lockfilePath: breakPath,
            realpath: false,
            stale: 2000,
            update: 1000,
            onCompromised: () => {},
          });
        } catch (error) {
          if (codeOf(error) !== 'ELOCKED') return fail('state-unusable', { path: breakPath, reason: reasonOf(error) });
          if (tries > 0 && look().kind === 'free') return false;
          await clock.sleep(10);
        }
      }
      try {
        const now = look();
        if (now.kind === 'free' || !stillDead(now.holder)) return false;
        removeWhole(path);
        return true;
      } finally {
        await release().catch(() => {});
      }
    },
  };
}
