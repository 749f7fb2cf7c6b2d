/**
 * How far the guard reaches, counted: pages that listen on their window, in the capture phase, from their first script on do
 * not see an input that was refused, in whatever kind of document. And what it cannot reach, as facts that hold today.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adversary, tell, trial, type Adversary, type Scene } from '../../support/adversary.ts';
import { within } from '../../support/browser.ts';
import { rounds } from '../../support/rounds.ts';

let rig: Adversary;
beforeAll(async () => {
  rig = await adversary();
});
afterAll(() => rig[Symbol.asyncDispose]());

/** Sees every input before anybody else in its world can; the button becomes another under the pointer. */
const INNER = `<script>for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'])
  addEventListener(type, (event) => { if (event.isTrusted) (parent === self ? opener ?? self : parent).postMessage({ ledger: type + ' seen' }, '*') }, true)</script>
<button style="width: 150px; height: 40px" onmouseover="this.textContent = 'Delete everything'">Pay</button>`;
const quoted = JSON.stringify(INNER).replaceAll('</script>', '<\\/script>');

/** Documents by how they came to be; each line makes one in the page. */
const KINDS: readonly (readonly [kind: string, make: string])[] = [
  ['a frame of this site', `const frame = add('iframe'); frame.src = 'inner'; await loaded(frame)`],
  ['a frame of another site', `const frame = add('iframe'); frame.src = 'OTHER/adversarial/inner'; await loaded(frame)`],
  ['a frame by srcdoc', `const frame = add('iframe'); frame.srcdoc = inner; await loaded(frame)`],
  ['a sandboxed frame', `const frame = add('iframe'); frame.sandbox = 'allow-scripts'; frame.src = 'inner'; await loaded(frame)`],
  ['a frame by data:', `const frame = add('iframe'); frame.src = 'data:text/html,' + encodeURIComponent(inner); await loaded(frame)`],
  [
    'a frame by blob:',
    `const frame = add('iframe'); frame.src = URL.createObjectURL(new Blob([inner], { type: 'text/html' })); await loaded(frame)`,
  ],
  [
    'a frame in a frame',
    `const frame = add('iframe'); frame.srcdoc = '<body>'; await loaded(frame); const deep = frame.contentDocument.createElement('iframe'); deep.src = '/adversarial/deep'; frame.contentDocument.body.append(deep); await loaded(deep)`,
  ],
  [
    'a frame made by a parser',
    `document.body.insertAdjacentHTML('beforeend', '<iframe src="inner"></iframe>'); await loaded(document.querySelector('iframe'))`,
  ],
];

const HELPERS = `const add = (tag) => { const element = document.createElement(tag); document.body.append(element); return element };
const loaded = (frame) => new Promise((done) => frame.addEventListener('load', done, { once: true }));
const inner = ${quoted};`;

async function opened(make: string): Promise<Scene> {
  rig.site.on('/adversarial/outer', '<!doctype html><title>Outer</title><script src="ledger.js"></script>');
  rig.site.on('/adversarial/inner', `<!doctype html><title>Inner</title>${INNER}`);
  rig.site.on(
    '/adversarial/deep',
    `<!doctype html><title>Deep</title>${INNER.replaceAll('opener ?? self : parent', 'opener ?? self : top')}`,
  );
  const scene = await rig.scene();
  await scene.open('outer');
  await scene.js(`{ ${HELPERS} ${make.replace('OTHER', rig.site.elsewhere)} }`);
  await scene.snapshot();
  return scene;
}

describe.each(KINDS)('in %s', (_, make) => {
  test('a listener on the window sees nothing of a refused click', async () => {
    const scene = await opened(make);
    const outcome = await scene.click(scene.ref('button', 'Pay'));
    const { events } = await scene.state();
    await scene.page.close();
    expect({ outcome, events }).toEqual({
      outcome: { done: false, code: 'ref-stale', message: 'The element (button "Pay") is stale: its name is now "Delete everything"' },
      events: [],
    });
  });
});

/** Clicks the only button of a window that the page opens by this statement. */
async function inPopup(make: string): Promise<{ done: boolean; events: readonly string[] }> {
  const scene = await opened('');
  const arrived = new Promise<Scene['page']>((resolve) => rig.open.session.onPage((page) => resolve(page)));
  await scene.js(`{ ${HELPERS} ${make} }`);
  const popup = await arrived;
  await popup.waitForSelector('css=button', 'visible', within());
  const { found } = await popup.query('css=button', 1, within());
  const [button] = found;
  if (!button) throw new Error('the window has no button');
  const { done } = await scene.attempt(
    popup.click(button.identity, { button: 'left', count: 1, modifiers: [], force: false }, within(1_500)),
  );
  const { events } = await scene.state();
  await popup.close();
  await scene.page.close();
  return { done, events };
}

test('in a window that the page opened, a listener sees nothing of a refused click', async () => {
  expect(await inPopup(`open('/adversarial/inner')`)).toEqual({ done: false, events: [] });
});

