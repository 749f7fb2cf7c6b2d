/**
 * Every element that acts has a ref of its own, in fourteen libraries: what `snapshot -i` prints beside the oracle of
 * support/actors.ts, which asks the browser itself. Each page has a dozen actors or more. Cases E1, E2.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedCli } from '../support/shared-cli.ts';
import type { Site } from '../support/site.ts';
import { NUMBER, NUMBERED, oracle, type Actor, type Oracle } from './support/actors.ts';
import { hand } from './support/hand.ts';
import { js, open, shown, type Shown } from './support/looks.ts';
import { servePage } from './support/pages.ts';

const LIBRARIES = [
  'react',
  'preact',
  'vue',
  'svelte',
  'solid',
  'angular',
  'lit',
  'alpine',
  'jquery-ui',
  'd3',
  'leaflet',
  'tabulator',
  'ag-grid',
  'icons',
];
const LEAST_ACTORS = 12;
const WANTED = 0.98;

const shell = sharedCli();
const handAt = hand();

/** Number of the element of each ref. */
async function numbersOf(lines: readonly Shown[]): Promise<ReadonlyMap<number, Shown>> {
  const found = new Map<number, Shown>();
  const stdin = lines.map(({ ref }) => `attrs ${ref}`).join('\n');
  const run = await shell().run(['chain', '--keep-going', '--json'], { stdin });
  const { steps } = JSON.parse(run.stdout) as { steps: readonly unknown[] };
  const numbers = steps.map((step) => Number(new RegExp(`"${NUMBER}":"(\\d+)"`).exec(JSON.stringify(step))?.[1] ?? -1));
  if (numbers.length !== lines.length) throw new Error(`${numbers.length} answers for ${lines.length} refs\n${String(run)}`);
  for (const [at, line] of lines.entries()) found.set(numbers[at] ?? -1, line);
  return found;
}

const show = ({ looks, why }: Actor): string => `${looks} [${why.join(' ')}]`;

describe.each(LIBRARIES)('%s', (name) => {
  let site: Site;
  let wanted: Oracle;
  let refs: ReadonlyMap<number, Shown>;
  beforeAll(async () => {
    site = await servePage('actors', name);
    const page = await handAt(site.origin);
    const tags = await page.evaluate(NUMBERED);
    wanted = await oracle(page);
    await page.context().close();
    await open(shell(), site.origin);
    if ((await js(shell(), NUMBERED)) !== tags) throw new Error(`${name} has other elements in the other browser`);
    refs = await numbersOf(await shown(shell(), '-i'));
  });
  afterAll(() => site[Symbol.asyncDispose]());

  test('at least 98 of 100 elements that act have a ref of their own', () => {
    const { actors } = wanted;
    expect(actors.length).toBeGreaterThanOrEqual(LEAST_ACTORS);
    const lacking = actors.filter(({ n }) => !refs.has(n));
    const share = 1 - lacking.length / actors.length;
    expect(share, `${lacking.length} of ${actors.length} lack a ref:\n${lacking.map(show).join('\n')}`).toBeGreaterThanOrEqual(WANTED);
  });

  test('no line stands for several elements that act', () => {
    const lacking = wanted.actors.filter(({ n }) => !refs.has(n));
    const merging = new Map<Shown, string[]>();
    for (const actor of lacking) {
      const line = actor.above.map((n) => refs.get(n)).find((each) => each !== undefined);
      if (line !== undefined) merging.set(line, [...(merging.get(line) ?? []), show(actor)]);
    }
    const merged = [...merging].map(([{ line }, parts]) => `${line.trim()} stands for ${parts.join(', ')}`);
    expect(merged, merged.join('\n')).toEqual([]);
  });

  test('a container that only delegates is not called clickable', () => {
    const called = wanted.delegating.flatMap((each) => {
      const line = refs.get(each.n);
      return line?.role === 'clickable' ? [`${line.line.trim()}: ${show(each)}`] : [];
    });
    expect(called, called.join('\n')).toEqual([]);
  });
});
