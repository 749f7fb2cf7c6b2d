/** A pool whose ports are always free and whose folders are nowhere: for tests that are about something else. */
import { Pool } from '../../browse/daemon/browsers/pool.ts';
import type { Clock } from '../../browse/domain/ports/machine.ts';
import type { Engine } from '../../browse/domain/ports/browser.ts';

export function fakePool(engine: Engine, clock: Clock, tempFolder: string): Pool {
  return new Pool({
    engine: async () => engine,
    clock,
    ports: { reserve: async () => ({ release: () => {} }), connections: () => 0 },
    tempFolder,
    env: {},
    alive: () => true,
    makeFolder: () => {},
    removeFolder: async () => {},
    place: (port) => ({ path: `/p${port}`, folder: '/f', present: () => {}, refused: () => {} }),
    onChange: () => {},
    note: () => {},
  });
}
