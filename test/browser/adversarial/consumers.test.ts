/** Whatever a stale ref is used for, the answer is the same sentence, and the page is as it was. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adversary, consumers, type Adversary, type Consumer } from '../../support/adversary.ts';
import { within } from '../../support/browser.ts';
import { temporaryFolder, type Folder } from '../../support/folder.ts';

let rig: Adversary;
let folder: Folder;
let all: Readonly<Record<string, Consumer>>;
beforeAll(async () => {
  rig = await adversary();
  folder = temporaryFolder();
  all = consumers(join(folder.path, 'picture.png'));
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** How the element printed as `role "name"` comes to be another, or none; and how that is said. */
const WAYS: readonly (readonly [way: string, change: string, reason: string])[] = [
  ['left the page', 'document.querySelector(SELECTOR).remove()', 'the element left the page'],
  [
    'was exchanged for a twin',
    'const old = document.querySelector(SELECTOR); const next = old.cloneNode(true); old.replaceWith(next)',
    'the element left the page',
  ],
  ['was renamed', 'document.querySelector(SELECTOR).setAttribute("aria-label", "Another")', 'its name is now "Another"'],
  ['was given another role', 'document.querySelector(SELECTOR).setAttribute("role", "switch")', 'its role is now switch'],
  ['went with its page', 'NAVIGATE', 'the page navigated'],
];

/** An element that the act would fit, were it not stale. */
function fitting(consumer: string): { role: string; name: string; selector: string } {
  if (/^(fill|type)$/.test(consumer)) return { role: 'textbox', name: 'Comment', selector: '#public' };
  if (consumer === 'select') return { role: 'combobox', name: 'Colour', selector: '#colour' };
  if (consumer === 'upload') return { role: 'button', name: 'Picture', selector: '#file' };
  return { role: 'checkbox', name: 'Agree', selector: '#agree' };
}

const NAMES = Object.keys(consumers(''));

test('there are as many ways to use a ref here as there are methods that take one', () => {
  expect(NAMES.length).toBeGreaterThan(20);
});

describe.each(WAYS)('an element that %s', (_, change, reason) => {
  test('is refused by every consumer in the same words, and nothing is touched', { timeout: 120_000 }, async () => {
    const scene = await rig.scene();
    const said: Record<string, unknown> = {};
    const due: Record<string, unknown> = {};
    for (const consumer of NAMES) {
      const { role, name, selector } = fitting(consumer);
      await scene.open('fields.html');
      await scene.snapshot();
      const target = scene.ref(role, name);
      if (change === 'NAVIGATE') await scene.open('fields.html');
      else await scene.js(`{ ${change.replaceAll('SELECTOR', JSON.stringify(selector))} }`);
      const before = await scene.state();
      const use = all[consumer];
      if (use === undefined) throw new Error(consumer);
      const outcome = await scene.attempt(use(scene.page, target));
      const after = await scene.state();
      said[consumer] = { outcome, same: JSON.stringify(after) === JSON.stringify(before) };
      due[consumer] = {
        outcome: { done: false, code: 'ref-stale', message: `The element (${role} "${name}") is stale: ${reason}` },
        same: true,
      };
    }
    await scene.page.close();
    expect(said).toEqual(due);
    expect(existsSync(join(folder.path, 'picture.png'))).toBe(false);
  });
});

test('every consumer takes the element while it is what was printed', { timeout: 120_000 }, async () => {
  const scene = await rig.scene();
  const failed: Record<string, unknown> = {};
  for (const consumer of NAMES) {
    const { role, name } = fitting(consumer);
    await scene.open('fields.html');
    await scene.snapshot();
    const use = all[consumer];
    if (use === undefined) throw new Error(consumer);
    const outcome = await scene.attempt(use(scene.page, scene.ref(role, name)));
    if (!outcome.done) failed[consumer] = outcome;
  }
  await scene.page.close();
  expect(failed).toEqual({});
});

test('a capture limited to a stale element is refused in the same words', async () => {
  const scene = await rig.scene();
  await scene.open('fields.html');
  await scene.snapshot();
  const within_ = scene.ref('textbox', 'Editor');
  await scene.js(`document.getElementById('editor').setAttribute('aria-label', 'Another')`);
  const options = { interactive: false, viewport: false, boxes: false, urls: false, clickable: false };
  const outcome = await scene.attempt(scene.page.capture({ ...options, within: within_ }, within()));
  await scene.page.close();
  expect(outcome).toEqual({
    done: false,
    code: 'ref-stale',
    message: 'The element (textbox "Editor") is stale: its name is now "Another"',
  });
});
