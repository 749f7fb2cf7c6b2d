/**
 * `npm run bench`: what the README claims, measured here and now. Every comparison is made of interleaved pairs, so that a
 * busy moment hits both sides; a limit holds when the lower end of the interval is within it. Runs under Bun.
 *
 *   npm run bench [-- --pairs 50] [--no-peers] [--binary PATH]
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { findExecutables } from '../browse/adapters/playwright/executables.ts';
import { ours, peers, type Ground, type Tool } from './peers.ts';
import { interval, median } from './statistics.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values: flags } = parseArgs({
  options: { pairs: { type: 'string', default: '50' }, peers: { type: 'boolean', default: true }, binary: { type: 'string' } },
  allowNegative: true,
});
const pairs = Number(flags.pairs);
if (!(pairs >= 30)) throw new Error('--pairs takes a number of at least 30: fewer say nothing');

const PAGE = await Bun.file(join(ROOT, 'bench/page.html')).text();
const folder = mkdtempSync(join(tmpdir(), 'browse-bench-'));
const site = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: () => new Response(PAGE, { headers: { 'content-type': 'text/html; charset=utf-8' } }),
});
const url = `http://127.0.0.1:${site.port}/`;
let failed = 0;
const started: Tool[] = [];

type Sample = { readonly ms: number; readonly output: string };

/** One command line, started and ended; throws unless it succeeded. */
async function time(program: readonly string[], how: { cwd: string; env: Record<string, string> }): Promise<Sample> {
  const started = performance.now();
  // Not spawnSync: the site above answers from this process.
  const child = Bun.spawn([...program], { ...how, stdio: ['ignore', 'pipe', 'pipe'] });
  const code = await child.exited;
  const ms = performance.now() - started;
  const output = await new Response(child.stdout).text();
  if (code !== 0) throw new Error(`${program.join(' ')} ended with ${code}: ${output}${await new Response(child.stderr).text()}`);
  return { ms, output };
}

/** Until the first output; what comes after it, such as closing a browser, is not part of an answer. */
async function timeToOutput(program: readonly string[], how: { cwd: string; env: Record<string, string> }): Promise<Sample> {
  const started = performance.now();
  const child = Bun.spawn([...program], { ...how, stdio: ['ignore', 'pipe', 'inherit'] });
  const first = await child.stdout.getReader().read();
  const ms = performance.now() - started;
  if ((await child.exited) !== 0 || first.value === undefined) throw new Error(`${program.join(' ')} failed`);
  return { ms, output: new TextDecoder().decode(first.value) };
}

const run = (tool: Tool, args: readonly string[]): Promise<Sample> =>
  time([...tool.program, ...args], { cwd: tool.cwd, env: { ...tool.env } });

const ms = (value: number): string => (value < 100 ? value.toFixed(1) : value.toFixed(0)).padStart(6);

/** `a` and `b` by turns, the first of each pair changing; gives the pairs. */
async function interleave(
  count: number,
  a: () => Promise<Sample>,
  b: () => Promise<Sample>,
): Promise<readonly (readonly [number, number])[]> {
  const samples: (readonly [number, number])[] = [];
  for (let round = -2; round < count; round++) {
    let first: Sample;
    let second: Sample;
    if (round % 2 === 0) {
      first = await a();
      second = await b();
    } else {
      second = await b();
      first = await a();
    }
    // The first two pairs warm both sides up.
    if (round >= 0) samples.push([first.ms, second.ms]);
  }
  return samples;
}

/** One line of the report: both medians, how they compare with an interval, and whether a limit holds. */
function report(
  what: string,
  samples: readonly (readonly [number, number])[],
  compare: 'difference' | 'ratio',
  limit: number | null,
): void {
  const [a, b] = [median(samples.map((pair) => pair[0])), median(samples.map((pair) => pair[1]))];
  const each = samples.map(([ours_, theirs]) => (compare === 'difference' ? ours_ - theirs : ours_ / theirs));
  const [low, high] = interval(each);
  const unit = compare === 'difference' ? ' ms' : ' ×';
  const digits = compare === 'difference' ? 2 : median(each) < 0.1 ? 3 : 2;
  const verdict = limit === null ? '' : low <= limit ? `  holds (limit ${limit}${unit})` : `  FAILS (limit ${limit}${unit})`;
  if (limit !== null && low > limit) failed += 1;
  console.log(
    `${what.padEnd(34)} ${ms(a)} ms  ${ms(b)} ms   ${median(each).toFixed(digits)}${unit} [${low.toFixed(digits)}, ${high.toFixed(digits)}]${verdict}`,
  );
}

