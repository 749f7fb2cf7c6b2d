/** What tells twins apart: the shortest key from what is around them, printed, and verified alone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INTERACTIVE, launchWalked, printed, type Walked } from '../support/walked.ts';
import type { CapturedNode } from '../../browse/adapters/injected/world.ts';

let walked: Walked;
beforeAll(async () => {
  walked = await launchWalked();
});
afterAll(() => walked[Symbol.asyncDispose]());

/** What is printed behind each control, without its number, and the verdicts after a change. */
async function told(html: string, change = ''): Promise<{ readonly contexts: readonly string[]; readonly verdicts: readonly unknown[] }> {
  await walked.content(html);
  const frame = await walked.capture(INTERACTIVE);
  const contexts = printed(frame, { interactive: true })
    .split('\n')
    .flatMap((line) => (/ \((.*)\)/.exec(line) ?? []).slice(1));
  if (change !== '') await walked.page.evaluate(change);
  const verdicts: unknown[] = [];
  for (const node of frame.nodes) if (node.interactive) verdicts.push(await verify(node));
  return { contexts, verdicts };
}

function verify({ pin, role, name, twin }: CapturedNode): Promise<unknown> {
  return walked.world(`__browse.verify(${pin}, ${JSON.stringify(role)}, ${JSON.stringify(name)}, ${JSON.stringify(twin ?? null)})`);
}

const GO = '<button>Go</button>';
const two = (make: (name: string) => string): string => ['Live', 'Test'].map(make).join('');
/** Gives the first of two the other's name, as a list that re-uses its nodes. */
const SWAP = {
  label: `{ const [a, b] = document.querySelectorAll('[aria-label]'); [a.ariaLabel, b.ariaLabel] = [b.ariaLabel, a.ariaLabel] }`,
  text: `{ const [a, b] = document.querySelectorAll('.n'); [a.textContent, b.textContent] = [b.textContent, a.textContent] }`,
};

// A1, A2
describe('the name of the nearest named container', () => {
  test.each([
    ['group', two((name) => `<div role=group aria-label=${name}>${GO}</div>`), SWAP.label],
    ['region', `<h2>All</h2>${two((name) => `<section aria-label=${name}><p>10 users</p>${GO}</section>`)}`, SWAP.label],
    ['form', two((name) => `<form aria-label=${name}>${GO}</form>`), SWAP.label],
    ['dialog', two((name) => `<div role=dialog aria-label=${name}>${GO}</div>`), SWAP.label],
    ['tabpanel', two((name) => `<div role=tabpanel aria-label=${name}>${GO}</div>`), SWAP.label],
    ['listitem', `<ul>${two((name) => `<li aria-label=${name}>${GO}</li>`)}</ul>`, SWAP.label],
    ['group', two((name) => `<fieldset><legend class=n>${name}</legend>${GO}</fieldset>`), SWAP.text],
    ['article', two((name) => `<article aria-labelledby=${name}><b class=n id=${name}>${name}</b>${GO}</article>`), SWAP.text],
    [
      'region',
      two((name) => `<section aria-label=${name}><div role=group aria-label=Actions>${GO}</div></section>`),
      `{ const [a, , b] = document.querySelectorAll('[aria-label]'); [a.ariaLabel, b.ariaLabel] = [b.ariaLabel, a.ariaLabel] }`,
    ],
  ])('a %s is printed and held to', async (role, html, swap) => {
    expect((await told(html)).contexts).toEqual(['in "Live"', 'in "Test"']);
    expect((await told(html, swap)).verdicts.filter((verdict) => verdict !== null)).toEqual([
      `its ${role} is now "Test"`,
      `its ${role} is now "Live"`,
    ]);
  });
});

