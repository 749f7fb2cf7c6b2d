/** A pinned element is still what was printed, or the reason why not: in the page, after the page changed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rounds } from '../support/rounds.ts';
import { elementsOf, INTERACTIVE, launchWalked, PLAIN, type Walked } from '../support/walked.ts';
import type { CapturedNode } from '../../browse/adapters/injected/world.ts';

let walked: Walked;
beforeAll(async () => {
  walked = await launchWalked();
});
afterAll(() => walked[Symbol.asyncDispose]());

/** Opens a page, walks it, lets it change and tells the verdict on one of its nodes. */
async function verdict(html: string, pick: (nodes: readonly CapturedNode[]) => CapturedNode | undefined, change: string): Promise<unknown> {
  await walked.content(html);
  const node = pick((await walked.capture(INTERACTIVE)).nodes);
  if (node === undefined) throw new Error('no such node');
  await walked.page.evaluate(change);
  return verify(node);
}

async function verify({ pin, role, name, twin }: CapturedNode): Promise<unknown> {
  return walked.world(`__browse.verify(${pin}, ${JSON.stringify(role)}, ${JSON.stringify(name)}, ${JSON.stringify(twin ?? null)})`);
}

const named =
  (name: string, nth = 0) =>
  (nodes: readonly CapturedNode[]): CapturedNode | undefined =>
    nodes.filter((node) => node.name === name)[nth];
const TABLE =
  '<table><tr><th>Who</th><th>Seen</th><th></th></tr>' +
  ['Ann', 'Bob'].map((who) => `<tr><td>${who}</td><td class=c>12:00:01</td><td>4</td><td><button>Delete</button></td></tr>`).join('') +
  '</table>';

describe('holds', () => {
  test('while nothing changes, for every node of every kind', async () => {
    for (const page of [
      'widgets.html',
      'names.html',
      'twins.html',
      'clickable.html',
      'shadow.html',
      'structure.html',
      'clobbered.html',
      'modal.html',
    ]) {
      await walked.open(page);
      for (const options of [INTERACTIVE, PLAIN]) {
        for (const node of elementsOf(await walked.capture(options)))
          expect({ page, node, verdict: await verify(node) }).toEqual({ page, node, verdict: null });
      }
    }
  });

  test.each([
    ['the list is sorted', 'document.querySelector("tbody").append(document.querySelectorAll("tr")[1])'],
    ['a row is put before it', 'document.querySelectorAll("tr")[1].before(document.querySelectorAll("tr")[0].cloneNode(true))'],
    ['a clock in its row goes on', 'document.querySelectorAll(".c").forEach((cell) => (cell.textContent = "12:00:02"))'],
    ['a counter in its row changes', 'document.querySelectorAll("tr")[1].cells[2].textContent = "5"'],
    [
      'its value, class, style and state change',
      'Object.assign(document.querySelector("button"), { className: "x", disabled: true }).style.color = "red"',
    ],
    ['it moves elsewhere in the row', 'document.querySelectorAll("tr")[1].cells[1].append(document.querySelector("button"))'],
  ])('when %s', async (_what, change) => {
    expect(await verdict(TABLE, named('Delete'), change)).toBeNull();
  });

  test('when a clock stands first in a list item', async () => {
    const html = '<ul><li><time>12:01</time> Milk <button>x</button></li><li><time>12:02</time> Eggs <button>x</button></li></ul>';
    expect(await verdict(html, named('x'), 'document.querySelector("time").textContent = "12:59"')).toBeNull();
  });
});

