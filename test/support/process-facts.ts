/** What a daemon tells of itself where nobody asks for more than the shape. */
import type { ProcessFacts, Refreshed } from '../../browse/protocol/status.ts';

/** A daemon that is well, with nothing in it. */
export const WELL: ProcessFacts = {
  status: 'healthy',
  pid: 1,
  uptime: 5,
  build: 'test',
  protocol: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  refreshedAt: null,
  memory: 1,
  logBytes: 0,
  logServer: { state: 'off', address: null, pid: null, since: null, sessions: [], rows: 0, refused: 0, reason: null },
  services: [{ name: 'logs', state: 'idle', pids: [], since: null, refreshedAt: null, detail: 'kept' }],
  folder: '/',
  warnings: [],
};

/** A refresh that found nothing. */
export const REFRESHED: Refreshed = {
  pid: 1,
  refreshedAt: '2026-01-01T00:00:00.000Z',
  changed: [],
  configChanged: [],
  contextReseated: [],
  notes: [],
  closedHandles: 0,
};
