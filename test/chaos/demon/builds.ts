/** Clients of an older build, and a daemon of it that the others replace. */
import { PROBE, verb, type Kind } from './blow.ts';

export const BUILD_BLOWS: Readonly<Record<string, Kind>> = {
  'older client': {
    machine: false,
    rows: 'kept',
    async strike(stage) {
      const exit = await verb(stage, [...PROBE, '--session', 'older'], { older: true });
      return { what: `exit ${exit}` };
    },
  },
  // The users' next commands are the upgrade.
  'downgrade': {
    machine: false,
    rows: 'kept',
    async strike(stage) {
      await verb(stage, ['stop'], { older: true });
      const exit = await verb(stage, [...PROBE, '--session', 'older'], { older: true });
      return { what: `exit ${exit}` };
    },
  },
};
