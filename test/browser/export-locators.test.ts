/** The locators of an exported spec, by Playwright's own engine: each finds the element it was made for, or fails; never another one. */
import type { Locator } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alike, locate, isAlone } from '../../browse/domain/export/locators.ts';
import { RefTable } from '../../browse/domain/snapshot/refs.ts';
import { allPages, INTERACTIVE, launchWalked, treeOf, type Walked } from '../support/walked.ts';

let walked: Walked;
beforeAll(async () => {
  walked = await launchWalked();
});
afterAll(() => walked[Symbol.asyncDispose]());

type Verdict = 'found' | 'none' | 'several' | 'nothing to look by' | 'another';

/** What the locator of each element finds on the page as it is. */
async function verdicts(): Promise<readonly { readonly what: string; readonly verdict: Verdict }[]> {
  const nodes = treeOf(await walked.capture(INTERACTIVE));
  const refs = new RefTable();
  refs.number(nodes);
  // Headings part what can be acted on, and are no targets themselves.
  const targets = nodes.filter(({ role, interactive }) => role !== 'heading' || interactive);
  const identities = targets.flatMap(({ identity }) => (identity === null ? [] : [identity]));
  const pins = JSON.stringify(identities.map(({ pin }) => pin.index));
  await walked.world(`${pins}.forEach((pin) => __browse.element(pin)?.setAttribute('data-pin', pin))`);
  const all: { what: string; verdict: Verdict }[] = [];
  for (const identity of identities) {
    const { role, name, twin, pin } = identity;
    const found = locate(
      {
        selector: null,
        pick: null,
        role,
        name,
        twin,
        among: refs.standing(identity, alike(identity)),
        alone: isAlone(refs, identity),
        said: false,
        frames: [],
      },
      'page',
    );
    const what = `${role} ${JSON.stringify(name)} ${twin ?? ''} ${found?.code ?? ''}`;
    if (found === null) {
      all.push({ what, verdict: 'nothing to look by' });
      continue;
    }
    // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval -- what the code means is what is tested
    const locator = new Function('page', `return ${found.code}`)(walked.page) as Locator;
    const seen = await locator.evaluateAll((elements) => elements.map((element) => element.getAttribute('data-pin')));
    // What comes before its use fails where there are not as many as there were.
    const [, checked = '', count = ''] = /^await expect\((.*)\)\.toHaveCount\((\d+)\);$/.exec(found.checks[0] ?? '') ?? [];
    // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval -- what the code means is what is tested
    const holds = checked === '' || (await (new Function('page', `return ${checked}`)(walked.page) as Locator).count()) === Number(count);
    const verdict =
      seen.length === 0 || !holds ? 'none' : seen.length > 1 ? 'several' : seen[0] === String(pin.index) ? 'found' : 'another';
    all.push({ what, verdict });
  }
  return all;
}

test('on the pages of the tests a locator finds its element or fails, and nine of ten find it', async () => {
  const counts: Record<Verdict, number> = { 'found': 0, 'none': 0, 'several': 0, 'nothing to look by': 0, 'another': 0 };
  const wrong: string[] = [];
  for (const page of allPages()) {
    // These pages take away what Playwright, and the test's own look at them, need.
    if (/hang|clobbered|trap/.test(page)) continue;
    await walked.open(`../${page}`);
    for (const { what, verdict } of await verdicts()) {
      counts[verdict] += 1;
      if (verdict !== 'found') wrong.push(`${page} ${verdict}: ${what}`);
    }
  }
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  expect(wrong.filter((each) => each.includes(' another: '))).toEqual([]);
  expect(counts.found / total, `${JSON.stringify(counts)}\n${wrong.join('\n')}`).toBeGreaterThan(0.9);
});

test('rows that begin alike, are broken into parts, or stand in nested lists are told apart', async () => {
  const row = (name: string): string => `<tr><td>${name}</td><td><button>Delete</button></td></tr>`;
  await walked.content(`<table>${['Bob', 'Bobby', 'Order 1', 'Order 10', '<b>Ann</b><i>Lee</i>', '<b>Ann</b> <i>Leeson</i>'].map(row).join('')}</table>
    <ul><li>Tea <button>Add</button></li><li>Team <button>Add</button></li><li><h3>Big "cup" 'n\\more</h3><p>12 left</p><button>Add</button></li></ul>
    <div role=row><span role=cell>x</span><button>Delete</button></div>
    <section><h2>One</h2><div><button>More</button></div></section><section><h2>Two</h2><div><button>More</button></div></section>`);
  const all = await verdicts();
  expect(all.filter(({ verdict }) => verdict !== 'found')).toEqual([]);
  expect(all).toHaveLength(12);
});
