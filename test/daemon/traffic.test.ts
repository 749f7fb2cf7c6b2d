/** The commands of traffic over the pipeline, and how rows wait for the store. */
import { describe, expect, test } from 'vitest';
import { RecentRequests } from '../../browse/daemon/logs/recent-requests.ts';
import { WriteBuffer } from '../../browse/daemon/logs/write-buffer.ts';
import { cutOff } from '../../browse/domain/traffic/entry.ts';
import type { EventFacts, RequestBegin, RequestEnd, RequestRow } from '../../browse/domain/traffic/entry.ts';
import type { TrafficListener } from '../../browse/domain/traffic/ports.ts';
import type { FakePage } from '../support/fake-engine.ts';
import { handClock } from '../support/hand-clock.ts';
import { pipeline } from '../support/pipeline.ts';
import type { Pipeline } from '../support/pipeline.ts';
import { SITE } from '../support/sample-site.ts';
import { eventRow, requestRow } from '../support/traffic-rows.ts';
import type { Page } from '../../browse/domain/ports/page.ts';

const beginOf = (own: Partial<RequestBegin> = {}): RequestBegin => {
  const { at, method, url, type, frame, initiator, requestHeaders, requestBody } = requestRow();
  return { at, method, url, type, frame, initiator, requestHeaders, requestBody, ...own };
};
const endOf = (own: Partial<RequestEnd> = {}): RequestEnd => ({
  ...cutOff(''),
  state: 'done',
  status: 200,
  failure: null,
  durationMs: 12,
  bodySize: 34,
  bodyNote: null,
  ...own,
});
const said = (own: Partial<EventFacts> = {}): EventFacts => {
  const { kind, at, level, text, url, line, column, detail } = eventRow();
  return { kind, at, level, text, url, line, column, detail, ...own };
};

async function heard(pipe: Pipeline): Promise<{ listener: TrafficListener; page: FakePage }> {
  await pipe.ok('goto', 'https://shop.test/');
  const listener = pipe.browser().sessions[0]?.traffic;
  if (!listener) throw new Error('nobody listens');
  return { listener, page: pipe.page() };
}

