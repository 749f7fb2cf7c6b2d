/** One user: does what the plan says on pages of the ledger, one command after the other, and writes down what came of each. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Act } from '../../support/act-ledger.ts';
import { within } from '../../support/patience.ts';
import type { Ran } from '../history.ts';
import type { Work } from '../plan.ts';
import type { Stage } from '../stage.ts';
import { idOf, PLACES } from './ledger.ts';

/** The log has not the words of these, which may be secrets, or the ledger does not see them once. */
const UNTOLD: readonly Act[] = ['type', 'press', 'js', 'goto'];

/** The demon's own session, which does not rest. */
export const PROBED = 'probe';

/** Where a user is. */
type Place = { chapter: number; used: number; there: boolean };

/** Works until the stage says that it is over; between two commands it waits where the stage rests. */
export async function workAs(stage: Stage, session: string, work: readonly Work[]): Promise<void> {
  const place: Place = { chapter: 0, used: PLACES, there: false };
  let made = 0;
  for (const each of work) {
    if (stage.over()) return;
    if (!place.there || place.used >= PLACES) await turnPage(stage, session, place);
    if (!place.there) continue;
    if (each.kind === 'look') {
      await command(stage, session, each.words, each.timeout, null, null);
      continue;
    }
    const at = place.used;
    place.used += 1;
    made += 1;
    await doAct(stage, session, place, each, at, made);
  }
}

/** Runs one command line of a session and writes it down. */
export async function command(
  stage: Stage,
  session: string,
  words: readonly string[],
  timeout: number,
  act: Act | null,
  marker: string | null,
): Promise<Ran> {
  const argv = [...words, '--session', session, '--timeout', String(timeout), '--json'];
  if (session !== PROBED) await stage.turn();
  const from = stage.now();
  const running = stage.start(argv);
  const run = await running.done;
  const ran: Ran = {
    session,
    from,
    until: stage.now(),
    run,
    act,
    marker,
    told: act !== null && !UNTOLD.includes(act) && words[1]?.startsWith('#') === true,
    timeout,
    fate: stage.fates.get(running.pid) ?? null,
    crowd: within(1),
  };
  stage.history.ran.push(ran);
  return ran;
}

/** Goes to the next page of this user's. */
async function turnPage(stage: Stage, session: string, place: Place): Promise<void> {
  place.chapter += 1;
  place.used = 0;
  const marker = `${session}/goto-${place.chapter}`;
  const url = `${stage.site.origin}/work?s=${session}&c=${place.chapter}&m=${encodeURIComponent(marker)}`;
  const { run } = await command(stage, session, ['goto', url], 8_000, 'goto', marker);
  place.there = run.exit === 0;
}

async function doAct(
  stage: Stage,
  session: string,
  place: Place,
  { act, byRef, timeout }: Extract<Work, { kind: 'act' }>,
  at: number,
  made: number,
): Promise<void> {
  const id = idOf(act, place.chapter, at);
  const marker = act === 'js' ? `${session}/js-${made}` : `${session}/${id}`;
  if (act === 'goto') return turnPage(stage, session, place);
  if (act === 'press') {
    const focused = await command(stage, session, ['focus', `#${id}`], timeout, null, null);
    place.there = focused.run.exit === 0;
    if (!place.there) return;
  }
  // A look between focus and key would make a page that was loaded again meanwhile one that the caller has seen.
  const target = byRef && act !== 'press' ? await refOf(stage, session, id, timeout) : `#${id}`;
  if (target === null) {
    place.there = false;
    return;
  }
  const { run } = await command(stage, session, wordsOf(stage, act, target, place.chapter, at, marker), timeout, act, marker);
  // What else may be wrong with the page is found out by going on.
  place.there = run.exit === 0 || run.exit === 4;
}

/** The ref that a look has for an element; null when the look or the element is missing. */
async function refOf(stage: Stage, session: string, id: string, timeout: number): Promise<string | null> {
  const { run } = await command(stage, session, ['find', id], timeout, null, null);
  if (run.exit !== 0) return null;
  return new RegExp(`(@e\\d+) \\[\\w+\\] \\\\?"${id}\\\\?"`).exec(run.stdout)?.[1] ?? `#${id}`;
}

function wordsOf(stage: Stage, act: Act, target: string, chapter: number, at: number, marker: string): readonly string[] {
  switch (act) {
    case 'press':
      return ['press', 'a'];
    case 'type':
      return ['type', target, 'x'];
    case 'fill':
      return ['fill', target, 'Ada'];
    case 'select':
      return ['select', target, 'b'];
    case 'drag':
      return ['drag', target, `#${idOf('goal', chapter, at)}`];
    case 'upload':
      writeFileSync(join(stage.cwd, 'a.txt'), 'a');
      return ['upload', target, 'a.txt'];
    case 'js':
      return ['js', `did(${JSON.stringify(marker)})`];
    case 'goto':
    case 'click':
    case 'dblclick':
    case 'hover':
    case 'check':
      return [act, target];
  }
}