describe('is stale', () => {
  test.each([
    ['when the element left', 'document.querySelector("button").remove()', 'the element left the page'],
    [
      'when a twin takes its place',
      'document.querySelector("button").replaceWith(document.querySelector("button").cloneNode(true))',
      'the element left the page',
    ],
    ['when its row left', 'document.querySelectorAll("tr")[1].remove()', 'the element left the page'],
    ['when the whole list is written again', 'document.body.innerHTML = document.body.innerHTML', 'the element left the page'],
    ['when its name changed', 'document.querySelector("button").textContent = "Keep"', 'its name is now "Keep"'],
    ['when a label was put on it', 'document.querySelector("button").setAttribute("aria-label", "Pay")', 'its name is now "Pay"'],
    ['when its role changed', 'document.querySelector("button").setAttribute("role", "switch")', 'its role is now switch'],
    ['when its row shows other data', 'document.querySelectorAll("tr")[1].cells[0].textContent = "Bob"', 'its row is now "Bob"'],
    [
      'when it was moved to another row',
      'document.querySelectorAll("tr")[2].cells[3].append(document.querySelector("button"))',
      'its row is now "Bob"',
    ],
    [
      'when it was adopted by a frame',
      'document.body.append(Object.assign(document.createElement("iframe"))); document.querySelector("iframe").contentDocument.body.append(document.querySelector("button"))',
      'the element left the page',
    ],
    [
      'when its rows are re-used for other data',
      'document.querySelectorAll("tr").forEach((row, at) => at && (row.cells[0].textContent = "Row " + at))',
      'its row is now "Row 1"',
    ],
  ])('%s', async (_what, change, reason) => {
    expect(await verdict(TABLE, named('Delete'), change)).toBe(reason);
  });

  test('when rows that start alike change in what told them apart', async () => {
    const html = `<table><tr><td>x</td></tr>${['Smith', 'Jones'].map((name) => `<tr><td>Bob</td><td>${name}</td><td><button>Open</button></td></tr>`).join('')}<tr><th>h</th></tr></table>`;
    expect(await verdict(html, named('Open'), 'document.querySelectorAll("tr")[1].cells[1].textContent = "Miller"')).toBe(
      'its row is now "Bob Miller"',
    );
  });

  test('when a list item, a card or the heading above says something else', async () => {
    const list = '<ul><li>Milk <button>x</button></li><li>Eggs <button>x</button></li></ul>';
    expect(await verdict(list, named('x'), 'document.querySelector("li").firstChild.data = "Beer "')).toBe('its list item is now "Beer"');
    const cards = ['Basic', 'Pro'].map((plan) => `<div><b>${plan}</b><p><button>Buy</button></p></div>`).join('');
    expect(await verdict(cards, named('Buy', 1), 'document.querySelectorAll("b")[1].textContent = "Max"')).toBe('its block is now "Max"');
    const heads = '<h2>Mail</h2><button>Edit</button><h2>Phone</h2><button>Edit</button>';
    expect(await verdict(heads, named('Edit', 1), 'document.querySelectorAll("h2")[1].textContent = "Fax"')).toBe(
      'its heading is now "Fax"',
    );
  });

  test('when an open shadow tree is written again around it', async () => {
    const html =
      '<x-a></x-a><script>customElements.define("x-a", class extends HTMLElement { constructor() { super(); this.attachShadow({ mode: "open" }).innerHTML = "<button>In</button>"; } })</script>';
    expect(await verdict(html, named('In'), 'document.querySelector("x-a").shadowRoot.innerHTML = "<button>In</button>"')).toBe(
      'the element left the page',
    );
  });

  test('when what acted by cursor became a button', async () => {
    expect(await verdict('<div onclick="0">Go</div>', named('Go'), 'document.querySelector("div").setAttribute("role", "button")')).toBe(
      'its role is now button',
    );
  });
});

describe('the only control of its name', () => {
  const DETAIL = '<main><h1>Bob</h1><p>Member since 2019</p><div><div><div><div><button>Delete</button></div></div></div></div></main>';
  test.each([
    [
      'in the last row of a table',
      '<table><tr><td>Bob<td><button>Delete</button></table>',
      'document.querySelector("td").textContent = "Ann"',
      'its row is now "Ann"',
    ],
    [
      'in the last item of a list',
      '<ul><li>Bob <button>Delete</button></ul>',
      'document.querySelector("li").firstChild.data = "Ann "',
      'its list item is now "Ann"',
    ],
    [
      'on the last card',
      '<div><span>Bob</span><button>Delete</button></div>',
      'document.querySelector("span").textContent = "Ann"',
      'its block is now "Ann"',
    ],
    ['under the heading of a detail view', DETAIL, 'document.querySelector("h1").textContent = "Ann"', 'its heading is now "Ann"'],
    [
      'of an order with another number',
      '<div>Order #1042 <button>Delete</button></div>',
      'document.querySelector("div").firstChild.data = "Order #1043 "',
      'its block is now "Order #1043"',
    ],
  ])('%s is refused when the nodes show something else', async (_what, html, change, reason) => {
    expect(await verdict(html, named('Delete'), change)).toBe(reason);
  });

  test.each([
    ['what it costs', '<div>Total: $45.00 <button>Delete</button></div>', 'document.querySelector("div").firstChild.data = "Total: $5 "'],
    [
      'how many there are',
      '<div>Cart (3 items) <button>Delete</button></div>',
      'document.querySelector("div").firstChild.data = "Cart (12 items) "',
    ],
    [
      'the time',
      '<div><span>3 min ago</span> Saved <button>Delete</button></div>',
      'document.querySelector("span").textContent = "4 min ago"',
    ],
    [
      'a status',
      '<div><span role=status>Saving</span><b>Draft</b><button>Delete</button></div>',
      'document.querySelector("span").textContent = "Saved"',
    ],
    [
      'what is written further down',
      '<div><b>Title</b><button>Delete</button><p>weak</p></div>',
      'document.querySelector("p").textContent = "strong"',
    ],
    [
      'the heading of the page beside its navigation',
      '<nav><a href=#>Delete</a></nav><main><h1>One</h1></main>',
      'document.querySelector("h1").textContent = "Two"',
    ],
    [
      'its own value and the error under it',
      '<div><label for=f>Delete</label><input id=f><p></p></div>',
      'document.querySelector("input").value = "x"; document.querySelector("p").textContent = "Too short"',
    ],
  ])('holds when only %s changes', async (_what, html, change) => {
    expect(await verdict(html, named('Delete'), change)).toBeNull();
  });
});

