/**
 * Component libraries and an application as they come from npm: what a snapshot says of them beside what Chromium says,
 * that all that acts has a ref, and that looking leaves no trace.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createJudge, lacking, readDifferences } from '../support/agreement.ts';
import { bundleLibraries, LOADED, VIEWS, type Libraries } from '../support/libraries.ts';
import { FULL, rounds, SEED } from '../support/rounds.ts';
import { traces, watchTraces } from '../support/traces.ts';
import { elementsInTree, elementsOf, INTERACTIVE, launchWalked, PLAIN, type Tree, type Walked } from '../support/walked.ts';

const LISTED = readDifferences('libraries');
/** What is true of every page is listed once, with the pages of the walk. */
const DIFFERENCES = [...LISTED, ...readDifferences('pages/walk').filter(({ page }) => page === undefined)];
const plain = createJudge(DIFFERENCES);
const acting = createJudge(DIFFERENCES);

/** Every library as it is loaded, and of its other scenes every third, from a place that the seed gives; in a soak all of them. */
const SHOWN = FULL ? VIEWS : VIEWS.filter(({ scene }, at) => scene === LOADED || at % 3 === SEED % 3);

let walked: Walked;
let libraries: Libraries;
beforeAll(async () => {
  libraries = bundleLibraries();
  walked = await launchWalked();
});
afterAll(async () => {
  await walked[Symbol.asyncDispose]();
  libraries[Symbol.dispose]();
});

describe.each(SHOWN)('$library, $scene', (view) => {
  let tree: Tree;
  beforeAll(async () => {
    await libraries.show(walked.page, view);
    tree = await walked.tree();
  });

  test('every printed role and name is the one Chromium has, but for the listed differences', async () => {
    const all = await elementsInTree(walked, await walked.capture(PLAIN));
    expect(all.length).toBeGreaterThan(0);
    expect(plain.compare(view.library, all, await walked.native(all, tree))).toEqual([]);
    const some = await elementsInTree(walked, await walked.capture(INTERACTIVE));
    expect(acting.compare(view.library, some, await walked.native(some, tree))).toEqual([]);
  });

  test('every element that Chromium calls interactive has a ref under -i', async () => {
    expect(await lacking(walked, elementsOf(await walked.capture(INTERACTIVE)), tree)).toEqual([]);
  });

  test('snapshots again and again leave no trace in the page', async () => {
    await watchTraces(walked.page);
    for (let round = 0; round < rounds(50, 2); round += 1) {
      await walked.capture(PLAIN);
      await walked.capture({ ...INTERACTIVE, boxes: true, viewport: true, urls: true });
    }
    expect(await traces(walked.page)).toEqual({ records: 0, events: 0 });
  });
});

describe('all of them', () => {
  test('agree with Chromium in at least 99 of 100 roles and names, on every page', () => {
    expect(plain.counts.size).toBeGreaterThanOrEqual(8);
    for (const [page, { nodes, differ }] of plain.counts) expect({ page, agreement: 1 - differ / nodes }).toSatisfy(agreed);
  });

  test('every listed difference of what was shown still exists', () => {
    const shown = (library: string): boolean => VIEWS.every((view) => view.library !== library || SHOWN.includes(view));
    const met = (judge: typeof plain) => new Set(judge.unmet(LISTED));
    const [byPlain, byActing] = [met(plain), met(acting)];
    const due = LISTED.filter(({ page }) => page === undefined || shown(page));
    expect(due.filter((each) => byPlain.has(each) && byActing.has(each))).toEqual([]);
  });
});

const agreed = ({ agreement }: { readonly agreement: number }): boolean => agreement >= 0.99;