describe('commands', () => {
  test('network prints a line per request of the tab, and --all-tabs those of the others', async () => {
    using pipe = pipeline(SITE);
    const { listener, page } = await heard(pipe);
    await pipe.ok('newtab', 'https://shop.test/');
    await pipe.ok('tab', '1');
    const [one, two, three] = [{}, {}, {}];
    listener.began(one, () => page, beginOf({ url: 'https://shop.test/a' }), null);
    listener.began(two, () => page, beginOf({ url: 'https://shop.test/b' }), one);
    listener.began(three, () => pipe.page(1), beginOf({ url: 'https://shop.test/c' }), null);
    listener.ended(two, Promise.resolve(endOf({ status: 503 })));
    listener.ended(one, Promise.resolve(endOf({ state: 'redirected', status: 302, bodySize: 0 })));
    expect(await pipe.ok('network', '--no-fence')).toBe(
      '#1 GET https://shop.test/a → 302 redirected to #2 (12ms, 0B)\n#2 GET https://shop.test/b → 503 (12ms, 34B)',
    );
    expect(await pipe.ok('network', '--all-tabs', '--status', 'pending', '--no-fence')).toBe('#3 GET https://shop.test/c → pending');
    expect(await pipe.ok('requests', '--status', '4xx', '--no-fence')).toBe('(no requests)');
    expect(JSON.parse(await pipe.ok('network', '--status', '5xx', '--json'))).toEqual([
      expect.objectContaining({
        id: 2,
        method: 'GET',
        url: 'https://shop.test/b',
        status: 503,
        durationMs: 12,
        bodySize: 34,
        redirectedFrom: 1,
      }),
    ]);
    expect(await pipe.ok('network', '--clear')).toContain('Cleared 2 requests');
    expect(await pipe.ok('network', '--limit', '5', '--no-fence')).toBe('(no requests)');
  });

  test('a list that is cut says how many there are', async () => {
    using pipe = pipeline(SITE);
    const { listener, page } = await heard(pipe);
    for (let n = 0; n < 12; n += 1) listener.began({}, () => page, beginOf(), null);
    const lines = (await pipe.ok('network', '--limit', '2', '--no-fence')).split('\n');
    expect(lines[0]).toBe('(the newest 2 of 12 requests; --limit N shows more)');
    expect(lines).toHaveLength(3);
  });

  test('request prints one whole, and one that is not of this session is rc 3', async () => {
    using pipe = pipeline(SITE);
    const { listener, page } = await heard(pipe);
    const key = {};
    listener.began(key, () => page, beginOf({ method: 'POST', requestBody: 'a=1' }), null);
    listener.ended(key, Promise.resolve(endOf({ responseBody: '{"b":2}', responseHeaders: [['X-Own', 'yes']] })));
    const whole = await pipe.ok('request', '#1', '--no-fence');
    expect(whole).toMatch(/^#1 POST .* → 200 \(12ms, 34B\)\n\nRequest body\na=1\n\nResponse body\n\{"b":2\}\n\ntype: fetch\n/);
    expect(whole).toContain('Response headers\n  X-Own: yes');
    expect(await pipe.ok('request', '1', '--response-body', '--no-fence')).toBe('{"b":2}');
    expect(await pipe.ok('request', '1', '--body', '--no-fence')).toBe('a=1');
    expect(await pipe.ok('request', '1', '--curl', '--no-fence')).toMatch(/^curl .* --data-raw a=1 --compressed$/);
    expect(await pipe.no(3, 'request', '99')).toBe('No request #99 in session "default". Run: browse network');
    await pipe.ok('newtab', '--session', 'other');
    expect(await pipe.no(3, 'request', '1', '--session', 'other')).toContain('No request #1 in session "other"');
    expect(await pipe.no(2, 'request', 'abc')).toContain('request takes a number');
  });

  // F10
  test('a list counts static files that succeeded, begins with the page that is shown, and keeps to --max-chars as JSON', async () => {
    const clock = handClock();
    using pipe = pipeline(SITE, { clock });
    const { listener, page } = await heard(pipe);
    const ask = (url: string, type: string, end: Partial<RequestEnd> = {}): void => {
      const key = {};
      listener.began(key, () => page, beginOf({ url: `https://shop.test/${url}`, type, at: clock.now() }), null);
      listener.ended(key, Promise.resolve(endOf(end)));
    };
    for (const type of ['script', 'script', 'image', 'font', 'stylesheet']) ask(`${type}-of-it`, type);
    ask('broken.png', 'image', { status: 404 });
    ask('refused.js', 'script', { state: 'failed', status: null, failure: 'refused' });
    ask('api', 'fetch');
    expect((await pipe.ok('network', '--no-fence')).split('\n')).toEqual([
      '#6 GET https://shop.test/broken.png → 404 (12ms, 34B)',
      '#7 GET https://shop.test/refused.js → failed (refused) (12ms, 34B)',
      '#8 GET https://shop.test/api → 200 (12ms, 34B)',
      '(and 2 scripts, 1 image, 1 font, 1 stylesheet that succeeded; --all lists them)',
    ]);
    expect((await pipe.ok('network', '--all', '--no-fence')).split('\n')).toHaveLength(8);
    expect(await pipe.ok('network', '--type', 'font', '--no-fence')).toContain('font-of-it');
    for (let n = 0; n < 50; n += 1) ask(`old-${n}`, 'xhr');
    await clock.advance(60_000);
    ask('', 'document', { state: 'redirected', status: 302 });
    await pipe.ok('goto', 'https://shop.test/');
    await clock.advance(1_000);
    ask('now', 'fetch');
    const lines = (await pipe.ok('network', '--no-fence')).split('\n');
    expect(lines.slice(0, 4)).toEqual([
      expect.stringContaining('GET https://shop.test/ → 302'),
      expect.stringContaining('/now → 200'),
      '(before the last navigation; --since navigation leaves these out)',
      expect.stringContaining('/broken.png'),
    ]);
    expect((await pipe.ok('network', '--since', 'navigation', '--no-fence')).split('\n')).toHaveLength(2);
    const short = await pipe.send(['network', '--json', '--max-chars', '1000']);
    expect(short.stdout.length).toBeLessThan(1_002);
    expect((JSON.parse(short.stdout) as { url: string }[]).at(-1)?.url).toBe('https://shop.test/now');
    expect(short.stderr).toMatch(/^\(the newest \d of 55; --max-chars N shows more\)\n$/);
  });

  test('equal lines of the console are one, with their number', async () => {
    using pipe = pipeline(SITE);
    const { listener, page } = await heard(pipe);
    for (const text of ['tick', 'tick', 'tick', 'tock', 'tick']) listener.said(() => page, said({ text }), null);
    listener.said(() => page, said({ text: 'tick', line: 9 }), null);
    expect((await pipe.ok('console', '--no-fence')).split('\n')).toEqual([
      '[1970-01-01T00:00:01.000Z] [log] tick (http://localhost/app.js:3:7) (×3)',
      '[1970-01-01T00:00:01.000Z] [log] tock (http://localhost/app.js:3:7)',
      '[1970-01-01T00:00:01.000Z] [log] tick (http://localhost/app.js:3:7)',
      '[1970-01-01T00:00:01.000Z] [log] tick (http://localhost/app.js:9:7)',
    ]);
    expect(JSON.parse(await pipe.ok('console', '--json'))).toHaveLength(6);
  });

  test('console and errors print time, level, text and place', async () => {
    using pipe = pipeline(SITE);
    const { listener, page } = await heard(pipe);
    listener.said(() => page, said({ text: 'hello' }), null);
    listener.said(
      () => page,
      said({ kind: 'pageerror', level: 'error', text: 'TypeError: x', detail: ['TypeError: x\n    at f (a.js:1:2)'] }),
      null,
    );
    listener.said(() => page, said({ level: 'error', text: 'bad' }), null);
    expect((await pipe.ok('console', '--no-fence')).split('\n')).toEqual([
      '[1970-01-01T00:00:01.000Z] [log] hello (http://localhost/app.js:3:7)',
      '[1970-01-01T00:00:01.000Z] [error] TypeError: x (http://localhost/app.js:3:7)',
      '[1970-01-01T00:00:01.000Z] [error] bad (http://localhost/app.js:3:7)',
    ]);
    expect((await pipe.ok('errors', '--no-fence')).split('\n')).toEqual([
      '[1970-01-01T00:00:01.000Z] [error] TypeError: x (http://localhost/app.js:3:7)',
      '    at f (a.js:1:2)',
      '[1970-01-01T00:00:01.000Z] [error] bad (http://localhost/app.js:3:7)',
    ]);
    expect(await pipe.ok('console', '--errors', '--grep', '^bad', '--no-fence')).toContain('[error] bad');
    expect(await pipe.ok('console', '--since', '5m', '--no-fence')).toBe('(nothing was logged)');
    expect(await pipe.ok('console', '--clear')).toContain('Cleared 3 messages');
    expect(await pipe.ok('errors', '--no-fence')).toBe('(no errors)');
  });

  test.each([
    [['network', '--url', '**/{a'], '--url "**/{a" cannot be read: a { without its }. Run: browse help network'],
    [['network', '--status', 'soon'], '--status "soon" cannot be read: "soon" is no status. Run: browse help network'],
    [['network', '--since', 'yesterdayish'], '--since takes a time such as 5m'],
    [['console', '--grep', '('], '--grep "(" cannot be read: '],
    [['logs', '--source', 'radio'], '--source takes network, console, app, daemon, command, not "radio"'],
    [['logs', '--after', 'x'], '--after takes two numbers'],
  ])('%j is a usage error that says what is wrong', async (argv, message) => {
    using pipe = pipeline(SITE);
    expect(await pipe.no(2, ...argv)).toContain(message);
  });

  test('a curl command with secrets comes from memory alone, and once they are gone it says so', async () => {
    using pipe = pipeline(SITE);
    const { listener, page } = await heard(pipe);
    const begun = (secret: string): object => {
      const key = {};
      const requestHeaders = [['Authorization', `Bearer ${secret}`]] as const;
      listener.began(key, () => page, beginOf({ method: 'POST', url: `http://localhost/?token=${secret}`, requestHeaders }), null);
      return key;
    };
    begun('first-secret');
    expect(await pipe.ok('request', '1', '--curl', '--no-fence')).toBe(
      "curl 'http://localhost/?token=****' -X POST -H 'Authorization: Bearer ****' --compressed",
    );
    expect(await pipe.ok('request', '1', '--curl', '--with-secrets', '--no-fence')).toBe(
      "curl 'http://localhost/?token=first-secret' -X POST -H 'Authorization: Bearer first-secret' --compressed",
    );
    expect(await pipe.no(2, 'request', '1', '--with-secrets')).toContain('--with-secrets goes with --curl');
    await pipe.ok('newtab', '--session', 'other');
    expect(await pipe.no(3, 'request', '1', '--curl', '--with-secrets', '--session', 'other')).toContain('No request #1');
    for (let at = 0; at < 2_000; at += 1) begun(`more-${at}`);
    expect(await pipe.ok('request', '2001', '--curl', '--with-secrets', '--no-fence')).toContain('Bearer more-1999');
    expect(await pipe.no(3, 'request', '1', '--curl', '--with-secrets')).toBe(
      'The secrets of request #1 are no longer in memory: they are kept for the last requests only, and in no file. Run: browse request 1 --curl',
    );
  });

  test('logs serve says where to post, and refuses an origin that is none before anything is opened', async () => {
    using pipe = pipeline(SITE);
    expect(await pipe.ok('logs', 'serve', '--origin', 'https://dev.example')).toBe(
      [
        'Listening on http://127.0.0.1:1 for logs of default',
        'JSON lines, sendBeacon: http://127.0.0.1:1/ingest/key',
        'OpenTelemetry: OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1/ingest/key OTEL_EXPORTER_OTLP_PROTOCOL=http/json',
        'Pages of: https://dev.example',
      ].join('\n'),
    );
    expect(await pipe.ok('logs', 'serve', '--stop', '--session', 'other')).toBe('Logs of other were not taken');
    expect(await pipe.no(2, 'logs', 'serve', '--origin', 'https://dev.example/x')).toContain('an origin has no path');
    expect(await pipe.no(2, 'logs', 'serve', '--origin', '*')).toContain('it is no URL');
    expect(await pipe.no(2, 'logs', 'serve', '--stop', '--origin', 'https://a.example')).toContain('not both');
    expect(await pipe.ok('refresh', 'logs')).toContain('Refreshed in place (pid 1)');
    expect(await pipe.no(2, 'refresh', 'other')).toContain('logs');
    expect(await pipe.ok('status')).toContain('\nlogs: idle, kept\n');
  });

  test('logs puts requests, console and commands in one order, and a trace is what one command did', async () => {
    using pipe = pipeline(SITE);
    const { listener, page } = await heard(pipe);
    listener.began({}, () => page, beginOf({ at: 2_000 }), null);
    listener.said(() => page, said({ at: 1_000 }), null);
    const lines = (await pipe.ok('logs', '--no-fence', '--source', 'network', '--source', 'console')).split('\n');
    expect(lines).toEqual([
      '[1970-01-01T00:00:01.000Z] [console] [log] hello (http://localhost/app.js:3:7) (tab 1)',
      '[1970-01-01T00:00:02.000Z] [network] #1 GET http://localhost/api/items?page=2 → pending',
    ]);
  });

  test('somebody who follows the log leaves no row in it', async () => {
    using pipe = pipeline(SITE);
    await pipe.ok('logs', '--after', '0.0');
    expect(pipe.log).toEqual([]);
    await pipe.ok('logs');
    expect(pipe.log).toHaveLength(1);
  });

  test('a row of a command says what it was about and, for a test, what was typed where that is no secret; nothing else has a value', async () => {
    using pipe = pipeline(SITE);
    await pipe.ok('goto', 'https://shop.test/');
    await pipe.ok('fill', '#name', 'plain');
    await pipe.ok('fill', '#password', 'PLANTED');
    await pipe.send(['fill', '--secret-env', 'KEY', '#name'], { env: { KEY: 'PLANTED' } });
    await pipe.send(['fill', '#name', '-'], { stdin: 'PLANTED' });
    await pipe.send(['js', '"PLANTED"']);
    await pipe.send(['wait', '--fn', '"PLANTED"']);
    await pipe.send(['cookie', 'a=PLANTED']);
    await pipe.send(['fill', '#gone', 'PLANTED', '--timeout', '300']);
    const rows = pipe.log.filter((row) => row.kind === 'command');
    expect(rows.map(({ command, about }) => `${command} ${about}`)).toContain('goto https://shop.test/');
    expect(rows.filter(({ action }) => action?.typed).map(({ action }) => [action?.typed?.value, action?.typed?.env])).toEqual([
      ['plain', null],
      [null, null],
      [null, 'KEY'],
      [null, null],
    ]);
    expect(JSON.stringify(rows)).not.toContain('PLANTED');
  });
});

test('what is remembered of requests is bounded by its size, and goes when it is cleared', () => {
  const recent = new RecentRequests(10_000);
  const row = (id: number, own: Partial<RequestRow> = {}): RequestRow => requestRow({ id, url: 'http://h/', ...own });
  recent.keep([row(1, { requestBody: 'x'.repeat(6_000) }), row(2), row(3, { tab: 2 })]);
  expect(recent.find('default', 1)?.requestBody).toHaveLength(6_000);
  expect(recent.find('other', 1)).toBeNull();
  // Once more with its end: it is counted once.
  recent.keep([row(1, { requestBody: 'y'.repeat(6_000) })]);
  expect(recent.find('default', 1)?.requestBody).toMatch(/^y/);
  recent.keep([row(4, { requestBody: 'z'.repeat(6_000) })]);
  expect([1, 2, 3, 4].filter((id) => recent.find('default', id) !== null)).toEqual([4]);
  recent.keep([row(5), row(6, { tab: 2 }), row(7, { session: 'other' })]);
  recent.clear({ kind: 'console', session: 'default', tab: null });
  recent.clear({ kind: 'requests', session: 'default', tab: 2 });
  expect([4, 5, 6].filter((id) => recent.find('default', id) !== null)).toEqual([4, 5]);
  recent.clear({ kind: 'requests', session: 'default', tab: null });
  expect([4, 5, 6].filter((id) => recent.find('default', id) !== null)).toEqual([]);
  expect(recent.find('other', 7)).not.toBeNull();
});

describe('rows that wait for the store', () => {
  const owner = { session: 'default', tabOf: () => 1, whose: () => null, trace: null };

  test('a request is put as it is now, once for all that happened to it', () => {
    const waiting = new WriteBuffer(() => {});
    const key = {};
    waiting.began(key, { ...owner, begin: beginOf(), redirectedFrom: null });
    waiting.answered(key, { status: 200, statusText: 'OK', mime: null });
    const taken = waiting.take();
    expect(taken?.batch.requests.map(({ id, state, status }) => [id, state, status])).toEqual([[1, 'pending', 200]]);
    waiting.answered(key, { status: 201, statusText: 'OK', mime: null });
    taken?.done();
    // It changed while it was on its way.
    expect(waiting.take()?.batch.requests.map(({ id, status }) => [id, status])).toEqual([[1, 201]]);
  });

  test('what is not acknowledged waits on, under the same number', () => {
    const waiting = new WriteBuffer(() => {});
    waiting.began({}, { ...owner, begin: beginOf(), redirectedFrom: null });
    const first = waiting.take();
    expect([waiting.take(), waiting.left, waiting.size, waiting.before(waiting.mark())]).toEqual([null, 0, 1, true]);
    first?.back();
    first?.back();
    const second = waiting.take();
    expect(second?.batch).toEqual(first?.batch);
    second?.done();
    expect([waiting.take(), waiting.left, waiting.size, waiting.before(waiting.mark())]).toEqual([null, 0, 0, false]);
  });

  test('batches that come back in any order go again in the order of what happened, each row once and as it is now', () => {
    const waiting = new WriteBuffer(() => {});
    const keys = ['/1', '/2', '/3'].map((url) => {
      const key = {};
      waiting.began(key, { ...owner, begin: beginOf({ url }), redirectedFrom: null });
      return { key, taken: waiting.take() };
    });
    waiting.answered(keys[0]?.key ?? {}, { status: 200, statusText: '', mime: null });
    for (const at of [1, 2, 0]) keys[at]?.taken?.back();
    expect(waiting.take()?.batch.requests.map(({ id, url, status }) => [id, url, status])).toEqual([
      [2, '/2', null],
      [3, '/3', null],
      [1, '/1', 200],
    ]);
  });

  // F1
  test('a row that two stores ended by when it was sent alone is set aside with a note, and the others are kept', () => {
    const waiting = new WriteBuffer(() => {});
    const key = {};
    for (const text of ['one', 'poison', 'three']) waiting.said({ ...owner, tab: 1, event: said({ text }), request: null });
    waiting.began(key, { ...owner, begin: beginOf({ url: '/poison' }), redirectedFrom: null });
    expect(waiting.suspicious).toBe(false);
    const kept: string[] = [];
    const sizes: number[] = [];
    for (let taken = waiting.take(); taken !== null; taken = waiting.take()) {
      const { requests, events } = taken.batch;
      const texts = [...requests.map(({ url }) => url), ...events.map(({ text }) => text)];
      sizes.push(texts.length);
      if (texts.some((text) => /^.?poison$/.test(text))) taken.ended();
      else {
        taken.done();
        kept.push(...texts);
      }
    }
    expect(kept.filter((text) => !text.includes('set aside'))).toEqual(['one', 'three']);
    expect(sizes[0]).toBe(4);
    expect(waiting.takeAside()).toEqual([
      expect.stringMatching(/^Request #1 was set aside: the process that writes the log ended twice by it/),
      expect.stringMatching(/^A row of the kind console was set aside/),
    ]);
    expect(kept.filter((text) => text.includes('set aside'))).toHaveLength(2);
    // What becomes of it later is not written either, and all goes on as before.
    waiting.answered(key, { status: 200, statusText: '', mime: null });
    expect([waiting.take(), waiting.left, waiting.suspicious]).toEqual([null, 0, false]);
    waiting.began({}, { ...owner, begin: beginOf({ url: '/next' }), redirectedFrom: null });
    expect(waiting.take()?.batch.requests.map(({ id }) => id)).toEqual([2]);
  });

  test('a store that is killed from outside twice costs no row', () => {
    const waiting = new WriteBuffer(() => {});
    for (const text of ['one', 'two']) waiting.said({ ...owner, tab: 1, event: said({ text }), request: null });
    waiting.take()?.ended();
    waiting.take()?.ended();
    const first = waiting.take();
    first?.done();
    const second = waiting.take();
    second?.done();
    expect([...(first?.batch.events ?? []), ...(second?.batch.events ?? [])].map(({ text }) => text)).toEqual(['one', 'two']);
  });

  test('another file, whose numbers are higher, gives new ones in the order of the begin', () => {
    const waiting = new WriteBuffer(() => {});
    const [one, two] = [{}, {}];
    waiting.began(one, { ...owner, begin: beginOf({ url: '/1' }), redirectedFrom: null });
    waiting.began(two, { ...owner, begin: beginOf({ url: '/2' }), redirectedFrom: null });
    const taken = waiting.take();
    waiting.answered(one, { status: 200, statusText: '', mime: null });
    waiting.number({ request: 50, event: 1 });
    taken?.back();
    expect(
      waiting
        .take()
        ?.batch.requests.map(({ id, url }) => [id, url])
        .toSorted(),
    ).toEqual([
      [50, '/1'],
      [51, '/2'],
    ]);
  });

  test('memory is bounded: past it the oldest go, and how many is said', () => {
    const waiting = new WriteBuffer(() => {});
    for (let n = 0; n < 1_000; n += 1)
      waiting.said({ ...owner, tab: 1, event: said({ text: String(n).padEnd(100_000, 'x') }), request: null });
    const lost = waiting.takeLost();
    expect(lost).toBeGreaterThan(300);
    expect(waiting.size).toBe(1_000 - lost);
    expect(waiting.take()?.batch.events[0]?.text.slice(0, 4)).toBe(String(lost).padEnd(4, 'x'));
    expect(waiting.takeLost()).toBe(0);
  });

  test('what a page said before its tab had a number is put again with it, under its own number', () => {
    const waiting = new WriteBuffer(() => {});
    const page = {} as Page;
    const tabs = new Map<Page, number>();
    waiting.said({ ...owner, whose: () => page, tabOf: (each) => tabs.get(each) ?? null, tab: null, event: said(), request: null });
    const first = waiting.take();
    first?.done();
    expect(waiting.take()).toBeNull();
    tabs.set(page, 7);
    const second = waiting.take();
    expect([first, second].map((taken) => taken?.batch.events.map(({ id, tab }) => [id, tab]))).toEqual([[[1, null]], [[1, 7]]]);
    second?.done();
    expect([waiting.take(), waiting.size]).toEqual([null, 0]);
  });

  test.each([
    { when: 'while the row is on its way', known: 'take', page: true },
    { when: 'with its page, after the row was put', known: 'done', page: false },
  ])('a tab that becomes known $when is put with what the page said and asked for', ({ known, page: knownPage }) => {
    const waiting = new WriteBuffer(() => {});
    const page = {} as Page;
    let told: Page | null = knownPage ? page : null;
    const tabs = new Map<Page, number>();
    const its = { ...owner, whose: () => told, tabOf: (each: Page) => tabs.get(each) ?? null };
    const become = (): void => {
      told = page;
      tabs.set(page, 7);
    };
    waiting.began({}, { ...its, begin: beginOf(), redirectedFrom: null });
    waiting.said({ ...its, tab: null, event: said(), request: null });
    const first = waiting.take();
    if (known === 'take') become();
    first?.done();
    if (known === 'done') become();
    const second = waiting.take();
    const rows = [first, second].map((taken) =>
      [taken?.batch.requests, taken?.batch.events].flatMap((each) => each?.map(({ id, tab }) => [id, tab])),
    );
    expect(rows).toEqual([
      [
        [1, null],
        [1, null],
      ],
      [
        [1, 7],
        [1, 7],
      ],
    ]);
    second?.done();
    expect([waiting.take(), waiting.size]).toEqual([null, 0]);
  });

  test('a row that belongs to no page is not waited for', () => {
    const waiting = new WriteBuffer(() => {});
    waiting.said({ ...owner, whose: () => undefined, tabOf: () => 7, tab: null, event: said(), request: null });
    waiting.take()?.done();
    expect([waiting.take(), waiting.size]).toEqual([null, 0]);
  });

  test('an end that never comes right is an end all the same', async () => {
    const waiting = new WriteBuffer(() => {});
    const key = {};
    waiting.began(key, { ...owner, begin: beginOf(), redirectedFrom: null });
    waiting.ended(key, Promise.reject(new Error('the page is gone')));
    await waiting.settled();
    expect(waiting.take()?.batch.requests[0]?.state).toBe('aborted');
  });
});
