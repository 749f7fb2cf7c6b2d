/** Numbers of a snapshot: per tab, frozen, contiguous, each meaning the node that was printed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pages, touched } from '../support/adversary.ts';
import { cli, type Cli } from '../support/cli.ts';
import { mustBeGone, openPage, printed, refOf, snapshot, stateOf } from '../support/refs.ts';
import { serve, type Site } from '../support/site.ts';

let site: Site;
let shell: Cli;
beforeAll(async () => {
  site = await serve({ ...pages(), '/adversarial/twins': TWINS, '/adversarial/names': NAMES_PAGE, '/adversarial/vanishing': VANISHING });
  shell = cli();
});
afterAll(async () => {
  await shell[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

const at = (name: string): string => `${site.origin}/adversarial/${name}`;

/** Starts each test in a tab of its own; the session has no other with refs. */
async function freshTab(name: string): Promise<string> {
  const opened = await shell.ok('newtab');
  const [, tab = ''] = /tab (\d+)/.exec(opened) ?? [];
  await openPage(shell, at(name));
  return tab;
}

test("G-06: refs are per tab: back in the first tab its @e1 still means the first tab's node", async () => {
  const first = await freshTab('pointer.html');
  const lines = await snapshot(shell, '-i');
  expect(lines.map(({ ref, name }) => [ref, name])).toEqual([
    ['@e1', 'Cancel'],
    ['@e2', 'Pay'],
    ['@e3', 'Delete account'],
  ]);
  await freshTab('list.html');
  expect((await snapshot(shell, '-i'))[1]?.name).not.toBe('Pay');
  await shell.ok('tab', first);
  await shell.ok('js', 'ledger.clear(); 1');
  expect(await shell.ok('click', '@e2')).toMatch(/^Clicked @e2 \[button\] "Pay"/);
  expect(touched(await stateOf(shell))).toEqual(['Pay']);
});

test('G-07: refs are frozen handles: after a reorder @eN clicks the same node, not the one in its place', async () => {
  await freshTab('list.html');
  const lines = await snapshot(shell, '-i');
  const ref = refOf(lines, 'button', 'Delete', 0);
  await shell.ok('js', 'mutate.sortByParts(); 1');
  expect(await shell.ok('click', ref)).toMatch(/^Clicked @e\d+ \[button\] "Delete"/);
  expect(touched(await stateOf(shell))).toEqual(['delete Alice#0']);
});

test('G-08: refs do not leak across tabs: in a new tab @e1 is unknown, and nothing there is touched', async () => {
  await freshTab('pointer.html');
  await snapshot(shell, '-i');
  await freshTab('pointer.html');
  const before = await stateOf(shell);
  mustBeGone(await shell.run(['click', '@e1']), /^Ref @e1 not found: this tab has no snapshot with refs yet\. Run: browse snapshot -i\n$/);
  expect(await stateOf(shell)).toEqual(before);
});

test('G-09: refs do not drift after a re-render: an identical twin in the place of the node is not clicked', async () => {
  await freshTab('list.html');
  const ref = refOf(await snapshot(shell, '-i'), 'button', 'Delete', 1);
  await shell.ok('js', 'mutate.rerender(); 1');
  const before = await stateOf(shell);
  mustBeGone(
    await shell.run(['click', ref]),
    new RegExp(`^Ref ${ref} \\(button "Delete"\\) is stale: the element left the page\\. Run: browse snapshot -i\\n$`),
  );
  expect(await stateOf(shell)).toEqual(before);
});

test('G-10: the first snapshot of a document numbers 1..n in print order, whatever is left out', async () => {
  for (const flags of [['-i'], ['-c'], ['-d', '2'], ['-s', '#root'], [], ['-i', '--viewport'], ['-c', '-d', '3', '-s', 'ul']]) {
    await freshTab('list.html?as=list');
    const refs = (await snapshot(shell, ...flags)).map(({ ref }) => ref);
    expect(refs.length, flags.join(' ')).toBeGreaterThan(0);
    expect(refs, flags.join(' ')).toEqual(refs.map((_, index) => `@e${index + 1}`));
  }
});