test('counted: of many refused clicks a page that listens on its window sees none', { timeout: rounds(500, 30) * 3_000 }, async () => {
  const times = rounds(500, 30);
  const scene = await rig.scene();
  await scene.open('pointer.html');
  await scene.snapshot();
  const target = scene.ref('button', 'Pay');
  await scene.js(`{ let turn = 0; document.addEventListener('pointermove', () => { turn += 1; say(target, 'Name ' + turn) }) }`);
  let refusals = 0;
  for (let at = 0; at < times; at += 1) {
    await scene.js(`say(target, 'Pay')`);
    const outcome = await scene.click(target, { patience: 400 });
    if (!outcome.done) refusals += 1;
  }
  const { events } = await scene.state();
  await scene.page.close();
  tell(`${times} clicks on a button that is renamed at every move: ${refusals} refused, ${events.length} events seen by the page`);
  expect({ refusals, events }).toEqual({ refusals: times, events: [] });
});

/**
 * `document.open()` takes every listener off a window, ours too, and what it then writes runs at once; a sandboxed srcdoc frame
 * has a process of its own that the browser lets nobody into before its first script. There the first listeners of the page
 * on its window see an input that is refused. The element does not.
 */
describe('out of its reach', () => {
  const OWN = INNER.replace(
    'Pay</button>',
    `Pay</button><script>for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'])
    document.querySelector('button').addEventListener(type, () => (parent === self ? opener ?? self : parent).postMessage({ ledger: 'the button: ' + type }, '*'))</script>`,
  );
  const own = JSON.stringify(OWN).replaceAll('</script>', '<\\/script>');

  function firstOnly(kind: string, { done, events }: { done: boolean; events: readonly string[] }): void {
    tell(`${kind}: ${done ? 'done' : 'refused'}; seen by its first listeners: ${events.join(', ')}`);
    expect({ done, button: events.filter((event) => event.startsWith('the button')) }).toEqual({ done: false, button: [] });
  }

  test('a document written anew', async () => {
    const scene = await rig.scene();
    await scene.open('pointer.html');
    await scene.later(
      30,
      `const text = ${own}; document.open(); document.write('<script>globalThis.seen = []; addEventListener("message", ({ data }) => seen.push(data.ledger))</' + 'script>' + text); document.close()`,
    );
    await scene.page.waitForFunction(`globalThis.seen !== undefined && document.querySelector('button') !== null`, within());
    await scene.snapshot();
    const { done } = await scene.click(scene.ref('button', 'Pay'));
    const events = (await scene.js('new Promise((done) => setTimeout(() => done(seen), 50))')) as readonly string[];
    await scene.page.close();
    firstOnly('document.open()', { done, events });
  });

  test('a blank window that is written into', async () => {
    firstOnly(
      'a written window',
      await inPopup(`const popup = open('', '', 'width=400,height=400'); popup.document.write(${own}); popup.document.close()`),
    );
  });

  test('a sandboxed frame by srcdoc', async () => {
    const scene = await opened(`const frame = add('iframe'); frame.sandbox = 'allow-scripts'; frame.srcdoc = ${own}; await loaded(frame)`);
    const { done } = await scene.click(scene.ref('button', 'Pay'));
    const { events } = await scene.state();
    await scene.page.close();
    firstOnly('a sandboxed srcdoc', { done, events });
  });

  test('a node that serves other data behind the same looks: nobody can tell', async () => {
    const { outcome, after } = await trial(rig, {
      page: 'pointer.html',
      target: ['button', 'Pay'],
      change: `target.dataset.mark = 'Pay another bill'`,
    });
    expect(outcome).toMatchObject({ done: true });
    expect(after.events).toContain('click Pay another bill');
  });

  test('the move of the pointer itself: pages that act on hover have had it', async () => {
    const scene = await rig.scene();
    await scene.open('pointer.html');
    await scene.snapshot();
    await scene.js(
      `{ globalThis.hovered = 0; target.addEventListener('mouseover', () => { hovered += 1; say(target, 'Delete everything') }) }`,
    );
    const outcome = await scene.click(scene.ref('button', 'Pay'));
    const hovered = await scene.js('hovered');
    await scene.page.close();
    expect({ done: outcome.done, hovered }).toEqual({ done: false, hovered: 1 });
  });

  test('what is inside a closed shadow root: the host is what was printed and is clicked', async () => {
    rig.site.on(
      '/adversarial/closed',
      `<!doctype html><title>Closed</title><script src="ledger.js"></script><div id="host" role="button" aria-label="Widget" tabindex="0" data-mark="Widget"></div>
<script>const root = host.attachShadow({ mode: 'closed' }); root.innerHTML = '<span>Pay</span>'; host.addEventListener('mouseover', () => { root.innerHTML = '<span>Delete everything</span>' })</script>`,
    );
    const { outcome, after } = await trial(rig, { page: 'closed', target: ['button', 'Widget'] });
    expect(outcome).toMatchObject({ done: true });
    expect(after.events).toContain('click Widget');
  });
});
