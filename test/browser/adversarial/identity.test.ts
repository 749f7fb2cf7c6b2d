/** The page changes between the snapshot and the act: the element that was printed, or an error and nothing touched. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { adversary, refused, right, trial, type Adversary, type Refusal, type Trial } from '../../support/adversary.ts';

let rig: Adversary;
beforeAll(async () => {
  rig = await adversary();
});
afterAll(() => rig[Symbol.asyncDispose]());

const LEFT: Refusal = { code: 'ref-stale', says: /is stale: the element left the page$/ };
const SHAPES = { table: 'row', list: 'list item', cards: 'block' } as const;

const clickAfter = (change: string, [name, nth]: readonly [string, number], page = 'list.html'): Promise<Trial> =>
  trial(rig, { page, target: ['button', name, nth], change });

async function mustRefuse(change: string, which: readonly [string, number], refusal: Refusal, page?: string): Promise<void> {
  refused(await clickAfter(change, which, page), refusal);
}

async function mustClick(change: string, which: readonly [string, number], mark: string, page?: string): Promise<void> {
  right(await clickAfter(change, which, page), mark);
}

describe.each(Object.entries(SHAPES))('in a %s', (shape, word) => {
  const page = `list.html?as=${shape}`;
  const nowIn = (name: string): Refusal => ({ code: 'ref-stale', says: new RegExp(`is stale: its ${word} is now "${name}`) });

  test('a re-render with the same text replaces the node: its twin is not clicked', () =>
    mustRefuse('mutate.rerender()', ['Delete', 1], LEFT, page));
  test('a keyed reorder moves the node: it is clicked where it is now', () =>
    mustClick('mutate.reverseKeyed()', ['Delete', 0], 'delete Alice#0', page));
  test('an un-keyed reorder fills the node with other data: refused', () =>
    mustRefuse('mutate.reverseUnkeyed()', ['Delete', 0], nowIn('Carol'), page));
  test('a node sorted within its parent is clicked where it is now', () =>
    mustClick('mutate.sortByParts()', ['Keep', 2], 'keep Carol#0', page));
  test('a node recycled for other data under the same name is refused', () =>
    mustRefuse('mutate.recycle()', ['Delete', 1], nowIn('Yusuf'), page));
  test('a removed node whose equal twins are left is refused', () => mustRefuse('mutate.removeFirstKeyed()', ['Delete', 0], LEFT, page));
  test('a removal that shifts the data of every node is refused', () =>
    mustRefuse('mutate.removeFirstUnkeyed()', ['Delete', 0], nowIn('Bob'), page));
  test('the last node, which such a removal takes away, is refused', () =>
    mustRefuse('mutate.removeFirstUnkeyed()', ['Delete', 2], LEFT, page));
  test('something put before it by key does not matter', () => mustClick('mutate.prependKeyed()', ['Delete', 0], 'delete Alice#0', page));
  test('something put before it without keys is refused', () => mustRefuse('mutate.prependUnkeyed()', ['Delete', 1], nowIn('Alice'), page));
  test('a twin added behind it does not matter', () => mustClick('mutate.appendTwin()', ['Delete', 2], 'delete Carol#0', page));
  test('labels swapped in place are refused', () =>
    mustRefuse('mutate.swapLabels()', ['Keep', 1], { code: 'ref-stale', says: /its name is now "Delete"$/ }, page));
  test('a counter beside it does not matter', () => mustClick('mutate.tick()', ['Delete', 1], 'delete Bob#0', page));
  test('a clock beside it does not matter', () => mustClick('mutate.clock()', ['Delete', 1], 'delete Bob#0', page));
  test('a counter that ticks all the time does not matter', () =>
    mustClick('mutate.every(3, "tick")', ['Delete', 1], 'delete Bob#0', page));
});

test('people whose names begin alike are told apart', () =>
  mustRefuse(
    'mutate.reverseUnkeyed()',
    ['Delete', 0],
    { code: 'ref-stale', says: /its row is now "Bob Smith/ },
    'list.html?people=Bob Jones,Bob Smith',
  ));

test.each(Object.entries(SHAPES))("the only one of its name in a %s is refused when its surroundings become another's", (shape, word) =>
  mustRefuse(
    'mutate.recycle()',
    ['Delete', 0],
    { code: 'ref-stale', says: new RegExp(`its ${word} is now "Xenia`) },
    `list.html?as=${shape}&people=Bob`,
  ),
);

test('another role under the same name is refused', () =>
  mustRefuse('mutate.roles()', ['Delete', 0], { code: 'ref-stale', says: /its role is now checkbox$/ }));
test('the list taken out of the page is refused', () => mustRefuse('mutate.detach()', ['Delete', 0], LEFT));
test('the list hidden is refused and not waited for beyond the time', () =>
  mustRefuse('mutate.hideHolder()', ['Delete', 0], { code: 'not-actionable', says: /hidden .*nothing was touched$/ }));

describe('in shadow trees, documents and elsewhere', () => {
  function on(html: string, change: string): Promise<Trial> {
    rig.site.on('/adversarial/own', `<!doctype html><title>Own</title><script src="ledger.js"></script>${html}`);
    return trial(rig, { page: 'own', target: ['button', 'Pay'], change });
  }
  const PAY = '<button data-mark="Pay">Pay</button>';
  const SHADOW = `<div id="host"></div><script>host.attachShadow({ mode: 'open' }).innerHTML = '${PAY}'</script>`;
  const FRAME = `${PAY}<iframe srcdoc="<body>"></iframe>`;

  test('a shadow tree filled anew with the same: refused', async () => {
    refused(await on(SHADOW, `host.shadowRoot.innerHTML = '<button data-mark="Pay 2">Pay</button>'`), LEFT);
  });

  test('a host exchanged for another with the same shadow tree: refused', async () => {
    const change = `const next = document.createElement('div'); next.attachShadow({ mode: 'open' }).innerHTML = '<button data-mark="Pay 2">Pay</button>'; host.replaceWith(next)`;
    refused(await on(SHADOW, change), LEFT);
  });

  test('a button in a shadow tree whose host moved is clicked', async () => {
    right(await on(SHADOW, `document.body.prepend(document.createElement('hr')); document.body.append(host)`), 'Pay');
  });

  test('adopted into a document of no window: refused', async () => {
    const change = `const other = document.implementation.createHTMLDocument(); other.body.append(document.querySelector('button'))`;
    refused(await on(PAY, change), LEFT);
  });

  test('moved into another frame, where it shows: refused', async () => {
    refused(await on(FRAME, `frames[0].document.body.append(document.querySelector('button'))`), LEFT);
  });

  test('moved into another frame and back: clicked', async () => {
    const change = `const button = document.querySelector('button'); frames[0].document.body.append(button); document.body.append(button)`;
    right(await on(FRAME, change), 'Pay');
  });

  test('taken out and put back: clicked', async () => {
    const change = `const button = document.querySelector('button'); button.remove(); document.body.append(button)`;
    right(await on(PAY, change), 'Pay');
  });

  test('a name that comes from another element follows that element', async () => {
    const html = '<span id="says">Pay</span><button aria-labelledby="says" data-mark="button">x</button>';
    refused(await on(html, `says.textContent = 'Delete'`), { code: 'ref-stale', says: /its name is now "Delete"$/ });
  });

  test('a name that comes from elsewhere by another id is refused', async () => {
    const html = '<span id="a">Pay</span><span id="b">Delete</span><button aria-labelledby="a" data-mark="button">x</button>';
    refused(await on(html, `document.querySelector('button').setAttribute('aria-labelledby', 'b')`), {
      code: 'ref-stale',
      says: /its name is now "Delete"$/,
    });
  });
});