// H1, H2
test('a number means one element for the life of a document, whatever later looks leave out', async () => {
  await freshTab('list.html');
  const before = await snapshot(shell, '-i');
  const known = new Map(before.map(({ ref, text }) => [ref, text]));
  for (const flags of [[], ['-c'], ['-d', '1'], ['-s', '#root'], ['-i', '--viewport'], ['-i', '-D']])
    for (const { ref, role, name } of await snapshot(shell, ...flags))
      if (known.has(ref)) expect(known.get(ref), flags.join(' ')).toContain(`${ref} [${role}] "${name}"`);
  await shell.ok('find', 'Delete');
  const list = await shell.run(['click', 'button']);
  expect(list.stderr).toContain(`${before[0]?.ref} `);
  await shell.ok('js', `document.body.insertAdjacentHTML('afterbegin', '<button data-mark=Banner>Banner</button>'); ledger.clear(); 1`);
  const after = await snapshot(shell, '-i');
  const banner = refOf(after, 'button', 'Banner');
  expect([...known.keys()]).not.toContain(banner);
  expect(after.filter(({ ref }) => ref !== banner).map(({ text }) => text)).toEqual(before.map(({ text }) => text));
  await shell.ok('click', refOf(before, 'button', 'Keep', 1));
  expect(touched(await stateOf(shell))).toEqual(['keep Bob#0']);
});

// H2
test('an old number never comes to mean an element of the next page but by a snapshot', async () => {
  await freshTab('list.html');
  const before = await snapshot(shell, '-i');
  await openPage(shell, at('pointer.html'));
  const found = printed(await shell.ok('find', 'Pay'));
  expect(before.map(({ ref }) => ref)).not.toContain(found[0]?.ref);
  mustBeGone(await shell.run(['click', before[1]?.ref ?? '']), /is stale: the page navigated/);
  const next = await snapshot(shell, '-i');
  expect(refOf(next, 'button', 'Pay')).toBe(refOf(found, 'button', 'Pay'));
  await openPage(shell, at('pointer.html'));
  expect((await snapshot(shell, '-i'))[0]?.ref).toBe('@e1');
});

test('G-10: a diff keeps the numbers and goes on with the next', async () => {
  await freshTab('list.html');
  const before = await snapshot(shell, '-i');
  await shell.ok('js', 'mutate.appendTwin(); 1');
  const added = (await shell.ok('snapshot', '-i', '-D')).split('\n').filter((line) => line.startsWith('+'));
  expect(added.flatMap((line) => printed(line.replace(/^\+ ?/, ''))).map(({ ref }) => ref)).toEqual(
    Array.from({ length: 7 }, (_, index) => `@e${before.length + 1 + index}`),
  );
  await shell.ok('js', 'ledger.clear(); 1');
  await shell.ok('click', refOf(before, 'button', 'Keep', 2));
  expect(touched(await stateOf(shell))).toEqual(['keep Carol#0']);
});

test('G-10: a diff says so when the tab shows another document since', async () => {
  await freshTab('list.html');
  await snapshot(shell, '-i');
  await snapshot(shell, '-d', '2');
  expect(await shell.ok('snapshot', '-i', '-D')).not.toContain('another document');
  await openPage(shell, at('list.html'));
  expect(await shell.ok('snapshot', '-i', '-D')).toContain(
    '(no changes)\n(the tab shows another document since: numbers printed before are not of this one)',
  );
});

test.each([[['-i']], [['-c']], [['-d', '3']], [[]], [['-i', '-s', '#second']], [['-C']]])(
  'G-11: every ref printed by snapshot %s means the node printed, twins that were filtered out or not',
  async (flags) => {
    await freshTab('twins');
    const lines = await snapshot(shell, ...flags);
    expect(lines.length).toBeGreaterThan(2);
    // The page marks every element with its place in the document; the printed order has to follow it.
    const marks: number[] = [];
    for (const { ref, role, name } of lines) {
      const attributes = JSON.parse(await shell.ok('attrs', ref)) as Record<string, string>;
      const described = JSON.parse(
        await shell.ok(
          'js',
          `(() => { const e = document.querySelector('[data-place="${attributes['data-place']}"]'); return { tag: e.localName, text: e.textContent.trim() } })()`,
        ),
      ) as { tag: string; text: string };
      marks.push(Number(attributes['data-place']));
      // Of other elements the page says more than a name.
      expect(role === 'button' ? described : { tag: 'button', text: name }).toEqual({ tag: 'button', text: name });
    }
    expect(marks).toEqual([...marks].sort((one, other) => one - other));
    expect(new Set(marks).size).toBe(lines.length);
  },
);

