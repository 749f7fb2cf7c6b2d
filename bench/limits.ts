/**
 * `npm run limits [-- --sessions N --tabs N --megabytes N --seconds N]`: how far one machine goes. Sessions and then large tabs are added
 * until there are so many or something is lost, and clients all at once are timed. Prints tables for docs/scale.md; claims nothing.
 * `BENCH_BINARY` measures another binary.
 */
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cli, type Cli } from '../test/support/cli.ts';
import { processesOf } from '../test/support/processes.ts';
import { serve } from '../test/support/site.ts';
import { ROOT } from './ground.ts';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '64' },
    tabs: { type: 'string', default: '300' },
    megabytes: { type: 'string', default: '15' },
    seconds: { type: 'string', default: '5' },
  },
});
const [sessions, tabs, megabytes, seconds] = [values.sessions, values.tabs, values.megabytes, values.seconds].map(Number) as [
  number,
  number,
  number,
  number,
];

/** Clients at once. */
const CROWDS = [1, 8, 32, 128];

const binary = process.env['BENCH_BINARY'] ?? join(ROOT, 'dist/browse');
if (!existsSync(binary)) throw new Error(`${binary} is not built. Run: npm run build`);

/** Megabytes of proportional set size: of everything, and of the daemon; and how many processes. */
function held(folder: string): { readonly all: number; readonly daemon: number; readonly processes: number } {
  const sum = { all: 0, daemon: 0, processes: 0 };
  for (const { pid, command } of processesOf(folder)) {
    try {
      const megabytesOfIt = Number(/^Pss:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1] ?? 0) / 1024;
      sum.all += megabytesOfIt;
      sum.processes += 1;
      if (command.includes('__daemon')) sum.daemon += megabytesOfIt;
    } catch {
      // It ended meanwhile.
    }
  }
  return sum;
}

/** Megabytes that the machine has left. */
const left = (): number => Number(/^MemAvailable:\s*(\d+)/m.exec(readFileSync('/proc/meminfo', 'latin1'))?.[1]) / 1024;

const line = (...cells: readonly (string | number)[]): void =>
  console.log(`| ${cells.map((cell) => (typeof cell === 'number' ? Math.round(cell).toLocaleString('en') : cell)).join(' | ')} |`);

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

const nameOf = (at: number): string => `s${at % sessions}`;

/** The page of so many megabytes, which are touched. */
const LARGE = (size: number): string =>
  `<!doctype html><title>large</title><p id=here>here</p><script>const held = new Uint8Array(${size} * 1048576); for (let at = 0; at < held.length; at += 4096) held[at] = at;</script>`;

async function addSessions(shell: Cli, origin: string): Promise<void> {
  console.log('\nsessions, one small page each');
  line('sessions', 'processes', 'MB in all', 'MB of the daemon', 'ms to the last first page');
  for (let at = 0; at < sessions; at += 1) {
    const run = await shell.run(['goto', `${origin}/small`, '--session', nameOf(at), '--timeout', '60000']);
    if (run.exit !== 0) throw new Error(`session ${at}\n${String(run)}`);
    if (![1, 8, 16, 32, 64].includes(at + 1) && at + 1 !== sessions) continue;
    const { all, daemon, processes } = held(shell.root);
    line(at + 1, processes, all, daemon, run.ms);
  }
}

async function addTabs(shell: Cli, origin: string): Promise<void> {
  console.log(`\ntabs of ${megabytes} MB, in ${sessions} sessions`);
  line('tabs', 'processes', 'MB in all', 'MB of the daemon', 'MB left', 'ms of the last newtab');
  let lost = 0;
  for (let at = 0; at < tabs; at += 1) {
    const run = await shell.run(['newtab', `${origin}/large`, '--session', nameOf(at), '--timeout', '60000']);
    if (run.exit !== 0) {
      lost += 1;
      console.log(String(run));
      if (lost > 3) break;
    }
    if ((at + 1) % 50 !== 0 && at + 1 !== tabs) continue;
    const { all, daemon, processes } = held(shell.root);
    line(at + 1, processes, all, daemon, left(), run.ms);
  }
  let whole = 0;
  for (let at = 0; at < sessions; at += 1) {
    const listed = await shell.ok('tabs', '--session', nameOf(at));
    const numbers = [...listed.matchAll(/\[(\d+)\] "large"/g)].map(([, number = '']) => number);
    for (const number of numbers) {
      const run = await shell.run(['js', 'held[4096] + document.title', '--tab', number, '--session', nameOf(at), '--timeout', '60000']);
      if (run.exit === 0 && run.stdout.includes('large')) whole += 1;
      else console.log(String(run));
    }
  }
  console.log(`${whole} of ${tabs} tabs still hold what they held`);
}

/** Each client types one command after the other, in a session of its own as long as there are enough. */
async function crowd(shell: Cli, clients: number): Promise<void> {
  const until = performance.now() + seconds * 1_000;
  const took: number[] = [];
  let failed = 0;
  const client = async (at: number): Promise<void> => {
    while (performance.now() < until) {
      const run = await shell.run(['js', '1+1', '--session', nameOf(at), '--timeout', '60000']);
      if (run.exit === 0) took.push(run.ms);
      else failed += 1;
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: clients }, (_, at) => client(at)));
  const rate = (took.length / (performance.now() - began)) * 1_000;
  const sorted = took.toSorted((a, b) => a - b);
  line(clients, rate, quantile(sorted, 0.5).toFixed(1), quantile(sorted, 0.99).toFixed(1), failed);
}

await using site = await serve({ '/small': '<!doctype html><title>small</title><p>small', '/large': LARGE(megabytes) });
await using shell = cli({ binary });
console.log(
  `${(await shell.ok('version')).trim()}; load ${(loadavg()[0] ?? 0).toFixed(1)} on ${availableParallelism()} cores, ${Math.round(left())} MB free`,
);
await addSessions(shell, site.origin);
console.log('\nclients at once, js 1+1');
line('clients', 'commands/s', 'p50 ms', 'p99 ms', 'failed');
for (const clients of CROWDS) await crowd(shell, clients);
await addTabs(shell, site.origin);
