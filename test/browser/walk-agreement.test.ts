/** Roles and names of the walk against Chromium's own accessibility tree, node by node. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createJudge, lacking, readDifferences } from '../support/agreement.ts';
import { elementsOf, INTERACTIVE, launchWalked, PLAIN, walkPages, type Walked } from '../support/walked.ts';

const DIFFERENCES = readDifferences('walk');
const judge = createJudge(DIFFERENCES);

let walked: Walked;
beforeAll(async () => {
  walked = await launchWalked();
});
afterAll(() => walked[Symbol.asyncDispose]());

test.each(walkPages())('every printed role and name of %s is the one Chromium has, but for the listed differences', async (page) => {
  await walked.open(page);
  for (const options of [PLAIN, { ...PLAIN, clickable: true }, INTERACTIVE]) {
    const nodes = elementsOf(await walked.capture(options));
    expect({ options, odd: judge.compare(page, nodes, await walked.native(nodes)) }).toEqual({ options, odd: [] });
  }
});

test('every listed difference still exists', () => {
  expect([...judge.counts.values()].reduce((sum, { nodes }) => sum + nodes, 0)).toBeGreaterThan(800);
  expect(judge.unmet(DIFFERENCES)).toEqual([]);
});

test('every element that Chromium calls focusable and interactive has a line under -i', async () => {
  for (const page of walkPages()) {
    if (page === 'clickable.html') continue;
    await walked.open(page);
    const missing = await lacking(walked, elementsOf(await walked.capture(INTERACTIVE)));
    expect({ page, missing }).toEqual({ page, missing: MISSING[page] ?? [] });
  }
});

/** What only the browser's tree has, with the reason. */
const MISSING: Readonly<Record<string, readonly string[]>> = {
  // Nobody can pick an option that is not shown.
  'hidden.html': ['[option] no'],
  // A closed shadow tree is closed to scripts, ours included.
  'shadow.html': ['[button] Closed shadow button'],
};
