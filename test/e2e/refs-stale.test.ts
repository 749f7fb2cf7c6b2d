/** A ref that is not what it was: one code, one sentence, in every command, and a page that is as it was. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pages, touched } from '../support/adversary.ts';
import { cli, type Cli } from '../support/cli.ts';
import { mustBeGone, openPage, refOf, snapshot, stateOf } from '../support/refs.ts';
import { rounds } from '../support/rounds.ts';
import { serve, type Site } from '../support/site.ts';

let site: Site;
let shell: Cli;
beforeAll(async () => {
  site = await serve(pages());
  shell = cli();
  writeFileSync(join(shell.cwd, 'a.txt'), 'a file of ours\n');
});
afterAll(async () => {
  await shell[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

const at = (name: string): string => `${site.origin}/adversarial/${name}`;

/** Every command that takes a ref, with what else it needs. `REF` stands for it. */
const CONSUMERS: readonly (readonly string[])[] = [
  ['click', 'REF'],
  ['click', 'REF', '--force'],
  ['click', 'REF', '--double'],
  ['click', 'REF', '--button', 'right'],
  ['dblclick', 'REF'],
  ['tap', 'REF'],
  ['hover', 'REF'],
  ['drag', 'REF', '#public'],
  ['drag', '#public', 'REF'],
  ['focus', 'REF'],
  ['frame', 'REF'],
  ['scroll', 'REF'],
  ['scroll', 'REF', '--by', '50'],
  ['value', 'REF'],
  ['fill', 'REF', 'ours'],
  ['fill', '--submit', 'REF', 'ours'],
  ['type', 'REF', 'ours'],
  ['select', 'REF', 'g'],
  ['check', 'REF'],
  ['uncheck', 'REF'],
  ['upload', 'REF', 'a.txt'],
  ['text', 'REF'],
  ['html', 'REF'],
  ['css', 'REF', 'color'],
  ['attrs', 'REF'],
  ['screenshot', 'REF', 'shot.png'],
  ...['visible', 'hidden', 'enabled', 'disabled', 'checked', 'editable', 'focused'].map((state) => ['is', state, 'REF']),
  ['wait', 'REF'],
  ['wait', 'REF', '--hidden'],
  ['snapshot', '-s', 'REF'],
  ['snapshot', '-i', '-s', 'REF'],
];

type Way = { readonly name: string; readonly reason: string; readonly go: (tab: string) => Promise<unknown> };
const WAYS: readonly Way[] = [
  {
    name: 'its element left the page',
    reason: 'the element left the page',
    go: () => shell.ok('js', 'document.querySelector("#agree").remove(); 1'),
  },
  {
    name: 'a twin took its place',
    reason: 'the element left the page',
    go: () => shell.ok('js', 'agree.replaceWith(agree.cloneNode()); 1'),
  },
  { name: 'it was renamed', reason: 'its name is now "Sell my data"', go: () => shell.ok('js', 'mutate.relabelBox(); 1') },
  { name: 'its role changed', reason: 'its role is now switch', go: () => shell.ok('js', 'agree.setAttribute("role", "switch"); 1') },
  { name: 'the page was loaded again', reason: 'the page navigated', go: () => shell.ok('reload') },
  {
    name: 'the page is another site, in another process',
    reason: 'the page navigated',
    go: () => shell.ok('goto', `${site.elsewhere}/adversarial/fields.html`),
  },
];

describe.each(WAYS)('G-21: when $name', ({ reason, go }) => {
  test('every consumer says so in the same words with exit status 3, and the page is untouched (G-18)', { timeout: 180_000 }, async () => {
    const tab = /tab (\d+)/.exec(await shell.ok('newtab'))?.[1] ?? '';
    await openPage(shell, at('fields.html'));
    const ref = refOf(await snapshot(shell, '-i'), 'checkbox', 'Agree');
    await go(tab);
    const before = await stateOf(shell);
    const sentence = `Ref ${ref} (checkbox "Agree") is stale: ${reason}. Run: browse snapshot -i\n`;
    const said: Record<string, unknown> = {};
    const due: Record<string, unknown> = {};
    for (const words of CONSUMERS) {
      const argv = words.map((word) => (word === 'REF' ? ref : word));
      const { exit, stdout, stderr } = await shell.run(argv);
      const command = words.join(' ');
      said[command] = { exit, stdout, stderr };
      due[command] = { exit: 3, stdout: '', stderr: sentence };
    }
    expect(said).toEqual(due);
    expect(await stateOf(shell)).toEqual(before);
    expect(existsSync(join(shell.cwd, 'shot.png'))).toBe(false);
    const json = JSON.parse((await shell.run(['click', ref, '--json'])).stdout) as {
      error: { code: string; hint: string; retryable: boolean };
    };
    expect(json.error).toMatchObject({ code: 'ref-stale', hint: 'browse snapshot -i', retryable: false });
    await shell.ok('closetab');
  });
});

test('G-21: an unknown number gives one guidance in every consumer', async () => {
  await shell.ok('newtab');
  await openPage(shell, at('pointer.html'));
  await snapshot(shell, '-i');
  for (const words of CONSUMERS) {
    const run = await shell.run(words.map((word) => (word === 'REF' ? '@e99' : word)));
    mustBeGone(run, /^Ref @e99 not found: this document has @e1-@e3\. Run: browse snapshot -i\n$/);
  }
  expect(touched(await stateOf(shell))).toEqual([]);
});

