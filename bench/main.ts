/**
 * `npm run bench [-- NAME...]`: what the README claims, measured here and now by interleaved pairs on one Chromium. A claim
 * holds when the lower end of its interval is within its limit; one that does not is a row with NO, and only a run that
 * could not measure fails. Runs under Bun.
 *
 * BENCH_BINARY measures another binary, BENCH_ROUNDS=N caps the pairs for a quick look, BENCH_PEERS=latest takes the
 * newest peers.
 */
import { availableParallelism, loadavg } from 'node:os';
import { besideAgentBrowser, besidePlaywrightCli } from './benches/beside.ts';
import { cold } from './benches/cold.ts';
import { memory } from './benches/memory.ts';
import { runs } from './benches/run.ts';
import { scale } from './benches/scale.ts';
import { sessions } from './benches/sessions.ts';
import { tokens } from './benches/tokens.ts';
import { traffic } from './benches/traffic.ts';
import { verify } from './benches/verify.ts';
import { warm } from './benches/warm.ts';
import { prepareGround } from './ground.ts';
import { servePages } from './pages.ts';
import type { Scene } from './scene.ts';
import { type Row, table } from './table.ts';
import { browse } from './tool.ts';

const BENCHES: Readonly<Record<string, (scene: Scene) => Promise<readonly Row[]>>> = {
  warm,
  cold,
  'agent-browser': besideAgentBrowser,
  'playwright-cli': besidePlaywrightCli,
  scale,
  sessions,
  tokens,
  verify,
  memory,
  traffic,
  run: runs,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`no bench is called ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}

await using ground = prepareGround();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The daemons are in sessions of their own: they would outlive an interrupted run.
  process.once(signal, () => void ground[Symbol.asyncDispose]().then(() => process.exit(signal === 'SIGINT' ? 130 : 143)));
}
using pages = await servePages();
const ours = browse(ground);
const [load = 0] = loadavg();
console.log(`ours: ${ours.run(['--version']).stdout.trim()}; Chromium: ${ground.chromium}`);
console.log(
  `load ${load.toFixed(1)} on ${availableParallelism()} cores${load > 1 ? ': the machine is busy, which adds to every difference in ms' : ''}`,
);
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}\n${table(await bench({ ground, ours, pages }))}`);
}
