/** What is known of an act when it is cut off: whether it was sent, how much of it had reached the page, and whether that answered. */
import { expect, test } from 'vitest';
import { newActFacts } from '../../browse/domain/ports/page.ts';
import type { ActFacts, ActLimit, Page } from '../../browse/domain/ports/page.ts';
import type { BrowseError } from '../../browse/protocol/errors.ts';
import { launchBrowser, within } from '../support/browser.ts';
import { CLICK, failureOf, matching } from '../support/finding.ts';
import { eventually } from '../support/processes.ts';
import { serve, type Site } from '../support/site.ts';

const HANG = 'for (;;);';
const TIME = 700;

/** Elements whose handler of the given type runs this. */
const acting = (type: string, script: string): string => `<!doctype html><title>Acts</title>
<button id=b>Go</button><input id=f aria-label=F><select id=s aria-label=S><option>a<option>b</select><input type=checkbox id=c aria-label=C>
<script>for (const each of [b, f, s, c]) each.addEventListener('${type}', () => { ${script} });</script>`;

type Doing = (page: Page, bound: ActLimit) => Promise<unknown>;
const on =
  (selector: string, act: (page: Page, target: Awaited<ReturnType<typeof matching>>, bound: ActLimit) => Promise<unknown>): Doing =>
  async (page, bound) =>
    act(page, await matching(page, selector), bound);

const ACTS: Readonly<Record<string, Doing>> = {
  click: on('#b', (page, target, bound) => page.click(target, CLICK, bound)),
  dblclick: on('#b', (page, target, bound) => page.click(target, { ...CLICK, count: 2 }, bound)),
  hover: on('#b', (page, target, bound) => page.hover(target, { force: false }, bound)),
  press: async (page, bound) => {
    await page.evaluate('f.focus()', null, within());
    return page.press('x', bound);
  },
  type: on('#f', (page, target, bound) => page.append(target, 'x', bound)),
  fill: on('#f', (page, target, bound) => page.fill(target, 'x', bound)),
  select: on('#s', (page, target, bound) => page.select(target, ['b'], bound)),
  check: on('#c', (page, target, bound) => page.setChecked(target, true, bound)),
  js: (page, bound) => page.evaluate("b.dispatchEvent(new Event('go')); while (true) {}", null, bound),
};

/** Runs an act that fails, and gives what is known of it then. */
async function cutOff(page: Page, act: string, ms = TIME): Promise<{ failure: BrowseError; facts: ActFacts }> {
  const facts = newActFacts();
  const failure = await failureOf((ACTS[act] as Doing)(page, { ...within(ms), facts }));
  return { failure, facts };
}

async function openOn(site: Site, html: string): Promise<Awaited<ReturnType<typeof launchBrowser>>> {
  const open = await launchBrowser();
  site.on('/acts', html);
  await open.page.goto(`${site.origin}/acts`, 'load', within());
  return open;
}

// B2
test.each([
  ['click', 'pointerdown'],
  ['click', 'mousedown'],
  ['click', 'click'],
  ['dblclick', 'dblclick'],
  ['hover', 'mouseenter'],
  ['hover', 'pointerover'],
  ['press', 'keydown'],
  ['type', 'keydown'],
  ['type', 'input'],
  ['fill', 'input'],
  ['fill', 'focus'],
  ['select', 'change'],
  ['check', 'click'],
  ['check', 'change'],
])('a page that hangs in its own handler: the %s is known to have reached it at %s, and not to have been answered', async (act, type) => {
  await using site = await serve();
  await using open = await openOn(site, acting(type, HANG));
  const { failure, facts } = await cutOff(open.page, act);
  expect(failure.code).toBe('page-hung');
  expect(facts).toMatchObject({ sent: true, answered: false });
  expect(facts.reached).not.toBe('nothing');
});