describe('pins', () => {
  test('belong to one document: another load is another one, and none of its numbers is known', async () => {
    await walked.content('<button>One</button>');
    const first = await walked.capture();
    await walked.content('<button>Two</button>');
    const second = await walked.capture();
    expect(second.document).not.toBe(first.document);
  });

  test('stay the element’s own for as long as it lives, whatever a walk leaves out, and no other element gets them', async () => {
    await walked.content('<button>One</button><button id=b>Two</button>');
    const [one, two] = (await walked.capture()).nodes;
    expect((await walked.capture()).nodes.map(({ pin }) => pin)).toEqual([one?.pin, two?.pin]);
    await walked.page.evaluate('b.hidden = true');
    expect((await walked.capture()).nodes.map(({ pin }) => pin)).toEqual([one?.pin]);
    // Nothing of ours holds it by now but what belongs to the page.
    for (let round = 0; round < 3; round += 1) await walked.session.send('HeapProfiler.collectGarbage');
    await walked.page.evaluate(
      'b.hidden = false; document.body.prepend(Object.assign(document.createElement("button"), { textContent: "Zero" }))',
    );
    const pins = (await walked.capture()).nodes.map(({ pin }) => pin);
    expect(pins.slice(1)).toEqual([one?.pin, two?.pin]);
    expect(new Set(pins).size).toBe(3);
    expect(two === undefined ? null : await verify(two)).toBeNull();
  });

  test('of an element that the page took out and kept are its own when it comes back', async () => {
    await walked.content('<button>One</button><button id=b>Two</button>');
    const [, two] = (await walked.capture()).nodes;
    await walked.page.evaluate('globalThis.kept = b; b.remove()');
    for (let round = 0; round < 3; round += 1) await walked.session.send('HeapProfiler.collectGarbage');
    expect(two === undefined ? null : await verify(two)).toBe('the element left the page');
    await walked.page.evaluate('document.body.prepend(kept)');
    expect((await walked.capture()).nodes[0]?.pin).toBe(two?.pin);
  });

  test('of elements that were collected are told once, and their memory is given back', async () => {
    await walked.content('<main></main>');
    const renew = `document.querySelector('main').setHTMLUnsafe('<button>Row</button>'.repeat(1500))`;
    const gone: number[] = [];
    const seen = new Set<number>();
    for (let round = 0; round < 7; round += 1) {
      await walked.page.evaluate(renew);
      await walked.session.send('HeapProfiler.collectGarbage');
      const frame = await walked.capture(INTERACTIVE);
      gone.push(...frame.gone);
      for (const { pin } of frame.nodes) {
        expect(seen.has(pin ?? -1)).toBe(false);
        seen.add(pin ?? -1);
      }
    }
    expect(new Set(gone).size).toBe(gone.length);
    expect(gone.length).toBeGreaterThan(4_000);
    expect(gone.every((index) => seen.has(index))).toBe(true);
  });

  test('describe an element as it is now, or not at all', async () => {
    await walked.content('<ul><li>Milk <button id=b>x</button></li></ul><p hidden><button id=h>y</button></p>');
    expect(await walked.world('__browse.describe(__browse.pin(document.getElementById("b")))')).toMatchObject({
      role: 'button',
      name: 'x',
      twin: 'item1.1:Milk',
      visible: true,
    });
    expect(await walked.world('__browse.describe(__browse.pin(document.getElementById("h")))')).toMatchObject({
      role: 'button',
      name: 'y',
      visible: false,
    });
    expect(await walked.world('__browse.describe(4711)')).toBeNull();
  });
});

test('walk after walk does not keep what left the page', async () => {
  await walked.content('<main></main>');
  await walked.page.evaluate(() => {
    const renew = (): void => document.querySelector('main')?.setHTMLUnsafe('<button>Row</button>'.repeat(50));
    Object.assign(globalThis, { renew });
  });
  const living = async (): Promise<number> => {
    await walked.session.send('HeapProfiler.collectGarbage');
    return (await walked.session.send('Memory.getDOMCounters')).nodes;
  };
  const several = async (): Promise<void> => {
    for (let round = 0; round < rounds(300, 30); round += 1) {
      await walked.page.evaluate('renew()');
      await walked.capture(INTERACTIVE);
    }
  };
  await several();
  const before = await living();
  for (let turn = 0; turn < 3; turn += 1) await several();
  // One list and its texts are a hundred nodes; what thirty lists would leave is thousands.
  expect((await living()) - before).toBeLessThan(500);
});
