/**
 * The start lock: proper-lockfile's folder `start.lock`, plus `start.lock.holder`, which says who took it and what daemon
 * he spawned. Age never breaks it (`stale` is infinite): a stopped holder keeps it, a proven dead one loses it at once.
 *
 *     free ──mkdir──► held, holder unsaid ──write──► held by X ──name──► held by X for daemon D ──release──► free
 *                          │ unsaid for 2 s                │ X gone, D gone or serving
 *                          └────────── breakDead, under a second lock, after looking again ──► free
 *
 * The holder's file is removed before the folder, always: a new lock never meets an old name.
 */
import * as fs from 'node:fs';
import type { Clock, HeldLock, Lock, LockHolder, LockSight, Processes } from '../../domain/ports.ts';
import { BrowseError, fail } from '../../protocol/errors.ts';

const NEVER_STALE = Number.POSITIVE_INFINITY;
const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | null)?.code ?? '';

/** The lock at `path` (its folder; the holder's file lies beside it). */
export function nodeLock(path: string, processes: Processes, clock: Clock): Lock {
  const holderPath = `${path}.holder`;
  const breakPath = `${path}.break`;

  const inodeOf = (): number | null => {
    try {
      return fs.lstatSync(path).ino;
    } catch {
      return null;
    }
  };
  const look = (): LockSight => {
    const inode = inodeOf();
    if (inode === null) return { kind: 'free' };
    try {
      const said = JSON.parse(fs.readFileSync(holderPath, 'utf8')) as LockHolder & { inode: number };
      return { kind: 'held', holder: said.inode === inode ? { holder: said.holder, daemon: said.daemon } : null };
    } catch {
      return { kind: 'held', holder: null };
    }
  };
  const remove = (): void => {
    fs.rmSync(holderPath, { force: true });
    fs.rmSync(path, { force: true, recursive: true });
  };

  return {
    look,
    async take(onLost) {
      const { default: lockfile } = await import('proper-lockfile');
      let release: () => Promise<void>;
      const loss = { seen: false };
      try {
        release = await lockfile.lock(path, {
          lockfilePath: path,
          realpath: false,
          stale: NEVER_STALE,
          update: 1000,
          onCompromised: () => {
            loss.seen = true;
            onLost();
          },
        });
      } catch (error) {
        if (codeOf(error) === 'ELOCKED') return null;
        const code = codeOf(error);
        return fail('state-unusable', { path, reason: code === 'ENOSPC' ? 'the disk is full' : code === 'EROFS' ? 'it is on a read-only file system' : code === 'EACCES' ? 'no permission' : String(error) });
      }
      const inode = inodeOf();
      const self = processes.self();
      const say = async (daemon: LockHolder['daemon']): Promise<void> => {
        const { files } = await import('./files.ts');
        if (!loss.seen) await files.write(holderPath, JSON.stringify({ holder: self, daemon, inode }));
      };
      // proper-lockfile's own end-of-process hook removes the folder; the holder's file must go before it.
      const forget = (): void => {
        const now = look();
        if (!loss.seen && now.kind === 'held' && now.holder?.holder.pid === self.pid) fs.rmSync(holderPath, { force: true });
      };
      process.on('exit', forget);
      const held: HeldLock = {
        name: say,
        async release() {
          process.off('exit', forget);
          if (loss.seen) return;
          const now = look();
          const mine = now.kind === 'held' && inodeOf() === inode;
          if (mine) fs.rmSync(holderPath, { force: true });
          await release().catch(() => {});
        },
      };
      try {
        await say(null);
      } catch (error) {
        await held.release();
        if (error instanceof BrowseError) throw error;
        throw error;
      }
      return held;
    },
    async breakDead(_seen, stillDead) {
      const { default: lockfile } = await import('proper-lockfile');
      // Held for milliseconds, so a lock left by a killed process may go by age.
      let release: (() => Promise<void>) | null = null;
      for (let tries = 0; release === null; tries++) {
        try {
          release = await lockfile.lock(breakPath, { lockfilePath: breakPath, realpath: false, stale: 2000, update: 1000, onCompromised: () => {} });
        } catch (error) {
          if (codeOf(error) !== 'ELOCKED') return fail('state-unusable', { path: breakPath, reason: String(error) });
          if (tries > 0 && look().kind === 'free') return false;
          await clock.sleep(10);
        }
      }
      try {
        const now = look();
        if (now.kind === 'free' || !stillDead(now.holder)) return false;
        remove();
        return true;
      } finally {
        await release().catch(() => {});
      }
    },
  };
}