try {
  const headless = findExecutables(true, process.env).found[0];
  if (headless === undefined) throw new Error('no browser is installed. Run: ./setup');
  const ground: Ground = { root: ROOT, folder, chromium: realpathSync(headless.path), asRoot: process.getuid?.() === 0 };
  const binary = flags.binary ?? join(folder, 'browse');
  if (flags.binary === undefined) {
    const built = Bun.spawnSync([process.execPath, 'run', join(ROOT, 'build.ts'), '--outfile', binary], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (!built.success) throw new Error('the build failed');
  }
  const us = ours(ground, binary);
  const others = flags.peers ? peers(ground) : [];
  const everyone = [us, ...others];
  started.push(...everyone);
  console.log(
    `${pairs} interleaved pairs each; ${ground.chromium}; ${everyone.map((tool) => `${tool.name} ${tool.version}`).join(', ')}\n`,
  );
  console.log(`${''.padEnd(34)} ${'ours'.padStart(9)}  ${'other'.padStart(9)}   median of the pairs [95 % interval]`);

  // Warm, against the same binary doing nothing.
  await run(us, us.tasks.open(url));
  const nothing = (): Promise<Sample> => run(us, ['--version']);
  report('url − the binary doing nothing', await interleave(pairs, () => run(us, us.tasks.url), nothing), 'difference', 4);
  report('js 1+1 − the binary doing nothing', await interleave(pairs, () => run(us, us.tasks.js), nothing), 'difference', 4);
  await run(us, us.tasks.close);

  // From nothing to the first snapshot, against a script that does only that.
  const yardstick = join(folder, 'yardstick');
  mkdirSync(yardstick, { recursive: true });
  const script = [process.execPath, 'run', join(ROOT, 'bench/cold.ts'), ground.chromium, url, ground.asRoot ? 'none' : 'sandbox'];
  const coldStart = async (tool: Tool): Promise<Sample> => {
    const opened = await run(tool, tool.tasks.open(url));
    const seen = await run(tool, tool.tasks.snapshot);
    if (!seen.output.includes('Count')) throw new Error(`${tool.name} did not see the page: ${seen.output}`);
    await run(tool, tool.tasks.close);
    return { ms: opened.ms + seen.ms, output: seen.output };
  };
  report(
    'cold start / Playwright script',
    await interleave(
      30,
      () => coldStart(us),
      () => timeToOutput(script, { cwd: yardstick, env: { ...us.env } }),
    ),
    'ratio',
    1.3,
  );

  // Beside the others.
  const limits: Readonly<Record<string, Readonly<Record<'url' | 'js' | 'click' | 'snapshot' | 'cold', number>>>> = {
    'agent-browser': { url: 1.5, js: 1.5, click: 1, snapshot: 1, cold: 1 },
    '@playwright/cli': { url: 1 / 20, js: 1 / 20, click: 1 / 20, snapshot: 1 / 20, cold: 1 },
  };
  for (const other of others) {
    console.log(`\nbrowse / ${other.name}`);
    const limit = limits[other.name];
    // A slow tool gets the least number of pairs.
    const count = other.name === 'agent-browser' ? pairs : 30;
    for (const tool of [us, other]) {
      await run(tool, tool.tasks.open(url));
      await run(tool, tool.tasks.snapshot);
    }
    for (const task of ['url', 'js', 'snapshot', 'click'] as const) {
      report(
        task === 'js' ? 'js 1+1' : task,
        await interleave(
          count,
          () => run(us, us.tasks[task]),
          () => run(other, other.tasks[task]),
        ),
        'ratio',
        limit?.[task] ?? null,
      );
    }
    for (const tool of [us, other]) await run(tool, tool.tasks.close);
    report(
      'cold start',
      await interleave(
        30,
        () => coldStart(us),
        () => coldStart(other),
      ),
      'ratio',
      limit?.cold ?? null,
    );
  }
} finally {
  for (const tool of started) await run(tool, tool.tasks.close).catch(() => {});
  await site.stop(true);
  rmSync(folder, { recursive: true, force: true });
}
if (failed > 0) {
  console.log(`\n${failed} of the limits do not hold`);
  process.exitCode = 1;
}
