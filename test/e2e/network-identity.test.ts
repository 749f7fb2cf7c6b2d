/** Every row pairs its own request with its own answer, whatever else has the same URL: checked against what the server sent. */
import { expect, test } from 'vitest';
import type { RequestRow } from '../../browse/domain/traffic/entry.ts';
import { within } from '../support/patience.ts';
import { rounds, random } from '../support/rounds.ts';
import { eventually } from '../support/processes.ts';
import { serve } from '../support/site.ts';
import type { Handler } from '../support/site.ts';
import { sharedDaemon } from '../support/shared-cli.ts';

const freshUser = sharedDaemon();

const DONE = 'document.title === "done"';
const page = (script: string): string => `<title>busy</title><script>${script}</script>`;
const ends = (work: string): string =>
  page(`(async () => { ${work} })().then(() => document.title = 'done', (e) => document.title = String(e))`);

test('three requests for one URL at once, each with another status, size and delay: each row is right (G-55)', async () => {
  const answers = [
    { status: 200, size: 34, delay: 300 },
    { status: 404, size: 512, delay: 10 },
    { status: 503, size: 7, delay: 150 },
  ];
  const same: Handler = ({ headers }, response) => {
    const { status, size, delay } = answers[Number(headers['x-n'])] ?? { status: 500, size: 0, delay: 0 };
    setTimeout(() => {
      response.writeHead(status, { 'content-type': 'text/plain' });
      response.end('x'.repeat(size));
    }, delay);
  };
  await using site = await serve({
    '/same': same,
    '/': ends(
      `await Promise.all([0, 1, 2].map((n) => fetch('/same', { cache: 'no-store', headers: { 'x-n': n } }).then((r) => r.text())))`,
    ),
  });
  await using user = freshUser();
  await user.ok('goto', site.origin);
  await user.ok('wait', '--fn', DONE);
  const lines = (await user.ok('network', '--url', '/same', '--no-fence')).split('\n');
  const rows = await user.json<readonly RequestRow[]>('network', '--url', '/same');
  expect(rows).toHaveLength(3);
  for (const row of rows) {
    const whole = await user.json<RequestRow>('request', String(row.id));
    const n = Number(whole.requestHeaders.find(([name]) => name.toLowerCase() === 'x-n')?.[1]);
    const sent = answers[n];
    expect({ status: row.status, bodySize: row.bodySize, body: whole.responseBody?.length }).toEqual({
      status: sent?.status,
      bodySize: sent?.size,
      body: sent?.size,
    });
    expect(row.durationMs).toBeGreaterThanOrEqual(sent?.delay ?? 0);
    expect(row.durationMs).toBeLessThan((sent?.delay ?? 0) + within(2_000));
    expect(lines).toContain(`#${row.id} GET ${site.origin}/same → ${sent?.status} (${Math.round(row.durationMs ?? 0)}ms, ${sent?.size}B)`);
  }
  expect(new Set(rows.map(({ status }) => status)).size).toBe(3);
});

