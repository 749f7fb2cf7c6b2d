/** A page that writes to its console without end holds up nobody else, and is named. */
import { expect, test } from 'vitest';
import { launchBrowser, within } from '../support/browser.ts';
import { within as inTime } from '../support/patience.ts';
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
  expect(performance.now() - from).toBeLessThan(inTime(2_000));
  await open.page.close();
});

test('its next document is heard again, its worlds work, and a page that only logs a lot is left alone', async () => {
  await using site = await serve({
    '/flood': pouring('console.log(i)'),
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
  // Each flood begins with a console that is muted, and may go on to a page that is stopped.
  expect(open.events.filter((event) => event.kind === 'flood' && event.state === 'muted')).toHaveLength(1);
});
