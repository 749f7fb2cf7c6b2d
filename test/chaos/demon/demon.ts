/** The demon: lets the blows of the plan fall, takes them back, and sees how long it takes until a command succeeds again. */
import { within } from '../../support/patience.ts';
import type { Burst, PlannedBlow } from '../plan.ts';
import type { Stage } from '../stage.ts';
import { command, PROBED } from '../work/user.ts';
import { PROBE, wait, type Draw, type Kind, type Struck } from './blow.ts';
import { BUILD_BLOWS } from './builds.ts';
import { CLOCK_BLOWS } from './clock.ts';
import { DISK_BLOWS } from './disk.ts';
import { FILE_BLOWS } from './files.ts';
import { LIMIT_BLOWS } from './limits.ts';
import { REPLACED_BLOWS } from './replaced.ts';
import { SIGNALS } from './signals.ts';
import { VERB_BLOWS } from './verbs.ts';

/** Every kind of blow, by name. */
export const KINDS: Readonly<Record<string, Kind>> = {
  ...SIGNALS,
  ...FILE_BLOWS,
  ...DISK_BLOWS,
  ...LIMIT_BLOWS,
  ...CLOCK_BLOWS,
  ...VERB_BLOWS,
  ...BUILD_BLOWS,
  ...REPLACED_BLOWS,
};

/** Milliseconds after which no recovery is waited for any more. */
const GIVEN_UP = 30_000;

type Fallen = { readonly kind: string; readonly from: number; readonly struck: Struck };

/** Goes through a plan's bursts from `at` on, until `until` on the stage's clock. Returns where it stopped. */
export async function haunt(stage: Stage, bursts: readonly Burst[], at: number, until: number): Promise<number> {
  let next = at;
  for (; next < bursts.length && stage.now() < until && !stage.over(); next += 1) {
    const { pause, blows } = bursts[next] as Burst;
    await wait(Math.max(0, Math.min(pause, until - stage.now())));
    const fallen: Fallen[] = [];
    for (const blow of blows) {
      const one = await fall(stage, blow);
      if (one !== null) fallen.push(one);
    }
    if (fallen.length > 0) await recover(stage, fallen);
  }
  return next;
}

async function fall(stage: Stage, { kind, draws }: PlannedBlow): Promise<Fallen | null> {
  let drawn = 0;
  const draw: Draw = () => draws[drawn++ % draws.length] ?? 0;
  const from = stage.now();
  let struck: Struck | null = null;
  try {
    struck = (await KINDS[kind]?.strike(stage, draw)) ?? null;
  } catch (error) {
    // What was to be struck went away in that moment.
    console.error(`(${kind} fell on nothing: ${error instanceof Error ? error.message : String(error)})`);
  }
  return struck === null ? null : { kind, from, struck };
}

/** Takes everything back, and waits for the first command that succeeds. */
async function recover(stage: Stage, fallen: readonly Fallen[]): Promise<void> {
  await wait(Math.max(...fallen.map(({ struck }) => struck.hold ?? 0)));
  for (const { struck } of fallen) await struck.undo?.();
  const at = stage.now();
  for (const { kind, from, struck } of fallen) {
    const { machine, rows } = KINDS[kind] as Kind;
    stage.history.blows.push({ kind, what: struck.what, from, until: at, machine, rows });
  }
  let ms: number | null = null;
  while (ms === null && stage.now() - at < GIVEN_UP) {
    const { run } = await command(stage, PROBED, PROBE, 5_000, null, null);
    if (run.exit === 0) ms = stage.now() - at;
  }
  const after = fallen.map(({ kind, struck }) => `${kind} (${struck.what})`);
  stage.history.recoveries.push({ at, after, ms, crowd: within(1) });
}
