/** Roles and names of the walk against Chromium's own accessibility tree, node by node. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createJudge, lacking, readDifferences } from '../support/agreement.ts';
import { allPages, elementsInTree, elementsOf, INTERACTIVE, launchWalked, PLAIN, type Walked } from '../support/walked.ts';

const DIFFERENCES = readDifferences('pages/walk');
const plain = createJudge(DIFFERENCES);
const acting = createJudge(DIFFERENCES);

let walked: Walked;
beforeAll(async () => {
  walked = await launchWalked();
});
afterAll(() => walked[Symbol.asyncDispose]());

test.each(allPages())('every printed role and name of %s is the one Chromium has, but for the listed differences', async (page) => {
  await walked.open(`../${page}`);
  const nodes = await elementsInTree(walked, await walked.capture(PLAIN));
  expect(nodes.length).toBeGreaterThan(0);
  expect(plain.compare(page, nodes, await walked.native(nodes))).toEqual([]);
  for (const options of [{ ...PLAIN, clickable: true }, INTERACTIVE]) {
    const some = await elementsInTree(walked, await walked.capture(options));
    expect({ options, odd: acting.compare(page, some, await walked.native(some)) }).toEqual({ options, odd: [] });
  }
});

test('every listed difference still exists', () => {
  expect([...plain.counts.values()].reduce((sum, { nodes }) => sum + nodes, 0)).toBeGreaterThan(700);
  const unmet = new Set(acting.unmet(DIFFERENCES));
  expect(plain.unmet(DIFFERENCES).filter((each) => unmet.has(each))).toEqual([]);
});

test('at least 99 of 100 roles and names are the same on every page', () => {
  for (const [page, { nodes, differ }] of plain.counts)
    expect({ page, agreement: 1 - differ / nodes }).toSatisfy(({ agreement }) => page === ODD || agreement >= 0.99);
});
/** A page of things without a role: few nodes, among them a drawing that Chromium leaves out. */
const ODD = 'walk/clickable.html';

test('every element that Chromium calls focusable and interactive has a line under -i', async () => {
  for (const page of allPages()) {
    await walked.open(`../${page}`);
    const missing = await lacking(walked, elementsOf(await walked.capture(INTERACTIVE)));
    expect({ page, missing }).toEqual({ page, missing: MISSING[page] ?? [] });
  }
});

/** What only the browser's tree has, with the reason. */
const MISSING: Readonly<Record<string, readonly string[]>> = {
  // Nobody can pick an option that is not shown.
  'walk/hidden.html': ['[option] no'],
  // A closed shadow tree is closed to scripts, ours included.
  'walk/shadow.html': ['[button] Closed shadow button'],
};
