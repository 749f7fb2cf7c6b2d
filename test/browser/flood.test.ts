/** A page that writes to its console without end holds up nobody else, and is named. */
import { expect, test } from 'vitest';
import { launchBrowser, within } from '../support/browser.ts';
import { within as inTime } from '../support/patience.ts';
import { failureOf } from '../support/finding.ts';
import { FULL } from '../support/rounds.ts';
import { eventually } from '../support/processes.ts';
import { serve } from '../support/site.ts';
import type { EventFacts } from '../../browse/domain/traffic/entry.ts';

const plain = { userAgent: null, viewport: null, headers: [] };
const pouring = (say: string, every = '0'): string =>
  `<title>flood</title><script>setTimeout(() => setInterval(() => { for (let i = 0; i < 2000; i++) ${say} }, ${every}), 100)</script>`;

// B7
test.each([
  ['long lines', "console.log(i + 'x'.repeat(1000))"],
  ['objects', 'console.info({ i, deep: { i } })'],
  ['warnings with stacks', 'console.trace(i)'],
  ['short lines of several kinds', "i % 2 ? console.warn(i) : console.debug('d', i)"],
])('a console that pours %s is shut off and told of, and another session is answered in good time', async (_, say) => {
  await using site = await serve({ '/flood': pouring(say) });
  await using open = await launchBrowser();
  const other = await (await open.browser.newSession(plain)).newPage();
  await open.page.goto(`${site.origin}/flood`, 'load', within());
  await eventually('the flood to be told of', () => open.events.some(({ kind }) => kind === 'flood'), inTime(20_000));
  const from = performance.now();
  expect(await other.evaluate('1 + 1', null, within(30_000))).toBe(2);
  // How quickly is a matter of a quiet machine; on any it must not wait for the end of the flood, which has none.
  expect(FULL ? performance.now() - from : 0).toBeLessThan(2_000);
  await open.page.close();
});

test('its next document is heard again, its worlds work, and a page that only logs a lot is left alone', async () => {
  await using site = await serve({
    '/flood': `<title>flood</title><script>setInterval(() => { for (let i = 0; i < 400; i++) console.log(i) }, 100)</script>`,
    '/calm': `<title>calm</title><button>Go</button><script>for (let i = 0; i < 500; i++) console.log('calm', i)</script>`,
  });
  await using open = await launchBrowser();
  const heard: EventFacts[] = [];
  open.session.onTraffic({
    began: () => {},
    answered: () => {},
    ended: () => {},
    said: (_whose, facts) => heard.push(facts),
    secret: () => {},
    hold: () => () => {},
    recording: () => null,
  });
  await open.page.goto(`${site.origin}/flood`, 'load', within());
  await eventually('the flood to be told of', () => open.events.some(({ kind }) => kind === 'flood'), inTime(20_000));
  await open.page.goto(`${site.origin}/calm`, 'load', within(30_000));
  await eventually('all that the calm page says', () => heard.filter(({ text }) => text.startsWith('calm')).length === 500, inTime(20_000));
  expect((await open.page.query('button', 1, within())).count).toBe(1);
  expect(open.events.filter(({ kind }) => kind === 'flood')).toMatchObject([{ state: 'muted' }]);
});

test('a frame that the page loads again and again does not open its console', async () => {
  await using site = await serve({
    '/flood': `<iframe id="frame"></iframe>${pouring('console.log(i)')}
      <script>setInterval(() => { frame.src = '/calm?' + Math.random(); }, 50)</script>`,
    '/calm': '<title>calm</title>',
  });
  await using open = await launchBrowser();
  await open.page.goto(`${site.origin}/flood`, 'load', within());
  await eventually('the flood to be told of', () => open.events.some(({ kind }) => kind === 'flood'), inTime(20_000));
  const frames = site.count('/calm');
  await eventually(
    'its frame to be loaded some more times, or no more',
    () => site.count('/calm') > frames + 5 || ended(open.events),
    inTime(20_000),
  );
  expect(open.events.filter((event) => event.kind === 'flood' && event.state === 'muted')).toHaveLength(1);
});

test('a page that leaves the browser no time is ended, as one that crashed, and can be loaded again', async () => {
  await using site = await serve({ '/': pouring("console.log(i + 'x'.repeat(500))") });
  await using open = await launchBrowser();
  await open.page.goto(site.origin, 'load', within());
  await eventually('the page to be ended', () => ended(open.events) && open.events.some(({ kind }) => kind === 'crashed'), inTime(30_000));
  expect(await failureOf(open.page.evaluate('1', null, within()))).toMatchObject({ code: 'page-crashed', exit: 1, ran: 'no' });
  site.on('/', '<title>calm</title><script>globalThis.first = 1</script>');
  await open.page.reload({ hard: false }, 'load', within(30_000));
  expect(await open.page.evaluate('globalThis.first', null, within())).toBe(1);
});

const ended = (events: readonly { readonly kind: string; readonly state?: string }[]): boolean =>
  events.some(({ kind, state }) => kind === 'flood' && state === 'ended');