test('G-18: a ref given with what it is believed to be is refused when it is something else', async () => {
  await shell.ok('newtab');
  await openPage(shell, at('pointer.html'));
  const ref = refOf(await snapshot(shell, '-i'), 'button', 'Pay');
  for (const belief of [`${ref} [button] "Cancel"`, `${ref} [link] "Pay"`, `${ref} [button] "pay"`]) {
    mustBeGone(await shell.run(['click', belief]), /^Ref @e2 \((button|link) ".*"\) is stale: this document has @e2 \[button\] "Pay"/);
  }
  expect(touched(await stateOf(shell))).toEqual([]);
  await shell.ok('click', `${ref} [button] "Pay"`);
  expect(touched(await stateOf(shell))).toEqual(['Pay']);
});

test.each([
  ['a relabelled button', 'mutate.relabelOnHover(); 1', ['click', '@e2'], 3],
  ['a covered button', 'mutate.cover(); 1', ['click', '@e2', '--timeout', '500'], 1],
  ['a disabled button', 'mutate.disable(); 1', ['click', '@e2', '--timeout', '500'], 1],
  ['a hidden button', 'mutate.hide(); 1', ['hover', '@e2', '--timeout', '500'], 1],
  ['a button that is no field', '1', ['fill', '@e2', 'x'], 1],
  ['a button that is no list', '1', ['select', '@e2', 'x'], 1],
  ['a button that is no box', '1', ['check', '@e2'], 1],
] as const)('G-18: %s: an exit status other than 0, and nothing is touched', async (_, change, argv, exit) => {
  await shell.ok('newtab');
  await openPage(shell, at('pointer.html'));
  await snapshot(shell, '-i');
  await shell.ok('js', change);
  const before = await stateOf(shell);
  const run = await shell.run(argv);
  expect(run.exit, String(run)).toBe(exit);
  expect(run.stdout).toBe('');
  expect(run.stderr).toMatch(/Run: browse /);
  expect(await stateOf(shell)).toEqual(before);
});

test('a click that races a tab switch hits the tab it was accepted for, or none', { timeout: rounds(100, 6) * 10_000 }, async () => {
  const first = /tab (\d+)/.exec(await shell.ok('newtab'))?.[1] ?? '';
  await openPage(shell, at('pointer.html'));
  await snapshot(shell, '-i');
  const second = /tab (\d+)/.exec(await shell.ok('newtab'))?.[1] ?? '';
  await openPage(shell, `${site.elsewhere}/adversarial/trap.html`);
  await snapshot(shell, '-i');
  for (let round = 0; round < rounds(100, 6); round += 1) {
    await shell.ok('tab', first);
    await shell.ok('js', 'ledger.clear(); 1');
    await shell.ok('js', 'ledger.clear(); 1', '--tab', second);
    const [clicked] = await Promise.all([shell.run(['click', '@e2', '--json']), shell.run(['tab', second])]);
    const [one, two] = [touched(await stateOf(shell, '--tab', first)), touched(await stateOf(shell, '--tab', second))];
    const answer = JSON.parse(clicked.stdout) as { tab: number; name: string };
    // Both tabs have an @e2 "Pay": the answer says which tab it was, and that is where the click arrived.
    expect({ one, two }).toEqual(String(answer.tab) === first ? { one: ['Pay'], two: [] } : { one: [], two: ['Pay (trap)'] });
  }
});

test('two tabs named at the same time each get their own click', async () => {
  const first = /tab (\d+)/.exec(await shell.ok('newtab'))?.[1] ?? '';
  await openPage(shell, at('pointer.html'));
  await snapshot(shell, '-i');
  const second = /tab (\d+)/.exec(await shell.ok('newtab'))?.[1] ?? '';
  await openPage(shell, `${site.elsewhere}/adversarial/trap.html`);
  await snapshot(shell, '-i');
  const both = await Promise.all([shell.run(['click', '@e1', '--tab', first]), shell.run(['click', '@e3', '--tab', second])]);
  expect(both.map(({ exit }) => exit)).toEqual([0, 0]);
  expect(touched(await stateOf(shell, '--tab', first))).toEqual(['Cancel']);
  expect(touched(await stateOf(shell, '--tab', second))).toEqual(['Delete account (trap)']);
});

test('the same number in another session is unknown there', async () => {
  await shell.ok('newtab');
  await openPage(shell, at('pointer.html'));
  await snapshot(shell, '-i');
  await shell.ok('goto', at('pointer.html'), '--session', 'other');
  mustBeGone(await shell.run(['click', '@e1', '--session', 'other']), /^Ref @e1 not found: this tab has no snapshot/);
  expect(touched(await stateOf(shell, '--session', 'other'))).toEqual([]);
});

test.each([[['restart']], [['restart', '--restore']]])('after %s the same number is unknown, never another element', async (argv) => {
  await shell.ok('newtab');
  await openPage(shell, at('pointer.html'));
  await snapshot(shell, '-i');
  await shell.ok(...argv);
  await shell.ok('goto', at('pointer.html'));
  await shell.ok('js', 'ledger.clear(); 1');
  mustBeGone(await shell.run(['click', '@e2']), /^Ref @e2 not found: this tab has no snapshot with refs yet\. Run: browse snapshot -i\n$/);
  expect(touched(await stateOf(shell))).toEqual([]);
});

test('a closed tab takes its refs along, and its number is not given again', async () => {
  const tab = /tab (\d+)/.exec(await shell.ok('newtab'))?.[1] ?? '';
  await openPage(shell, at('pointer.html'));
  await snapshot(shell, '-i');
  await shell.ok('closetab', tab);
  const run = await shell.run(['click', '@e2', '--tab', tab]);
  expect({ exit: run.exit, stderr: run.stderr }).toEqual({ exit: 3, stderr: expect.stringMatching(new RegExp(`^No tab ${tab}: `)) });
  expect(await shell.ok('newtab')).not.toContain(`tab ${tab} `);
});