test('hundreds of requests for one URL, redirected, cut off and given up among them: every row is its own', async () => {
  const count = rounds(300, 300);
  const next = random();
  const kinds = ['plain', 'plain', 'plain', 'redirect', 'cut', 'abort', 'long'] as const;
  const sent = Array.from({ length: count }, () => ({
    kind: kinds[Math.floor(next() * kinds.length)] ?? 'plain',
    status: [200, 201, 404, 418, 500][Math.floor(next() * 5)] ?? 200,
    size: Math.floor(next() * 3_000),
    delay: Math.floor(next() * 120),
  }));
  const body = (n: number): string => `${n}:`.padEnd(10 + (sent[n]?.size ?? 0), 'x');
  const one: Handler = ({ headers }, response) => {
    const n = Number(headers['x-n']);
    const { kind, status, delay } = sent[n] ?? { kind: 'plain', status: 500, delay: 0 };
    setTimeout(() => {
      if (kind === 'redirect') return void response.writeHead(302, { location: `/landed?n=${n}` }).end();
      if (kind === 'cut') return void response.destroy();
      // Never answered: the page gives it up.
      if (kind === 'abort') return undefined;
      response.writeHead(status, { 'content-type': 'text/plain' });
      if (kind === 'plain') return void response.end(body(n));
      response.write(body(n).slice(0, 5));
      return void setTimeout(() => response.end(body(n).slice(5)), 50);
    }, delay);
  };
  await using site = await serve({
    '/one': one,
    '/landed': ({ url }, response) => {
      const n = Number(/n=(\d+)/.exec(url)?.[1]);
      response.writeHead(sent[n]?.status ?? 500, { 'content-type': 'text/plain' });
      response.end(body(n));
    },
    '/': ends(`
      const kinds = ${JSON.stringify(sent.map(({ kind }) => kind))};
      await Promise.allSettled(kinds.map((kind, n) => {
        const leaving = new AbortController();
        if (kind === 'abort') setTimeout(() => leaving.abort(), 200);
        return fetch('/one', { cache: 'no-store', headers: { 'x-n': n }, signal: leaving.signal, method: n % 3 ? 'GET' : 'POST', body: n % 3 ? undefined : 'n=' + n }).then((r) => r.text());
      }))`),
  });
  await using user = freshUser();
  await user.ok('goto', site.origin);
  await user.ok('wait', '--fn', DONE, '--timeout', '60000');
  const rows = await user.json<
    readonly {
      readonly n: string;
      readonly state: string;
      readonly status: number | null;
      readonly bodySize: number | null;
      readonly method: string;
      readonly requestBody: string | null;
      readonly responseBody: string | null;
      readonly landed: number | null;
      readonly landedBody: string | null;
      readonly durationMs: number;
    }[]
  >(
    'logs',
    'sql',
    `SELECT r.id, r.state, r.status, r.bodySize, r.durationMs, r.method, r.redirectedTo, r.requestBody, r.responseBody, t.status AS landed, t.responseBody AS landedBody,
       (SELECT json_extract(h.value, '$[1]') FROM json_each(r.requestHeaders) h WHERE lower(json_extract(h.value, '$[0]')) = 'x-n') AS n
     FROM requests r LEFT JOIN requests t ON t.id = r.redirectedTo WHERE r.url LIKE '%/one'`,
  );
  expect(rows.map((row) => Number(row.n)).toSorted((a, b) => a - b)).toEqual(sent.map((_, n) => n));
  for (const row of rows) {
    const n = Number(row.n);
    const { kind, status, delay } = sent[n] ?? { kind: 'plain' as const, status: 0, delay: 0 };
    const seen = { kind, state: row.state, status: row.status, body: row.responseBody, method: row.method, sent: row.requestBody };
    const posted = { method: n % 3 ? 'GET' : 'POST', sent: n % 3 ? null : `n=${n}` };
    const answered = { state: 'done', status, body: body(n) };
    const ends = {
      redirect: { state: 'redirected', status: 302, body: null },
      cut: { state: 'failed', status: null, body: null },
      abort: { state: 'aborted', status: null, body: null },
      plain: answered,
      long: answered,
    };
    expect(seen).toEqual({ kind, ...ends[kind], ...posted });
    expect([row.landed, row.landedBody]).toEqual(kind === 'redirect' ? [status, body(n)] : [null, null]);
    if (ends[kind] !== answered) continue;
    expect(row.bodySize).toBe(body(n).length);
    expect(row.durationMs).toBeGreaterThanOrEqual(delay - 1);
  }
});

