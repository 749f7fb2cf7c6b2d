/** Sessions: what each keeps to itself, what its pages send, and what is saved of it. */
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { within } from '../support/browser.ts';
import { CLICK, named } from '../support/finding.ts';
import { serve } from '../support/site.ts';
import type { Hit } from '../support/site.ts';
import { openStage } from '../support/stage.ts';
import type { Page } from '../../browse/domain/ports/page.ts';
import type { BrowserSession, SessionOptions } from '../../browse/domain/ports/browser.ts';

const stage = openStage();

const PLAIN: SessionOptions = { userAgent: null, viewport: null, headers: [] };
async function session(options: Partial<SessionOptions> = {}): Promise<AsyncDisposable & { session: BrowserSession; page: Page }> {
  const made = await stage.browser.newSession({ ...PLAIN, ...options });
  return { session: made, page: await made.newPage(), [Symbol.asyncDispose]: () => made.close() };
}
const asked = (path: string): Hit => {
  const hit = stage.site.hits.findLast(({ url }) => url === path);
  if (!hit) throw new Error(`${path} was never asked for`);
  return hit;
};

test('sessions share no cookie and no storage', async () => {
  await using a = await session();
  await using b = await session();
  await a.page.goto(`${stage.site.origin}/cookie?who=a`, 'load', within());
  await b.page.goto(`${stage.site.origin}/status/200`, 'load', within());
  expect(await b.session.cookies()).toEqual([]);
  expect(await a.session.cookies()).toMatchObject([{ name: 'who', value: 'a', domain: '127.0.0.1' }]);
});

test('a cookie set before anything is open reaches the server', async () => {
  await using own = await session();
  await own.session.setCookie({ name: 'a', value: 'b', url: stage.site.origin });
  await own.page.goto(`${stage.site.origin}/headers?first`, 'load', within());
  expect(asked('/headers?first').headers['cookie']).toBe('a=b');
});

test("a user agent is sent from the first request on, by pages, by frames and by a popup's first request", async () => {
  await using own = await session({ userAgent: 'Mine/1' });
  stage.site.on(
    '/opens',
    `<a href="/popup-1" target=_blank>Link</a><button onclick="window.open('/popup-2')">Window</button><iframe src="${stage.site.elsewhere}/frame-1"></iframe>`,
  );
  await own.page.goto(`${stage.site.origin}/opens`, 'load', within());
  expect(asked('/opens').headers['user-agent']).toBe('Mine/1');
  expect(asked('/frame-1').headers['user-agent']).toBe('Mine/1');
  await own.page.click(await named(own.page, 'link', 'Link'), CLICK, within());
  await stage.site.seen('/popup-1');
  expect(asked('/popup-1').headers['user-agent']).toBe('Mine/1');

  await own.session.setUserAgent('Mine/2');
  await own.page.click(await named(own.page, 'button', 'Window'), CLICK, within());
  await stage.site.seen('/popup-2');
  expect(asked('/popup-2').headers['user-agent']).toBe('Mine/2');
  expect(await own.page.evaluate('navigator.userAgent', null, within())).toBe('Mine/2');

  await own.session.setUserAgent(null);
  expect(await own.page.evaluate('navigator.userAgent', null, within())).toMatch(/^Mozilla\/5\.0 .*Chrome/);
});

test('a header goes to its origin only: not to a third party, not along a redirect to one', async () => {
  await using own = await session();
  await own.session.setHeaders([{ name: 'X-Key', value: 'secret', origin: stage.site.origin }]);
  stage.site.on(
    '/mixed',
    `<img src="${stage.site.elsewhere}/third.png"><img src="/own.png"><script>fetch('/own-fetch').then(() => fetch('${stage.site.elsewhere}/third-fetch', { mode: 'no-cors' }))</script>`,
  );
  await own.page.goto(`${stage.site.origin}/mixed`, 'networkidle', within());
  await stage.site.seen('/third-fetch');
  for (const path of ['/mixed', '/own.png', '/own-fetch']) expect([path, asked(path).headers['x-key']]).toEqual([path, 'secret']);
  for (const path of ['/third.png', '/third-fetch']) expect([path, asked(path).headers['x-key']]).toEqual([path, undefined]);

  await own.page.goto(`${stage.site.origin}/redirect?to=${encodeURIComponent(`${stage.site.elsewhere}/away`)}`, 'load', within());
  expect(asked('/away').headers['x-key']).toBeUndefined();
  await own.page.goto(`${stage.site.elsewhere}/redirect?to=${encodeURIComponent(`${stage.site.origin}/home`)}`, 'load', within());
  expect(asked('/home').headers['x-key']).toBe('secret');

  await own.session.setHeaders([{ name: 'X-Key', value: 'all', origin: null }]);
  await own.page.goto(`${stage.site.elsewhere}/everywhere`, 'load', within());
  expect(asked('/everywhere').headers['x-key']).toBe('all');
  await own.session.setHeaders([]);
  await own.page.goto(`${stage.site.origin}/none`, 'load', within());
  expect(asked('/none').headers['x-key']).toBeUndefined();
});

