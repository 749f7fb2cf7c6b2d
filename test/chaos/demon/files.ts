/** Files of the state folder that are garbled, deleted, or closed to their owner. */
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { socketOf } from '../../support/raw.ts';
import { chosen } from '../plan.ts';
import type { Stage } from '../stage.ts';
import { someTime, type Draw, type Kind } from './blow.ts';

const inRun = ({ shell }: Stage, name: string): string => join(shell.home, 'run', name);

/** What can be hit, by name: the paths that are there now. */
const FILES: Readonly<Record<string, (stage: Stage) => readonly string[]>> = {
  record: (stage) => [inRun(stage, 'daemon.json')],
  settings: (stage) => [inRun(stage, 'settings.json')],
  register: (stage) => [inRun(stage, 'register.json')],
  launch: (stage) => [inRun(stage, 'launch.json')],
  sessions: (stage) => inside(inRun(stage, 'sessions')),
  owner: ({ shell }) => inside(join(shell.home, 'tmp')).map((folder) => join(folder, 'owner.json')),
  socket: ({ shell }) => {
    const record = shell.record();
    return record === null ? [] : [socketOf(record)];
  },
  database: ({ shell }) => ['log.db', 'log.db-wal'].map((name) => join(shell.home, name)),
};

function inside(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

const ROWS: Readonly<Record<string, Kind['rows']>> = { database: 'all' };
const NONSENSE: readonly string[] = [
  '',
  '{',
  '{"process": {"pid": 12',
  'null',
  '[]',
  '\u0000\u0001\uFFFD',
  '{"pid": 1}',
  'x'.repeat(70_000),
];

function there(stage: Stage, name: string, draw: Draw): string | null {
  const paths = (FILES[name]?.(stage) ?? []).filter((path) => existsSync(path));
  return paths.length === 0 ? null : chosen(paths, draw());
}

/** Hits a file of that name, if one is there. */
const hitting =
  (blow: (path: string, draw: Draw) => void) =>
  (name: string): Kind => ({
    machine: name === 'database',
    rows: ROWS[name] ?? 'kept',
    strike(stage, draw) {
      const path = there(stage, name, draw);
      if (path === null) return null;
      blow(path, draw);
      return { what: path };
    },
  });

const garbling = hitting((path, draw) => writeFileSync(path, chosen(NONSENSE, draw())));
const deleting = hitting((path) => rmSync(path, { force: true }));

function closing(name: string): Kind {
  return {
    machine: true,
    rows: ROWS[name] ?? 'kept',
    strike(stage, draw) {
      const path = name === 'run folder' ? join(stage.shell.home, 'run') : there(stage, name, draw);
      if (path === null || !existsSync(path)) return null;
      const { mode, ino } = statSync(path);
      chmodSync(path, name === 'run folder' && draw() < 0.5 ? 0o755 : 0);
      const undo = (): void => {
        if (statSync(path, { throwIfNoEntry: false })?.ino === ino) chmodSync(path, mode & 0o777);
      };
      return { what: path, hold: someTime(draw), undo };
    },
  };
}

/** Hits the start lock, or the place where it would be; `blow` says whether there was anything to hit. */
function hittingLock(machine: boolean, blow: (path: string, stage: Stage, draw: Draw) => boolean): Kind {
  return {
    machine,
    rows: 'kept',
    strike(stage, draw) {
      const path = inRun(stage, 'start.lock');
      return existsSync(inRun(stage, '')) && blow(path, stage, draw) ? { what: path } : null;
    },
  };
}

const give = (path: string, { uid }: Stage): void => chownSync(path, uid, uid);

/** A lock as a client leaves it that was killed, or one whose holder's name cannot be read. */
const planted = hittingLock(false, (path, stage, draw) => {
  if (existsSync(path)) return false;
  mkdirSync(path, { mode: 0o700 });
  give(path, stage);
  if (draw() < 0.6) {
    writeFileSync(`${path}.holder`, chosen(NONSENSE, draw()), { mode: 0o600 });
    give(`${path}.holder`, stage);
  }
  return true;
});

/** The same, in a folder that its owner may not enter. */
const closedLock = hittingLock(true, (path, stage) => {
  if (!existsSync(path)) mkdirSync(path);
  give(path, stage);
  chmodSync(path, 0);
  return true;
});

const deletedLock = hittingLock(false, (path) => {
  if (!existsSync(path)) return false;
  rmSync(path, { recursive: true, force: true });
  rmSync(`${path}.holder`, { force: true });
  return true;
});

/** garble, delete and close, for every file where it makes sense. */
export const FILE_BLOWS: Readonly<Record<string, Kind>> = {
  ...Object.fromEntries(
    Object.keys(FILES).flatMap((name) => [
      ...(name === 'socket' ? [] : [[`garble ${name}`, garbling(name)]]),
      [`delete ${name}`, deleting(name)],
      [`close ${name}`, closing(name)],
    ]),
  ),
  'close run folder': closing('run folder'),
  'garble lock': planted,
  'close lock': closedLock,
  'delete lock': deletedLock,
};