test('an answer from the cache, a 304, one of a service worker and a redirect are shown as such', async () => {
  await using site = await serve({
    '/cached': (_, response) => void response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'max-age=600' }).end('kept'),
    '/fresh': ({ headers }, response) => {
      const known = headers['if-none-match'] === '"v1"';
      response.writeHead(known ? 304 : 200, { 'content-type': 'text/plain', 'cache-control': 'no-cache', etag: '"v1"' });
      response.end(known ? '' : 'fresh');
    },
    '/sw.js': (_, response) =>
      void response.writeHead(200, { 'content-type': 'text/javascript' }).end(
        `addEventListener('install', () => skipWaiting()); addEventListener('activate', (e) => e.waitUntil(clients.claim()));
           addEventListener('fetch', (e) => { if (e.request.url.includes('/worked')) e.respondWith(new Response('by the worker', { headers: { 'content-type': 'text/plain' } })); });`,
      ),
    '/landed': '<p>here',
    '/': ends(`
      await (await fetch('/cached')).text(); await (await fetch('/cached')).text();
      await (await fetch('/fresh')).text(); await (await fetch('/fresh')).text();
      await (await fetch('/redirect?to=/landed')).text();
      await navigator.serviceWorker.register('/sw.js');
      await new Promise((go) => navigator.serviceWorker.controller ? go() : navigator.serviceWorker.addEventListener('controllerchange', go));
      await (await fetch('/worked')).text();`),
  });
  await using user = freshUser();
  await user.ok('goto', site.elsewhere);
  await user.ok('wait', '--fn', DONE);
  const lines = (await user.ok('network', '--no-fence')).split('\n').map((line) => line.replace(/\d+ms/, 'Nms'));
  const of = (path: string): string[] => lines.filter((line) => line.includes(`${path} `)).map((line) => line.replace(/^#\d+ /, ''));
  expect(of('/cached')).toEqual([
    `GET ${site.elsewhere}/cached → 200 (Nms, 4B)`,
    `GET ${site.elsewhere}/cached → 200 (Nms, 4B, from cache)`,
  ]);
  expect(of('/fresh')).toEqual([`GET ${site.elsewhere}/fresh → 200 (Nms, 5B)`, `GET ${site.elsewhere}/fresh → 304 (Nms, 5B)`]);
  expect(site.count('/cached')).toBe(1);
  const landed = lines.find((line) => line.includes(`${site.elsewhere}/landed →`));
  expect(of('/redirect?to=/landed')[0]).toMatch(new RegExp(`→ 302 redirected to ${/^#\d+/.exec(landed ?? '')?.[0]} `));
  expect(of('/worked')).toContain(`GET ${site.elsewhere}/worked → 200 (Nms, 13B, from service worker)`);
});

test('a page that closes in the middle of its requests leaves rows that say so, and a popup has its own from the first on', async () => {
  await using site = await serve({
    '/': page(`fetch('/never', { cache: 'no-store' }); fetch('/never', { cache: 'no-store' })`),
    '/opener': page(`setTimeout(() => open('/popup'))`),
    '/popup': page(`console.log('first words'); fetch('/status/201')`),
  });
  await using user = freshUser();
  await user.ok('goto', site.origin);
  await site.seen('/never', 2);
  expect(await user.ok('network', '--status', 'pending', '--no-fence')).toMatch(
    /^#\d+ GET \S+\/never → pending\n#\d+ GET \S+\/never → pending$/,
  );
  await user.ok('newtab', `${site.origin}/opener`);
  await user.ok('closetab', '1');
  const rows = await user.json<readonly RequestRow[]>('network', '--all-tabs', '--url', '/never');
  expect(rows.map(({ state, tab }) => [state, tab])).toEqual([
    ['aborted', 1],
    ['aborted', 1],
  ]);
  await site.seen('/status/201');
  await user.ok('wait', '--load', '--tab', '3');
  const popup = await user.json<readonly RequestRow[]>('network', '--tab', '3');
  expect(popup.map(({ url, status }) => [new URL(url).pathname, status])).toEqual([
    ['/popup', 200],
    ['/status/201', 201],
  ]);
  const said = /^\[[\dT:.-]+Z\] \[log\] first words \(\S+\/popup:1:\d+\)$/;
  await eventually('what the popup said first', async () => said.test(await user.ok('console', '--tab', '3', '--no-fence')));
});
