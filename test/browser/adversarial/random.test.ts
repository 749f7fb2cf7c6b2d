/**
 * Random pages, changes, acts and moments, from a seed: not one input reaches anything but the element that was printed.
 * `BROWSE_TEST_SEED` replays a run; `npm run soak` takes a thousand.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adversary, tell, touched, type Adversary, type Outcome, type Scene } from '../../support/adversary.ts';
import { within } from '../../support/browser.ts';
import { SEED, random, rounds } from '../../support/rounds.ts';

let rig: Adversary;
beforeAll(async () => {
  rig = await adversary();
});
afterAll(() => rig[Symbol.asyncDispose]());

const NAMES = ['Alice', 'Bob', 'Carol', 'Dave', 'Erin', 'Frank', 'Grace'];
const SHAPES = [
  'table',
  'list',
  'cards',
  'groups',
  'regions',
  'dialogs',
  'tabpanels',
  'forms',
  'articles',
  'fieldsets',
  'headed',
  'definitions',
  'nested',
  'numbers',
  'texts',
  'labelled',
  'treegrid',
];
/** Changes that leave every node with its person. */
const HARMLESS = ['none', 'tick', 'clock', 'reverseKeyed', 'prependKeyed', 'appendTwin', 'sortByParts'];
const CHANGES = [
  'rerender',
  'reverseKeyed',
  'reverseUnkeyed',
  'recycle',
  'removeFirstKeyed',
  'removeFirstUnkeyed',
  'prependKeyed',
  'prependUnkeyed',
  'appendTwin',
  'sortByParts',
  'swapLabels',
  'tick',
  'clock',
];
const PATIENCE = 1_500;

type Act = {
  readonly role: string;
  readonly name: string;
  readonly mark: string;
  readonly run: (scene: Scene, target: ReturnType<Scene['ref']>) => Promise<Outcome>;
};

const press = (name: string, options: Partial<Parameters<Scene['page']['click']>[1]> = {}): Act => ({
  role: 'button',
  name,
  mark: name.toLowerCase(),
  run: (scene, target) =>
    scene.attempt(scene.page.click(target, { button: 'left', count: 1, modifiers: [], force: false, ...options }, within(PATIENCE))),
});

const ACTS: readonly Act[] = [
  press('Delete'),
  press('Keep'),
  press('Delete', { count: 2 }),
  press('Keep', { button: 'right' }),
  press('Delete', { force: true }),
  { role: 'textbox', name: 'Note', mark: 'note', run: (scene, target) => scene.attempt(scene.page.fill(target, 'ours', within(PATIENCE))) },
  {
    role: 'textbox',
    name: 'Note',
    mark: 'note',
    run: (scene, target) => scene.attempt(scene.page.append(target, 'ours', within(PATIENCE))),
  },
  {
    role: 'checkbox',
    name: 'Done',
    mark: 'done',
    run: (scene, target) => scene.attempt(scene.page.setChecked(target, true, within(PATIENCE))),
  },
  {
    role: 'combobox',
    name: 'Role',
    mark: 'role',
    run: (scene, target) => scene.attempt(scene.page.select(target, ['admin'], within(PATIENCE))),
  },
];

/** What may be said after an input had begun on the right element. */
const HALFWAY = ['act-broken', 'focus-moved', 'value-refused', 'may-have-run'];

type Run = { readonly story: string; readonly mark: string; readonly outcome: Outcome; readonly events: readonly string[] };

async function once(scene: Scene, chance: () => number): Promise<Run> {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
  const people = NAMES.slice(0, 3 + Math.floor(chance() * (NAMES.length - 2)));
  const shape = pick(SHAPES);
  const who = Math.floor(chance() * people.length);
  const act = pick(ACTS);
  const changes = Array.from({ length: 1 + Math.floor(chance() * 3) }, () => {
    const change = pick(CHANGES);
    const when = pick(['before', 'after', 'after', 'every']);
    const ms = Math.floor(chance() * 40);
    if (when === 'before') return `mutate.${change}()`;
    return when === 'after' ? `mutate.after(${ms}, '${change}')` : `mutate.every(${Math.max(3, ms)}, '${change}')`;
  });
  if (chance() < 0.2) changes.push(`setInterval(() => document.querySelector('.note')?.focus(), ${1 + Math.floor(chance() * 20)})`);
  await scene.open(`list.html?as=${shape}&people=${people.join(',')}`);
  await scene.snapshot();
  const target = scene.ref(act.role, act.name, who);
  await scene.js(`{ ${changes.join('; ')} }`);
  const outcome = await act.run(scene, target);
  const { events } = await scene.state();
  return {
    story: `${shape} of ${people.length}, ${act.mark} ${people[who]}, ${changes.join('; ')}`,
    mark: `${act.mark} ${people[who]}#0`,
    outcome,
    events,
  };
}

