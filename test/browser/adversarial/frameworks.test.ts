/** Lists drawn by React, Vue and Svelte as they come from npm: their ways to re-use and exchange nodes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  PATIENCE,
  adversary,
  refused,
  right,
  rightOrRefused,
  trial,
  type Adversary,
  type Outcome,
  type Refusal,
  type Scene,
  type Trial,
} from '../../support/adversary.ts';
import { bundleApps } from '../../support/apps.ts';
import { within } from '../../support/browser.ts';
import { temporaryFolder, type Folder } from '../../support/folder.ts';
import { random, rounds } from '../../support/rounds.ts';

const FRAMEWORKS = ['react', 'vue', 'svelte'] as const;

let rig: Adversary;
let folder: Folder;
beforeAll(async () => {
  folder = temporaryFolder();
  bundleApps('pages/adversarial/apps', folder.path);
  rig = await adversary();
  for (const framework of FRAMEWORKS) {
    const script = readFileSync(join(folder.path, `${framework}.js`));
    rig.site.on(`/adversarial/${framework}.js`, (_, response) => void response.setHeader('content-type', 'text/javascript').end(script));
    rig.site.on(
      `/adversarial/${framework}`,
      `<!doctype html><title>${framework}</title><script src="ledger.js"></script><div id="root"></div><script src="${framework}.js"></script>`,
    );
  }
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const LEFT: Refusal = { code: 'ref-stale', says: /the element left the page$/ };
const row = (name: string): Refusal => ({ code: 'ref-stale', says: new RegExp(`its row is now "${name}"$`) });
const REVERSED = 'await app.set(({ people }) => ({ people: [...people].reverse() }))';
const SHORTER = 'await app.set(({ people }) => ({ people: people.slice(1) }))';
const LONGER = 'await app.set(({ people }) => ({ people: [{ name: "Newcomer" }, ...people] }))';
const OTHERS = 'await app.set(() => ({ people: ["Xenia", "Yusuf", "Zoe"].map((name) => ({ name })) }))';
const ANEW = 'await app.set(({ version }) => ({ version: version + 1 }))';
const RELABELLED = 'await app.set(({ people }) => ({ people: people.map((person) => ({ ...person, label: "Archive" })) }))';
const UNKEYED = '{ await app.set(() => ({ keyed: false })) }';

describe.each(FRAMEWORKS)('%s', (page) => {
  const keyed = (change: string, which: readonly [string, number]): Promise<Trial> =>
    trial(rig, { page, target: ['button', ...which], change });

  async function unkeyed(change: string, which: readonly [string, number]): Promise<Trial> {
    const scene = await rig.scene();
    await scene.open(page);
    await scene.js(UNKEYED);
    await scene.snapshot();
    const target = scene.ref('button', ...which);
    await scene.js(`{ ${change} }`);
    const before = await scene.state();
    const outcome = await scene.click(target);
    const after = await scene.state();
    await scene.page.close();
    return { outcome, before, after };
  }

  test('keyed and reordered: the node that was printed', async () => right(await keyed(REVERSED, ['Delete', 0]), 'delete Alice'));
  test('keyed and prepended: the node that was printed', async () => right(await keyed(LONGER, ['Keep', 1]), 'keep Bob'));
  test('keyed and removed, with twins left: refused', async () => refused(await keyed(SHORTER, ['Delete', 0]), LEFT));
  test('keyed and drawn anew: refused', async () => refused(await keyed(ANEW, ['Delete', 1]), LEFT));
  test('keyed and others in their place: refused', async () => refused(await keyed(OTHERS, ['Delete', 1]), LEFT));
  test('relabelled in place: refused', async () =>
    refused(await keyed(RELABELLED, ['Keep', 2]), { code: 'ref-stale', says: /its name is now "Archive"$/ }));

  test('un-keyed and reordered: refused', async () => refused(await unkeyed(REVERSED, ['Delete', 0]), row('Carol')));
  test('un-keyed, the one in the middle of a reorder is the same: clicked', async () =>
    right(await unkeyed(REVERSED, ['Delete', 1]), 'delete Bob'));
  test('un-keyed and removed: refused', async () => refused(await unkeyed(SHORTER, ['Delete', 0]), row('Bob')));
  test('un-keyed and prepended: refused', async () => refused(await unkeyed(LONGER, ['Delete', 0]), row('Newcomer')));
  test('un-keyed and others in their nodes: refused', async () => refused(await unkeyed(OTHERS, ['Delete', 2]), row('Zoe')));

  const check = (scene: Scene, target: Parameters<Scene['click']>[0]): Promise<Outcome> =>
    scene.attempt(scene.page.setChecked(target, true, within(PATIENCE)));

  test('a box is ticked in its own row, and the framework knows', async () => {
    const { outcome, after } = await trial(rig, { page, target: ['checkbox', 'Done', 1], change: REVERSED, act: check });
    expect(outcome).toMatchObject({ done: true });
    expect(after.fields.filter((field) => field.endsWith('=true'))).toEqual(['done Bob=true']);
  });

  test('a controlled field is filled, and the framework knows', async () => {
    const scene = await rig.scene();
    await scene.open(page);
    await scene.snapshot();
    await scene.page.fill(scene.ref('textbox', 'Search'), 'ghent', within());
    const value = await scene.page.text(scene.ref('textbox', 'Search'), within());
    const typed = await scene.page.append(scene.ref('textbox', 'Search'), 'xy', within());
    const known = await scene.js('app.text()');
    await scene.page.close();
    expect({ value, typed: typed.typed, known }).toEqual({ value: 'GHENT', typed: 2, known: 'GHENTXY' });
  });

  test(
    'a list that changes while the click is on its way: the row that was printed or none',
    { timeout: rounds(120, 5) * 6_000 },
    async () => {
      const times = rounds(120, 5);
      const chance = random();
      const ends = { right: 0, refused: 0 };
      const changes = [REVERSED, SHORTER, LONGER, OTHERS, ANEW].map((change) => change.replace('await app.set(', '').replace(/\)$/, ''));
      for (let at = 0; at < times; at += 1) {
        const keys = chance() < 0.5;
        const change = changes[Math.floor(chance() * changes.length)] ?? REVERSED;
        const scene = await rig.scene();
        await scene.open(page);
        await scene.js(`{ await app.set(() => ({ keyed: ${keys} })) }`);
        await scene.snapshot();
        const target = scene.ref('button', 'Delete', Math.floor(chance() * 3));
        const name = await scene.page.attributes(target, within());
        await scene.js(`{ app.later(${change}, ${Math.floor(chance() * 30)}) }`);
        const before = await scene.state();
        const outcome = await scene.click(target, { patience: 600 });
        ends[
          rightOrRefused({ outcome, before, after: await scene.state() }, name['data-mark'] ?? '', [
            'ref-stale',
            'act-broken',
            'not-actionable',
          ])
        ] += 1;
        await scene.page.close();
      }
      expect(ends.right + ends.refused).toBe(times);
    },
  );
});
