/** What is kept of sessions beyond the daemon, put together: the files that they are restored from, and the numbers of their tabs. */
import { RESTORE_DAYS } from '../../domain/configuration/keys.ts';
import type { Values } from '../../domain/configuration/keys.ts';
import type { EndReason } from '../../protocol/client-identity.ts';
import type { StatePaths } from '../../protocol/paths.ts';
import type { Clock, Files } from '../../domain/ports/machine.ts';
import { SavedSessionFiles } from './saved-sessions.ts';
import { SessionRegister } from './session-register.ts';
import type { Dispatch, TrafficLog } from '../ports.ts';

type Parts = {
  readonly files: Files;
  readonly clock: Pick<Clock, 'now'>;
  readonly paths: StatePaths;
  readonly pid: number;
  /** What the daemon has one of. */
  readonly values: () => Values;
  readonly traffic: () => Pick<TrafficLog, 'hidden'>;
  readonly note: (text: string) => void;
};

export type KeptRecord = {
  readonly saved: SavedSessionFiles;
  readonly register: SessionRegister;
  /** The last word of a daemon that ends: nothing, when it was `asked` to leave nothing. */
  end(reason: EndReason, taken: Awaited<ReturnType<Dispatch['save']>> | null, untold: readonly string[]): Promise<void>;
};

/** Reads what the daemon before left. */
export function openKept({ files, clock, paths, pid, values, traffic, note }: Parts): KeptRecord {
  const register = new SessionRegister(files, paths.register, note);
  const saved = new SavedSessionFiles({
    files,
    clock,
    pid,
    folder: paths.sessions,
    older: paths.open,
    limits: () => ({ restore: values().restore ?? 'all', days: values().restoreDays ?? RESTORE_DAYS }),
    hidden: (url) => traffic().hidden(url),
  });
  return {
    saved,
    register,
    async end(reason, taken, untold) {
      if (taken === null) register.leaveAll();
      await saved.end(reason, taken?.sessions ?? null, [...untold, ...(taken?.lost ?? [])]);
    },
  };
}

/** Milliseconds between two looks for sessions that agents have left behind. */
const TENDING = 60_000;

/** From now on sessions are looked after. A window shows at once what it has. */
export function tendSessions(dispatch: Pick<Dispatch, 'restoreAll' | 'tend'>, headed: boolean): void {
  void dispatch.restoreAll(headed);
  setInterval(() => void dispatch.tend(), TENDING).unref();
}
