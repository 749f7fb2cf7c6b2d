/**
 * Frames of another site that want what is meant for the page around them: no key and no click ever reaches one, by count, whatever
 * it does to be there in time. And the honest counterpart: pages with frames of others in them can be typed into.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, within, type OpenBrowser } from '../support/browser.ts';
import { tell } from '../support/adversary.ts';
import { CLICK, failureOf, matching, named } from '../support/finding.ts';
import { rounds } from '../support/rounds.ts';
import { serve, type Site } from '../support/site.ts';
import { BrowseError } from '../../browse/protocol/errors.ts';
import type { Page } from '../../browse/domain/ports/page.ts';

const SECRET = 'hunter2-hunter2-18';

let open: OpenBrowser;
let site: Site;
let page: Page;
beforeAll(async () => {
  site = await serve();
  open = await launchBrowser();
  page = open.page;
});
afterAll(async () => {
  await open?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

const js = (source: string): Promise<unknown> => page.evaluate(source, null, within());
/** The frame says what it got to the server of everything. */
const SPY = `let got = ''; const tell = () => fetch('/beacon?got=' + encodeURIComponent(got));
for (const type of ['keydown', 'keyup', 'keypress', 'beforeinput', 'input', 'pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'])
  addEventListener(type, (event) => { if (!event.isTrusted) return; got += type + (event.key ?? event.data ?? '') + ' '; tell(); }, true);`;
const FIELD = `<input id=i aria-label=stolen><script>${SPY}</script>`;
const html = (text: string): string => JSON.stringify(text).replaceAll('</', '<\\/');

/** What a frame of another site does when it loses the focus, so as to have it when the keys come. */
const THIEVES: Readonly<Record<string, string>> = {
  'that takes it back at once': `i.focus();`,
  'that takes it back a little later': `setTimeout(() => i.focus(), 3 + Math.random() * 30);`,
  'that takes it back and is busy': `i.focus(); const from = performance.now(); while (performance.now() - from < 400);`,
  'that is busy a little later': `setTimeout(() => { i.focus(); const from = performance.now(); while (performance.now() - from < 400); }, Math.random() * 40);`,
  'that makes a frame by srcdoc': `setTimeout(() => { const f = document.createElement('iframe'); f.srcdoc = ${html(`${FIELD}<script>i.focus()</script>`)}; document.body.append(f); }, Math.random() * 30);`,
  'that makes a blank frame and writes into it': `setTimeout(() => { const f = document.createElement('iframe'); document.body.append(f); f.contentDocument.write(${html(`${FIELD}<script>i.focus()</script>`)}); f.contentDocument.close(); f.contentWindow.i.focus(); }, Math.random() * 30);`,
  'that makes a sandboxed frame': `setTimeout(() => { const f = document.createElement('iframe'); f.sandbox = 'allow-scripts'; f.src = '/thief-inner'; document.body.append(f); }, Math.random() * 30);`,
  'that makes a frame of a third site': `setTimeout(() => { const f = document.createElement('iframe'); f.src = location.href.replace(/(localhost|127\\.0\\.0\\.1).*/, 'third.localhost:' + location.port + '/thief-inner'); document.body.append(f); }, Math.random() * 30);`,
  'that goes to another page which takes it': `setTimeout(() => location.replace('/thief-inner'), Math.random() * 30);`,
  'that goes to another page again and again': `const go = setInterval(() => { i.focus(); if (Math.random() < 0.1) { clearInterval(go); location.replace('/thief-inner') } }, 1);`,
  'that is nested and wakes its own child': `frames[0]?.postMessage('steal', '*');`,
};

const thief = (
  onBlur: string,
): string => `<title>ad</title><body>${FIELD}<iframe srcdoc="${`<input id=j><script>${SPY} addEventListener('message', () => setTimeout(() => j.focus(), 5))</script>`.replaceAll('"', '&quot;')}"></iframe>
<script>i.focus(); let times = 0; addEventListener('blur', (event) => { if (event.target !== window || times++ > 6) return; ${onBlur} })</script>`;

/** What the other sites heard, beside what they were told before. */
const heard = (): string[] => site.hits.filter(({ url }) => url.startsWith('/beacon')).map(({ url }) => url);

async function bank(onBlur: string): Promise<void> {
  site.on('/thief', thief(onBlur));
  site.on('/thief-inner', `${FIELD}<script>i.focus()</script>`);
  site.on(
    '/bank',
    `<title>bank</title><label>Password <input type=password id=pw></label><p id=out></p><iframe src="${site.elsewhere}/thief" width=300 height=80></iframe>`,
  );
  await page.goto(`${site.origin}/bank`, 'load', within());
}

/** Ends of an act against such a page; any other is a failure of the test. */
const ENDS = ['done', 'focus-moved', 'not-actionable', 'may-have-run', 'act-broken', 'ref-stale', 'unsuited'];