test.each(Object.keys(ACTS).filter((name) => name !== 'js'))('a page that hung before: of the %s nothing had reached it', async (act) => {
  await using site = await serve();
  await using open = await openOn(site, acting('never', ''));
  const { page } = open;
  const targets = await Promise.all(['#b', '#f', '#s', '#c'].map((selector) => matching(page, selector)));
  page.evaluate(`setTimeout(() => { ${HANG} }, 20)`, null, within()).catch(() => {});
  await expect.poll(() => page.responds(within(100))).toBe(false);
  const facts = newActFacts();
  const bound = { ...within(TIME), facts };
  const [button, field, list, box] = targets as [(typeof targets)[0], (typeof targets)[0], (typeof targets)[0], (typeof targets)[0]];
  const works: Readonly<Record<string, () => Promise<unknown>>> = {
    click: () => page.click(button, CLICK, bound),
    dblclick: () => page.click(button, { ...CLICK, count: 2 }, bound),
    hover: () => page.hover(button, { force: false }, bound),
    press: () => page.press('x', bound),
    type: () => page.append(field, 'x', bound),
    fill: () => page.fill(field, 'x', bound),
    select: () => page.select(list, ['b'], bound),
    check: () => page.setChecked(box, true, bound),
  };
  expect(await failureOf((works[act] as () => Promise<unknown>)())).toMatchObject({ code: 'page-hung' });
  expect(facts.reached).toBe('nothing');
});

// B1
test.each([
  ['click', 'pointerdown'],
  ['click', 'mousedown'],
  ['click', 'mouseup'],
  ['dblclick', 'click'],
  ['hover', 'mouseenter'],
  ['press', 'keydown'],
  ['type', 'keydown'],
  ['fill', 'input'],
])('a browser that is killed under a %s, at %s: the act is not called done', async (act, type) => {
  await using site = await serve();
  const held = site.hold('/held');
  await using open = await openOn(site, acting(type, "const r = new XMLHttpRequest(); r.open('GET', '/held', false); r.send();"));
  const facts = newActFacts();
  const failing = failureOf((ACTS[act] as Doing)(open.page, { ...within(8_000), facts }));
  await held.arrived;
  process.kill(open.browser.pid, 'SIGKILL');
  expect(await failing).toMatchObject({ code: 'browser-gone' });
  expect(facts).toMatchObject({ sent: true, answered: false });
  held.release();
});

const CLOSING = `<!doctype html><title>Popup</title><form action="/closer"><button id=form>Save</button></form>
<button id=click onclick="window.close()">x</button><button id=down onmousedown="window.close()">x</button>
<button id=soon onclick="setTimeout(() => window.close(), 40)">x</button><input id=key onkeydown="window.close()">`;

async function popup(open: Awaited<ReturnType<typeof launchBrowser>>, site: Site, html: string): Promise<Page> {
  site.on('/popup', html);
  site.on('/closer', '<script>window.close()</script>');
  site.on('/opener', '<button onclick="window.open(\'/popup\')">Open</button>');
  const windows: Page[] = [];
  open.session.onPage((page) => windows.push(page));
  await open.page.goto(`${site.origin}/opener`, 'load', within());
  await open.page.click(await matching(open.page, 'button'), CLICK, within());
  const page = await eventually('the popup', () => windows[0]);
  await page.waitForLoad('load', within());
  return page;
}

// B15
test.each(['form', 'click', 'down', 'soon'])('a popup that closes itself by a click (%s): the click is done', async (id) => {
  await using site = await serve();
  await using open = await launchBrowser();
  const page = await popup(open, site, CLOSING);
  const done = await page.click(await matching(page, `#${id}`), CLICK, within());
  expect(done.role).toBe('button');
  expect(done.closed ?? false).toBe(id === 'click' || id === 'down' ? true : (done.closed ?? false));
});

test('a popup that closes itself by a key: the key was pressed', async () => {
  await using site = await serve();
  await using open = await launchBrowser();
  const page = await popup(open, site, CLOSING);
  await page.focus(await matching(page, '#key'), within());
  expect(await page.press('x', within())).toMatchObject({ held: null });
});

test('the guard has a voice in the first document of a popup too', async () => {
  await using site = await serve();
  await using open = await launchBrowser();
  const page = await popup(open, site, acting('mousedown', HANG));
  const { facts } = await cutOff(page, 'click');
  expect(facts).toEqual({ sent: true, reached: 'part', answered: false });
});

// B6
test('a popup whose opener hangs and is closed says which page keeps its process busy, until it is closed too', async () => {
  await using site = await serve();
  await using open = await launchBrowser();
  const page = await popup(open, site, '<title>Popup</title>');
  open.page.evaluate(`setTimeout(() => { ${HANG} }, 20)`, null, within()).catch(() => {});
  await expect.poll(() => open.page.responds(within(100))).toBe(false);
  await open.page.close();
  const failure = await failureOf(page.title(within(500)));
  expect(failure).toMatchObject({ code: 'page-hung', hint: 'browse closetab' });
  expect(failure.message).toContain(`busy with ${site.origin}/opener, whose tab was closed`);
});
