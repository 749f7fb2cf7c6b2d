/** The daemon is frozen and its record is lost; another one is started; then the first goes on. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { daemonsOf, freeze } from '../../support/daemons.ts';
import { alive, eventually } from '../../support/processes.ts';
import { within } from '../../support/patience.ts';
import { someTime, verb, wait, type Kind } from './blow.ts';

/** Milliseconds after which a replaced daemon is not waited for any more. */
const PATIENCE = 15_000;

export const REPLACED_BLOWS: Readonly<Record<string, Kind>> = {
  'replace frozen daemon': {
    machine: false,
    rows: 'newest',
    async strike(stage, draw) {
      const [daemon] = daemonsOf(stage.shell);
      if (daemon === undefined) return null;
      const frozen = freeze(daemon);
      await wait(someTime(draw));
      rmSync(join(stage.shell.home, 'run/daemon.json'), { force: true });
      await verb(stage, ['start']);
      const at = stage.now();
      const replaced = stage.shell.record()?.process.pid !== daemon.pid;
      frozen.release();
      if (!replaced) return { what: `daemon ${daemon.pid}, not replaced` };
      let ms: number | null = null;
      try {
        await eventually('the replaced daemon to leave', () => !alive(daemon), PATIENCE);
        ms = stage.now() - at;
      } catch {
        // The invariant tells.
      }
      stage.history.thawed.push({ at, pid: daemon.pid, ms, crowd: within(1) });
      return { what: `daemon ${daemon.pid}` };
    },
  },
};