/** Null when it was lawful; else what was wrong. */
function verdict({ mark, outcome, events }: Run): string | null {
  const reached = touched({ events, fields: [] });
  const strangers = reached.filter((each) => each !== mark);
  if (strangers.length > 0) return `reached ${strangers.join(', ')}`;
  if (outcome.done) return reached.length > 0 || mark.startsWith('done') ? null : 'said done, and nothing was reached';
  return reached.length > 0 && !HALFWAY.includes(outcome.code)
    ? `said ${outcome.code}, and the element was reached: ${events.join(', ')}`
    : null;
}

test('random changes at random moments: no wrong target', { timeout: rounds(1_000, 40) * 3_000 }, async () => {
  const chance = random();
  const times = rounds(1_000, 40);
  const counts: Record<string, number> = { right: 0, refused: 0, wrong: 0 };
  const codes: Record<string, number> = {};
  const wrong: string[] = [];
  const scene = await rig.scene();
  for (let at = 0; at < times; at += 1) {
    const run = await once(scene, chance);
    const problem = verdict(run);
    const end = problem !== null ? 'wrong' : run.outcome.done ? 'right' : 'refused';
    counts[end] = (counts[end] ?? 0) + 1;
    if (!run.outcome.done) codes[run.outcome.code] = (codes[run.outcome.code] ?? 0) + 1;
    if (problem !== null) wrong.push(`run ${at}: ${problem} (${run.story}; ${run.outcome.done ? 'done' : run.outcome.message})`);
  }
  await scene.page.close();
  tell(
    `seed ${SEED}: ${times} runs, ${counts['right']} right, ${counts['refused']} refused (${JSON.stringify(codes)}), ${counts['wrong']} wrong`,
  );
  expect(wrong, `BROWSE_TEST_SEED=${SEED}`).toEqual([]);
  expect(counts['right'], 'a suite that refuses everything proves nothing').toBeGreaterThan(times / 10);
  expect(counts['refused'], 'a suite that never has to refuse proves nothing').toBeGreaterThan(times / 20);
});

test(
  'the same pages without an attack: nothing is refused, and a second act on the same ref works',
  { timeout: rounds(1_000, 34) * 3_000 },
  async () => {
    const chance = random(SEED + 1);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
    const wrong: string[] = [];
    const scene = await rig.scene();
    for (let at = 0; at < rounds(1_000, 34); at += 1) {
      const people = NAMES.slice(0, 3 + Math.floor(chance() * (NAMES.length - 2)));
      const shape = SHAPES[at % SHAPES.length] as string;
      const who = Math.floor(chance() * people.length);
      const act = pick(ACTS);
      await scene.open(`list.html?as=${shape}&people=${people.join(',')}`);
      await scene.snapshot();
      const target = scene.ref(act.role, act.name, who);
      for (let turn = 0; turn < 2; turn += 1) {
        const change = pick(HARMLESS);
        await scene.js(`{ ledger.clear(); mutate.${change}() }`);
        const outcome = await act.run(scene, target);
        const reached = touched({ events: (await scene.state()).events, fields: [] });
        const mark = `${act.mark} ${people[who]}#0`;
        const right = outcome.done && (reached.length === 0 ? turn === 1 || act.mark === 'done' : reached.every((each) => each === mark));
        if (!right)
          wrong.push(`run ${at}, turn ${turn}: ${shape}, ${change}, ${mark}: ${outcome.done ? reached.join(', ') : outcome.message}`);
      }
    }
    await scene.page.close();
    expect(wrong, `BROWSE_TEST_SEED=${SEED}`).toEqual([]);
  },
);