async function ended(act: Promise<unknown>): Promise<string> {
  const end = await act.then(
    () => 'done',
    (error: unknown) => (error instanceof BrowseError ? error.code : String(error)),
  );
  expect(ENDS).toContain(end);
  return end;
}

describe('typing beside a frame of another site', { timeout: rounds(500, 5) * 15_000 }, () => {
  test.each(Object.entries(THIEVES))('%s gives it nothing', async (_, onBlur) => {
    const ends: Record<string, number> = {};
    for (let round = 0; round < rounds(500, 5); round += 1) {
      await bank(onBlur);
      const before = heard().length;
      const end = await ended(page.append(await matching(page, '#pw'), SECRET, within(3000)));
      ends[end] = (ends[end] ?? 0) + 1;
      const value = String(await js('pw.value'));
      expect(end !== 'done' || value === SECRET, `${end}, and ${JSON.stringify(value)} was typed`).toBe(true);
      await js('new Promise((done) => setTimeout(() => done(null), 30))');
      expect(heard().slice(before), `${end}, ${value.length} typed`).toEqual([]);
    }
    tell(`beside a frame ${_}: ${JSON.stringify(ends)}`);
  });
});

describe('keys without a field', () => {
  const show = async (inFrame: string): Promise<void> => {
    site.on('/thief', `<title>ad</title>${FIELD}<script>${inFrame}</script>`);
    site.on('/bank', `<label>Name <input id=name></label><iframe src="${site.elsewhere}/thief"></iframe>`);
    await page.goto(`${site.origin}/bank`, 'load', within());
    await page.waitForFunction('document.activeElement.tagName === "IFRAME"', within());
  };

  test('do not go into a frame of another site that took the focus by itself', async () => {
    await show('i.focus()');
    const before = heard().length;
    for (const act of [page.press('x', within(2000)), page.type('hunter2', within(2000))]) {
      const failure = await failureOf(act);
      expect(failure).toMatchObject({ code: 'unsuited', exit: 1 });
      expect(failure.message).toContain('of another site and took the focus by itself');
    }
    expect(heard().slice(before)).toEqual([]);
  });

  test('go there after a click, a fill or a focus of ours put it there, and Tab leads there', async () => {
    await show('i.focus()');
    const field = await named(page, 'textbox', 'stolen');
    await page.click(field, CLICK, within());
    expect(await page.type('ab', within())).toMatchObject({ typed: 2, field: { role: 'textbox', name: 'stolen' } });
    await page.fill(field, 'new', within());
    expect(await page.press('c', within())).toMatchObject({ field: { name: 'stolen' } });
    await page.focus(await matching(page, '#name'), within());
    await page.press('Tab', within());
    expect(await page.type('d', within())).toMatchObject({ typed: 1, field: { role: 'textbox', name: 'stolen' } });
  });

  test('do not go on into the next document that the frame shows', async () => {
    await show('i.focus()');
    await page.click(await named(page, 'textbox', 'stolen'), CLICK, within());
    site.on('/thief', `<title>other</title>${FIELD}<script>i.focus(); fetch('/event?ready')</script>`);
    const again = site.count('/event');
    await page.evaluate(`document.querySelector('iframe').src += '?again'`, null, within());
    await site.seen('/event', again + 1);
    expect(await failureOf(page.press('x', within(2000)))).toMatchObject({ code: 'unsuited' });
    // What it heard of the click may arrive as late as now.
    expect(heard().filter((url) => /key\w+x/.test(url))).toEqual([]);
  });
});

/** What a page puts under the pointer, when it can: the button of another site, which knows nothing of it. */
const OVERLAYS: Readonly<Record<string, string>> = {
  'when we scroll': `addEventListener('scroll', put, { once: true, capture: true })`,
  'when we scroll, for a moment': `addEventListener('scroll', () => { put(); setTimeout(() => f.remove(), 20 + Math.random() * 600) }, { once: true, capture: true })`,
  'when the pointer comes': `w.addEventListener('mouseover', put, { once: true })`,
  'at the press': `w.addEventListener('pointerdown', put, { once: true })`,
  'at mousedown': `w.addEventListener('mousedown', put, { once: true })`,
  'that was there, elsewhere': `put(); f.style.left = '900px'; addEventListener('scroll', () => { f.style.left = 0 }, { once: true, capture: true })`,
  'that was there, beside a frame that hangs': `put(); f.style.left = '900px'; const h = document.createElement('iframe'); h.src = '/busy'.replace(/^/, OTHER); document.body.append(h); addEventListener('scroll', () => { f.style.left = 0 }, { once: true, capture: true })`,
};

