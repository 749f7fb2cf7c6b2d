/** What every kind of blow is made of. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Blow } from '../history.ts';
import type { Stage } from '../stage.ts';

/** Numbers of the plan, one after the other. */
export type Draw = () => number;

/** What fell. `undo` takes it back where it lasts; `hold` is how long it lasts, in milliseconds. */
export type Struck = { readonly what: string; readonly hold?: number; undo?(): void | Promise<void> };

/** A kind of blow. Null where there is nobody to strike now. */
export type Kind = Pick<Blow, 'machine' | 'rows'> & { strike(stage: Stage, draw: Draw): Promise<Struck | null> | Struck | null };

/** Between a moment and three seconds. */
export const someTime = (draw: Draw): number => 200 + Math.floor(draw() ** 2 * 2_800);

/** Runs one of the demon's own commands and writes it down. */
export async function verb(stage: Stage, argv: readonly string[], how: Parameters<Stage['start']>[1] = {}): Promise<number | null> {
  const from = stage.now();
  const running = stage.start(argv, how);
  const run = await running.done;
  const fate = stage.fates.get(running.pid) ?? null;
  stage.history.ran.push({
    session: 'demon',
    from,
    until: stage.now(),
    run,
    act: null,
    marker: null,
    told: false,
    timeout: null,
    fate,
    crowd: 1,
  });
  return run.exit;
}

/** A command that needs all of it, a page too. */
export const PROBE: readonly string[] = ['goto', 'data:text/html,here'];

/** Time of the demon's own. */
export const wait = (ms: number): Promise<void> => pause(ms);
