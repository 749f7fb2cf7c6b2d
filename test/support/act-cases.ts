/** The table of acts, faults and moments: a case is played against the ledger of a server, and its answer held to what that says. */
import type { ErrorBody } from '../../browse/protocol/errors.ts';
import { ACTS, GATES, lineOf, MOMENTS } from './act-ledger.ts';
import type { Act, Moment } from './act-ledger.ts';
import type { Cli, Run, Running } from './cli.ts';
import { browserOf, daemonOf, ended, statusOf } from './daemons.ts';
import { end, eventually } from './processes.ts';
import { FULL, random } from './rounds.ts';
import { within } from './patience.ts';
import type { Site } from './site.ts';

/** Each way to be cut off. `late`: milliseconds that the command is given, where its time is what ends it. */
const FAULTS = {
  'browser killed': { late: null, now: async (shell: Cli) => end(await browserOf(shell)) },
  'renderer killed': {
    late: null,
    now: async (shell: Cli) => {
      for (const seen of shell.processes()) if (seen.command.includes('--type=renderer')) end(seen);
    },
  },
  'daemon killed': { late: null, now: async (shell: Cli) => end(daemonOf(shell)) },
  'page hung': { late: 1_500, now: async () => {} },
  'time-out': { late: 900, now: async () => {} },
  'client interrupted': { late: null, now: async (_: Cli, { child }: Running) => void child.kill('SIGINT') },
} as const;
export type Fault = keyof typeof FAULTS;

/** One cell of the table, aimed by a ref or by a selector. */
export type Case = { readonly act: Act; readonly fault: Fault; readonly moment: Moment; readonly byRef: boolean };

let sessions = 0;

/** A fresh session on the page of all acts; gives how to name an element there. */
export async function openActs(
  shell: Cli,
  site: Site,
  act: Act,
  byRef: boolean,
): Promise<{ session: string; target: (name: string) => string }> {
  const session = `acts-${++sessions}`;
  await shell.ok('goto', `${site.origin}/acts`, '--session', session);
  if (act === 'press') await shell.ok('focus', '#press', '--session', session);
  if (!byRef) return { session, target: (name) => `#${name}` };
  const seen = await shell.ok('snapshot', '-i', '--session', session);
  const refOf = (name: string): string => {
    const ref = new RegExp(`(@e\\d+) \\[\\w+\\] "${name}"`).exec(seen)?.[1];
    return ref ?? `#${name}`;
  };
  return { session, target: refOf };
}

/** Runs one act into its fault. `begun`: how often its handler began by the time that nothing of it is under way any more. */
export async function play(shell: Cli, site: Site, { act, fault, moment, byRef }: Case): Promise<{ run: Run; begun: number }> {
  const { late, now } = FAULTS[fault];
  const { session, target } = await openActs(shell, site, act, byRef);
  const counted = site.count('/begin');
  const gate = site.hold(GATES[moment]);
  if (moment === 'before') {
    await shell.ok('js', 'block()', '--session', session);
    await gate.arrived;
  }
  const line = [...lineOf(act, shell, site, target), '--json', '--session', session];
  const running = shell.start(late === null ? line : [...line, '--timeout', String(late)]);
  if (moment === 'before' && late === null)
    await eventually('the command to be accepted', async () => (await statusOf(shell)).running.some(({ command }) => command === act));
  if (moment !== 'before') await Promise.race([gate.arrived, running.done]);
  const everybody = shell.processes().filter(({ pid }) => pid !== running.pid);
  await now(shell, running);
  const run = await running.done;
  if (fault === 'daemon killed') await ended(everybody, within(5_000));
  // What comes to a page that goes on must have been refused by then; one that still hangs is closed.
  if (fault === 'page hung') await shell.run(['tab', 'close', '--session', session]);
  gate.release();
  if (fault === 'time-out' || fault === 'client interrupted') await shell.run(['js', '1', '--session', session]);
  await shell.run(['session', 'close', session]);
  return { run, begun: site.count('/begin') - counted };
}

/** What is untrue of an answer, in words; none of a true one. */
export function untruths({ act, fault, moment }: Case, run: Run, begun: number): readonly string[] {
  const { late } = FAULTS[fault];
  const said = untrueOf(act, run, begun);
  if (run.exit === 0) return said;
  const { error } = JSON.parse(run.stdout) as { error: ErrorBody };
  const rules: readonly (readonly [boolean, string])[] = [
    // Neither a page that hangs nor a time that is up leaves open what never reached the page.
    [!(moment === 'before' && late !== null) || error.exit !== 4, `exit 4 (${error.code}) before anything was sent`],
    [late === null || run.ms < within((late ?? 0) + 1_000), `${run.ms.toFixed(0)} ms`],
  ];
  return [...said, ...rules.flatMap(([holds, what]) => (holds ? [] : [what]))];
}

/** What the ledger says against an answer with `--json`, whatever happened meanwhile. `begun`: how often the act's handler began. */
export function untrueOf(act: Act, run: Pick<Run, 'exit' | 'stdout'>, begun: number): readonly string[] {
  if (run.exit === 0) return begun === 1 || (act === 'goto' && begun > 1) ? [] : [`exit 0, and the handler began ${begun} times`];
  const { error } = JSON.parse(run.stdout) as { error: ErrorBody };
  const { ran, retryable, exit } = error;
  const interrupted = run.exit === 130 || run.exit === 143;
  const rules: readonly (readonly [boolean, string])[] = [
    [['no', 'partly', 'yes', 'unknown'].includes(ran), `ran is ${ran}`],
    [run.exit === exit || interrupted, `the exit status ${run.exit} is not that of its JSON`],
    [exit !== 70, 'exit 70'],
    [begun <= 1 || act === 'goto', `the handler began ${begun} times`],
    [ran !== 'no' || begun === 0, 'ran no, and the handler began'],
    [ran !== 'yes' || begun === 1, 'ran yes, and the handler did not begin'],
    [ran !== 'unknown' || exit === 4 || interrupted, `unknown with exit ${exit}`],
    [ran === 'no' || !retryable, 'retryable although something may have run'],
  ];
  return rules.flatMap(([holds, what]) => (holds ? [] : [what]));
}

/** Every cell. */
export const EVERY: readonly Case[] = ACTS.flatMap((act) =>
  (Object.keys(FAULTS) as Fault[]).flatMap((fault) =>
    MOMENTS.flatMap((moment) => [true, false].map((byRef) => ({ act, fault, moment, byRef }))),
  ),
);

/** Some of all, the same for a seed. */
export function drawn(count: number): readonly Case[] {
  const next = random();
  return FULL ? EVERY : Array.from({ length: count }, () => EVERY[Math.floor(next() * EVERY.length)] as Case);
}
