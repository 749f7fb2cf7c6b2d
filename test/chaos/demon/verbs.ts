/** What a user may do to the daemon at any moment: restarts, refreshes, stops. */
import { verb, type Kind } from './blow.ts';

function saying(argv: readonly string[], rows: Kind['rows'] = 'kept'): Kind {
  return {
    machine: false,
    rows,
    async strike(stage) {
      const exit = await verb(stage, argv);
      return { what: `browse ${argv.join(' ')}: ${exit}` };
    },
  };
}

export const VERB_BLOWS: Readonly<Record<string, Kind>> = {
  'restart': saying(['restart']),
  'restore': saying(['restart', '--restore']),
  'refresh': saying(['refresh']),
  'refresh hard': saying(['refresh', '--hard']),
  'stop': saying(['stop']),
  'stop by force': saying(['stop', '--force'], 'newest'),
};
