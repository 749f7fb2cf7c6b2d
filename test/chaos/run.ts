/** One run of chaos: the users at work, the demon among them, a rest from time to time, and a last one. */
import { daemonsOf } from '../support/daemons.ts';
import { readFileSync } from 'node:fs';
import { haunt } from './demon/demon.ts';
import { wait } from './demon/blow.ts';
import type { History } from './history.ts';
import type { Plan } from './plan.ts';
import { takeRest } from './rest.ts';
import { openStage, type Builds, type Stage } from './stage.ts';
import { workAs } from './work/user.ts';

/** Milliseconds between two rests. */
const ROUND = 25_000;
/** Milliseconds between two looks at the daemons. */
const BEAT = 300;

/** Plays a plan for so many seconds, on builds that are there. */
export async function play(plan: Plan, seconds: number, builds: Builds): Promise<History> {
  await using stage = await openStage(builds);
  // Ends as if its time were over.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stage.end());
  const watching = watch(stage);
  const users = plan.users.map(({ session, work }) => workAs(stage, session, work));
  const end = stage.now() + seconds * 1_000;
  for (let burst = 0; stage.now() < end && !stage.over();) {
    burst = await haunt(stage, plan.bursts, burst, Math.min(end, stage.now() + ROUND));
    await takeRest(stage);
  }
  stage.end();
  await Promise.all(users);
  await takeRest(stage);
  await watching;
  return stage.history;
}

async function watch(stage: Stage): Promise<void> {
  while (!stage.over()) {
    const daemons = daemonsOf(stage.shell).map(({ pid }) => ({ pid, frozen: isStopped(pid) }));
    stage.history.looks.push({ at: stage.now(), daemons });
    await wait(BEAT);
  }
}

function isStopped(pid: number): boolean {
  try {
    return /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
