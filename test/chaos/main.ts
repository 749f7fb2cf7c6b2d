/**
 * `npm run chaos [-- --seconds N --seed S --only KIND,KIND --users N --builds FOLDER --history FILE]`: chaos among several users' sessions. Ends with 1 when
 * anything that must hold was broken. As root it goes into a mount namespace of its own, so that there is a disk that can be filled.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PROTOCOL } from '../../browse/protocol/build.ts';
import { buildTo } from '../support/builds.ts';
import { temporaryFolder } from '../support/folder.ts';
import setUpRunFolder from '../support/global-run-folder.ts';
import { KINDS } from './demon/demon.ts';
import { violations } from './invariants/index.ts';
import { planOf } from './plan.ts';
import { report } from './report.ts';
import { play } from './run.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    users: { type: 'string', default: '3' },
    builds: { type: 'string' },
    history: { type: 'string' },
  },
});

/** Set in the process that is inside. */
const INSIDE = 'BROWSE_CHAOS_INSIDE';

if (process.getuid?.() === 0 && process.env[INSIDE] === undefined) {
  const { status } = spawnSync('unshare', ['--mount', process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: '1' },
  });
  process.exit(status ?? 1);
}

const only = values.only === '' ? [] : values.only.split(',');
const unknown = only.filter((kind) => !(kind in KINDS));
if (unknown.length > 0) {
  console.error(`no such kind: ${unknown.join(', ')}. There are: ${Object.keys(KINDS).join(', ')}`);
  process.exit(2);
}
const asked = { seed: Number(values.seed), seconds: Number(values.seconds), only };
const plan = planOf(asked.seed, Number(values.users), only.length === 0 ? Object.keys(KINDS) : only);

// Whatever becomes of this process, what it began is ended, and its files are removed.
const removeRunFolder = setUpRunFolder();
using made = temporaryFolder();
const folder = values.builds === undefined ? made.path : resolve(values.builds);
mkdirSync(folder, { recursive: true });
const builds = { current: join(folder, 'browse-current'), older: join(folder, 'browse-older') };
if (!existsSync(builds.older)) await buildTo(builds.older, { stamp: 1_000, protocol: PROTOCOL, version: '0.0.1', test: true });
if (!existsSync(builds.current)) await buildTo(builds.current, { test: true });

const history = await play(plan, asked.seconds, builds);
if (values.history !== undefined) writeFileSync(values.history, JSON.stringify({ ...history, ledger: [...history.ledger] }, null, 1));
const broken = violations(history);
console.log(report(history, broken, asked));
process.exitCode = broken.length === 0 ? 0 : 1;
await removeRunFolder();