describe('a frame of another site over the button', { timeout: rounds(500, 3) * 30_000 }, () => {
  test.each(Object.entries(OVERLAYS))('%s gets no click, and nothing is said to be done that was not', async (name, script) => {
    const ends: Record<string, number> = {};
    for (let round = 0; round < rounds(500, 3); round += 1) {
      site.on(
        '/victim',
        `<button style="position:absolute;inset:0;width:100%;height:100%" onclick="fetch('/beacon?transfer')">Transfer</button>`,
      );
      site.on(
        '/busy',
        `<script>setInterval(() => { const from = performance.now(); while (performance.now() - from < 300); }, 5)</script>`,
      );
      site.on(
        '/shop',
        `<div style="height:2000px"></div><div id=w style="position:relative;width:240px;height:80px"><button id=b onclick="fetch('/event?shop')" style="width:200px;height:60px">Continue</button></div><div style="height:800px"></div>
<script>const OTHER = '${site.elsewhere}'; const f = document.createElement('iframe'); f.src = OTHER + '/victim'; f.style = 'position:absolute;left:0;top:0;width:240px;height:80px;opacity:.02;border:0'; const put = () => w.append(f); ${script}</script>`,
      );
      await page.goto(`${site.origin}/shop`, 'load', within());
      const before = heard().length;
      const shop = site.count('/event');
      const end = await ended(page.click(await matching(page, '#b'), { ...CLICK, count: round % 2 === 0 ? 1 : 2 }, within(2500)));
      ends[end] = (ends[end] ?? 0) + 1;
      await js('new Promise((done) => setTimeout(() => done(null), 60))');
      expect(heard().slice(before)).toEqual([]);
      const clicked = site.count('/event') > shop;
      expect(end === 'done' ? clicked : !['not-actionable', 'ref-stale'].includes(end) || !clicked, `${end}, clicked: ${clicked}`).toBe(
        true,
      );
    }
    tell(`a frame over the button ${name}: ${JSON.stringify(ends)}`);
  });
});

/** Frames as they stand in honest pages; none of them is after anything. */
const HONEST: Readonly<Record<string, string>> = {
  'a payment field': `<iframe src="OTHER/card" width=300 height=50></iframe>`,
  'several payment fields that talk': `<iframe src="OTHER/card"></iframe><iframe src="OTHER/card"></iframe><script>setInterval(() => { for (let at = 0; at < frames.length; at += 1) frames[at].postMessage('ping', '*') }, 7)</script>`,
  'an advertisement that loads anew': `<iframe src="OTHER/card"></iframe><script>setInterval(() => { document.querySelector('iframe').src = 'OTHER/card?' + Math.random() }, 60)</script>`,
  'frames that come and go': `<script>setInterval(() => { const f = document.createElement('iframe'); f.src = 'OTHER/card'; document.body.append(f); setTimeout(() => f.remove(), 80) }, 40)</script>`,
  'a busy frame': `<iframe src="OTHER/working"></iframe>`,
  'a frame by srcdoc and a sandboxed one': `<iframe srcdoc="<input>"></iframe><iframe sandbox="allow-scripts" srcdoc="<script>setInterval(() => 0, 1)</script>"></iframe>`,
};

describe('an honest page', { timeout: rounds(100, 4) * 20_000 }, () => {
  test.each(Object.entries(HONEST))('with %s can be typed into, whole, every time', async (_, frames) => {
    site.on('/card', `<input id=card aria-label=Card><script>addEventListener('message', () => card.title = Math.random())</script>`);
    site.on(
      '/working',
      `<script>setInterval(() => { const from = performance.now(); while (performance.now() - from < 60); }, 70)</script>`,
    );
    site.on('/checkout', `<label>Name <input id=name></label>${frames.replaceAll('OTHER', site.elsewhere)}`);
    await page.goto(`${site.origin}/checkout`, 'domcontentloaded', within());
    for (let round = 0; round < rounds(100, 4); round += 1) {
      await js(`document.getElementById('name').value = ''`);
      await page.append(await matching(page, '#name'), SECRET, within());
      await page.type('+more', within());
      expect(await js(`document.getElementById('name').value`)).toBe(`${SECRET}+more`);
    }
  });

  test('with payment fields of another site is filled in by keys, field by field, every time', async () => {
    site.on('/card', `<input id=card aria-label=Card><input aria-label=Code>`);
    site.on('/checkout', `<label>Name <input id=name></label><iframe src="${site.elsewhere}/card"></iframe>`);
    await page.goto(`${site.origin}/checkout`, 'load', within());
    for (let round = 0; round < rounds(100, 4); round += 1) {
      for (const name of ['Name', 'Card', 'Code']) {
        const field = await named(page, 'textbox', name);
        await page.fill(field, '', within());
        await page.append(field, `${name} 4111 1111`, within());
        expect(await page.value(field, within())).toBe(`${name} 4111 1111`);
      }
    }
  });
});