const row = (...cells: readonly string[]): string => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}<td>${GO}</td></tr>`;

describe('rows', () => {
  // A17
  test('that differ in numbers alone are named by them, up to the one that tells', async () => {
    const html = `<table>${row('Invoice', '1001', '2026-01-03')}${row('Invoice', '1002', '2026-01-04')}</table>`;
    expect((await told(html)).contexts).toEqual(['row "Invoice 1001"', 'row "Invoice 1002"']);
    const sorted = `document.querySelectorAll('tr').forEach((row, at) => (row.cells[1].textContent = 1002 - at))`;
    expect((await told(html, sorted)).verdicts).toEqual(['its row is now "Invoice 1002"', 'its row is now "Invoice 1001"']);
    const dated = `document.querySelectorAll('tr').forEach((row) => (row.cells[2].textContent = 'today'))`;
    expect((await told(html, dated)).verdicts).toEqual([null, null]);
  });

  test.each([
    ['one text', ['Invoice 1001, 2 pc', 'Invoice 1002, 2 pc'], ['Invoice 1001', 'Invoice 1002']],
    ['short numbers', ['Room 1', 'Room 12'], ['Room 1', 'Room 12']],
    ['numbers and nothing else', ['7', '8'], ['7', '8']],
    ['words of state', ['on', 'off'], ['on', 'off']],
    ['times', ['12:30', '12:45'], ['12:30', '12:45']],
    ['a text beside a count', ['Apples 3', 'Pears 5'], ['Apples', 'Pears']],
  ])('are told by the shortest of %s', async (_what, texts, keys) => {
    expect((await told(`<table>${texts.map((text) => row(text)).join('')}</table>`)).contexts).toEqual(keys.map((key) => `row "${key}"`));
  });

  // A5
  test('hold when a number changes that the key did not need, and not when it was the key', async () => {
    const add = `document.querySelector('td:nth-child(2)').textContent = '2 pc'`;
    expect((await told(`<table>${row('Apples', '1 pc')}${row('Pears', '5 pc')}</table>`, add)).verdicts).toEqual([null, null]);
    expect((await told(`<table>${row('', '1 pc')}${row('', '5 pc')}</table>`, add)).verdicts).toEqual(['its row is now "2"', null]);
  });

  test('of a table in a table are told by the row around them', async () => {
    const inner = `<table><tr><td>Actions</td><td>${GO}</td></tr></table>`;
    const html = `<table>${two((name) => `<tr><td class=n>${name}</td><td>${inner}</td></tr>`)}</table>`;
    expect((await told(html)).contexts).toEqual(['row "Live"', 'row "Test"']);
    expect((await told(html, SWAP.text)).verdicts).toEqual(['its row is now "Test"', 'its row is now "Live"']);
  });

  // A2, A18
  test('whose texts do not tell are told by the header of the column', async () => {
    const html = `<table><tr><th></th><th>Read</th><th>Write</th></tr>${two((name) => `<tr><td>${name}</td><td><input type=checkbox></td><td><input type=checkbox></td></tr>`)}</table>`;
    expect((await told(html)).contexts).toEqual([
      'row "Live", column "Read"',
      'row "Live", column "Write"',
      'row "Test", column "Read"',
      'row "Test", column "Write"',
    ]);
    const nameless = `<table><tr><th>Item<th>Qty</tr>${two(() => '<tr><td><input><td><input></tr>')}</table>`;
    expect((await told(nameless)).contexts).toEqual([
      // Their place in the grid is told before it.
      'column "Item"',
      'column "Qty"',
      'column "Item"',
      'column "Qty"',
    ]);
  });
});

test('what a definition list says of something is told by its term', async () => {
  const html = `<dl>${two((name) => `<dt class=n>${name}</dt><dd>State ${GO}</dd>`)}</dl>`;
  expect((await told(html)).contexts).toEqual(['in "Live"', 'in "Test"']);
  expect((await told(html, SWAP.text)).verdicts).toEqual(['its list item is now "Test"', 'its list item is now "Live"']);
});

// A18
describe('a heading', () => {
  test.each([
    ['is named where it covers', `<h2>A</h2>${GO}<h2>B</h2>${GO}`, ['under "A"', 'under "B"']],
    [
      'is named where it stands in a bar of its own',
      two((name) => `<div><div class=bar><h3>${name}</h3><button>x</button></div><div>${GO}</div></div>`),
      // A line of its own says it.
      [],
    ],
    ['is not named where it comes later', `${GO}${GO}<h2>Later</h2>`, ['1 of 2', '2 of 2']],
    ['is not named where its section ended', `<div><h2>Ended</h2><p>Text</p></div>${GO}${GO}`, ['1 of 2', '2 of 2']],
    ['is not named from behind a dialog', `<h2>Page</h2><div role=dialog>${GO}${GO}</div>`, ['1 of 2', '2 of 2']],
    ['is not named where it is hidden', `<h2 hidden>No</h2>${GO}${GO}`, ['1 of 2', '2 of 2']],
  ])('%s', async (_what, html, contexts) => {
    expect((await told(html)).contexts).toEqual(contexts);
  });
});

// A18
test('only what is seen is read: no script, style, template, nor hidden text', async () => {
  const html = `<ul>${two((name) => `<li><script>1</script><style>b{}</style><template>t</template><span style="display:none">H</span><span style="visibility:hidden">V</span><b>${name}</b>${GO}</li>`)}</ul>`;
  expect((await told(html)).contexts).toEqual(['in "Live"', 'in "Test"']);
});

// A5
describe('what an element holds itself is not what it is held to', () => {
  test.each([
    [
      'an editable text',
      '<div><div contenteditable role=textbox aria-label=Note>old</div></div>',
      `document.querySelector('[role]').textContent = 'new'`,
    ],
    [
      'an editable item',
      '<ul><li><span contenteditable>first</span></li><li><span contenteditable>second</span></li></ul>',
      `document.querySelector('span').textContent = 'other'`,
    ],
    [
      'a word of state beside a box',
      '<div><input type=checkbox><span>OFF</span></div>',
      `document.querySelector('span').textContent = 'ON'`,
    ],
    [
      'what a list of choices says behind it',
      '<div><select><option>a</select><span>none</span></div>',
      `document.querySelector('span').textContent = 'chosen: a'`,
    ],
    // A18
    [
      'a heading that comes after a nameless button',
      '<div><div><button></button></div><div id=s></div></div>',
      `s.innerHTML = '<h3>Shape</h3><p>Text</p>'`,
    ],
    ['a counter before a field', '<div><span>Unread: <b>3</b></span><input></div>', `document.querySelector('b').textContent = '4'`],
    [
      'a count in the name of its container',
      '<div role=group aria-label="Cart, 3 items"><button>Pay</button></div>',
      `document.querySelector('div').ariaLabel = 'Cart, 4 items'`,
    ],
  ])('%s', async (_what, html, change) => {
    const { verdicts } = await told(html, change);
    expect(verdicts.length).toBeGreaterThan(0);
    expect(verdicts.every((verdict) => verdict === null)).toBe(true);
  });
});

test('an item of an index-keyed list that another moved into is refused, also where the container tells it already', async () => {
  const html = two((name) => `<section aria-label=${name}><ul><li><span>Ann</span>${GO}</li></ul></section>`);
  expect((await told(html, `document.querySelector('span').textContent = 'Bob'`)).verdicts).toEqual(['its list item is now "Bob"', null]);
});

test('twins that nothing tells apart are counted, and told by a title where there is one', async () => {
  expect((await told(GO + GO)).contexts).toEqual(['1 of 2', '2 of 2']);
  expect((await told(two((name) => `<button aria-label=Go title=${name}></button>`))).contexts).toEqual(['"Live"', '"Test"']);
});