test('G-22: a ref exists only if a node was pinned: on a page whose nodes vanish all the time every printed ref resolves or left', async () => {
  await freshTab('vanishing');
  for (let round = 0; round < 4; round += 1) {
    const lines = await snapshot(shell, '-i');
    expect(lines.length).toBeGreaterThan(0);
    const stays = lines.filter(({ name }) => name.startsWith('Stay'));
    expect(stays.length).toBe(3);
    for (const { ref } of stays)
      expect(JSON.parse(await shell.ok('attrs', ref))).toMatchObject({ 'data-mark': expect.stringMatching(/^Stay/) });
    const [vanishing] = lines.filter(({ name }) => name.startsWith('Flicker'));
    if (vanishing === undefined) continue;
    const run = await shell.run(['attrs', vanishing.ref]);
    const mark = run.exit === 0 ? (JSON.parse(run.stdout) as Record<string, string>)['data-mark'] : null;
    if (mark === null) mustBeGone(run, /is stale: the element left the page/);
    expect([vanishing.name, null]).toContain(mark);
  }
});

test('G-54: quotes, colons and backslashes in names are printed escaped, and the ref clicks it', async () => {
  await freshTab('names');
  const text = await shell.ok('snapshot', '-i');
  expect(text).toContain(String.raw`[button] "Say \"hi\": \\ok"`);
  const lines = printed(text);
  expect(lines.map(({ name }) => name)).toEqual(['Say "hi": \\ok', "it's", 'a\u202eb', '@e1 [button] "Keep"', '] "', 'tab new', 'Keep']);
  for (const { ref, role, name, text: line } of lines) {
    await shell.ok('js', 'ledger.clear(); 1');
    expect(await shell.ok('click', ref)).toContain(`Clicked ${ref} [button] `);
    expect(touched(await stateOf(shell))).toEqual([name]);
    // As printed, with what it is believed to be.
    await shell.ok('js', 'ledger.clear(); 1');
    await shell.ok('click', line);
    expect(touched(await stateOf(shell))).toEqual([name]);
    expect(role).toBe('button');
  }
});

/** Buttons of the same names, in places that filters leave out or not; every element says its place. */
const TWINS = `<!doctype html><title>Twins</title><script src="ledger.js"></script>
<main><section id="first"><h2>One</h2><div><div><div><button>Go</button></div></div></div><button hidden>Go</button><button>Go</button></section>
<section id="second"><h2>Two</h2><p>Text <span onclick="1" style="cursor:pointer">Go</span></p><button>Go</button><div aria-hidden="true"><button>Go</button></div><ul><li><button>Go</button></li><li><button>Stop</button></li></ul></section></main>
<script>document.querySelectorAll('*').forEach((element, at) => element.setAttribute('data-place', at))</script>`;

const NAMES_PAGE = `<!doctype html><title>Names</title><script src="ledger.js"></script><body><script>
for (const name of ['Say "hi": \\\\ok', "it's", 'a\\u202eb', '@e1 [button] "Keep"', '] "', 'tab\\tnew', 'Keep']) {
  const button = document.createElement('button');
  button.textContent = name;
  button.dataset.mark = name.replace('\\t', ' ');
  document.body.append(button);
}
</script>`;

/** Three buttons stay, the others come and go every millisecond. */
const VANISHING = `<!doctype html><title>Vanishing</title><script src="ledger.js"></script>
<button data-mark="Stay 1">Stay 1</button><div id="all"></div><button data-mark="Stay 2">Stay 2</button><button data-mark="Stay 3">Stay 3</button>
<script>let turn = 0; setInterval(() => { turn += 1; all.innerHTML = Array.from({ length: turn % 5 }, (_, at) => '<button data-mark="Flicker ' + turn + at + '">Flicker ' + turn + at + '</button>').join('') }, 1)</script>`;