test('credentials answer their origin only: another server that asks for some gets none, nor along a redirect to it', async () => {
  await using other = await serve();
  const asks = (hit: Hit, response: ServerResponse): void => {
    const known = hit.headers.authorization === `Basic ${btoa('ada:opensesame')}`;
    response.writeHead(known ? 200 : 401, { 'www-authenticate': 'Basic realm="here"', 'content-type': 'text/html' });
    response.end(known ? '<title>in</title>' : '<title>out</title>');
  };
  for (const site of [stage.site, other]) site.on('/private', asks);
  stage.site.on('/around', `<img src="${other.origin}/private?img"><script>fetch('/private?fetch')</script>`);
  stage.site.on('/away', (_, response) => void response.writeHead(302, { location: `${other.origin}/private?away` }).end());
  await using own = await session();
  const got = async (url: string): Promise<number | null> => (await own.page.goto(url, 'load', within())).status;
  expect(await got(`${stage.site.origin}/private`)).toBe(401);

  await own.session.setCredentials([{ username: 'ada', password: 'opensesame', origin: stage.site.origin }]);
  expect(await got(`${stage.site.origin}/private`)).toBe(200);
  expect(await own.page.title(within())).toBe('in');
  expect(await got(`${other.origin}/private`)).toBe(401);
  // The same server under another name is another origin.
  expect(await got(`${stage.site.elsewhere}/private`)).toBe(401);
  await own.page.goto(`${stage.site.origin}/around`, 'networkidle', within());
  await stage.site.seen('/private', 5);
  expect(await got(`${stage.site.origin}/away`)).toBe(401);
  expect(other.count('/private')).toBeGreaterThan(2);
  expect(other.hits.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
  const elsewhere = stage.site.hits.filter(({ headers }) => headers.host?.toString().startsWith('localhost'));
  expect(elsewhere.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);

  // A wrong password is refused once, not sent again and again.
  await own.session.setCredentials([{ username: 'ada', password: 'wrong', origin: other.origin }]);
  const before = other.count('/private');
  expect(await got(`${other.origin}/private`)).toBe(401);
  expect(other.count('/private') - before).toBeLessThanOrEqual(2);
  await own.session.setCredentials([]);
  await using fresh = await session();
  expect((await fresh.page.goto(`${stage.site.origin}/private`, 'load', within())).status).toBe(401);
});

test('a viewport of the session, and another one for a tab', async () => {
  await using own = await session({ viewport: { width: 400, height: 300, scale: 2 } });
  await own.page.goto(`${stage.site.origin}/status/200`, 'load', within());
  expect(await own.page.evaluate('[innerWidth, innerHeight, devicePixelRatio]', null, within())).toEqual([400, 300, 2]);
  await own.page.setViewport({ width: 640, height: 480, scale: 1 });
  expect(await own.page.evaluate('[innerWidth, innerHeight, devicePixelRatio]', null, within())).toEqual([640, 480, 1]);
});

test('cookies and storage are saved and put back', async () => {
  await using first = await session();
  await first.page.goto(`${stage.site.origin}/cookie?kept=1`, 'load', within());
  await first.page.evaluate(`localStorage.setItem('k', 'v')`, null, within());
  const { state, lost } = await first.session.saveState(within(5000));
  expect(lost).toEqual([]);
  await using second = await session();
  await second.session.restoreState(JSON.parse(JSON.stringify(state)));
  await second.page.goto(`${stage.site.origin}/headers?again`, 'load', within());
  expect(asked('/headers?again').headers['cookie']).toBe('kept=1');
  expect(await second.page.evaluate(`localStorage.getItem('k')`, null, within())).toBe('v');
});

test('saving does not wait for a page that hangs: the rest is kept, and the loss is named', async () => {
  await using own = await session();
  await own.page.goto(`${stage.site.origin}/cookie?kept=1`, 'load', within());
  await own.page.evaluate(`localStorage.setItem('k', 'v')`, null, within());
  const hung = await own.session.newPage();
  await hung.goto(`${stage.site.elsewhere}/status/200`, 'load', within());
  hung.evaluate('for (;;);', null, within(60_000)).catch(() => {});
  await expect.poll(() => hung.responds(within(100))).toBe(false);
  const from = performance.now();
  const { state, lost } = await own.session.saveState(within(2000));
  expect(performance.now() - from).toBeLessThan(2500);
  expect(lost).toEqual([`storage of ${stage.site.elsewhere}/status/200, which does not respond`]);
  expect(state).toMatchObject({
    cookies: [{ name: 'kept' }],
    origins: [{ origin: stage.site.origin, localStorage: [{ name: 'k', value: 'v' }] }],
  });
});
