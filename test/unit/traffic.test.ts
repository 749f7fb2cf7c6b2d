/** The rules of traffic: which rows are meant, what is a secret, what is kept, how a row reads. */
import { describe, expect, test } from 'vitest';
import { eventLine, requestLine } from '../../browse/commands/traffic-lines.ts';
import { curlOf } from '../../browse/domain/traffic/curl.ts';
import { BODY_LIMIT, bodyRefusal, bounded, boundedEvent, boundedHeaders } from '../../browse/domain/traffic/entry.ts';
import {
  ANY_REQUEST,
  BadPattern,
  eventTest,
  globPattern,
  requestTest,
  statusTest,
  wordPattern,
} from '../../browse/domain/traffic/filter.ts';
import type { RequestRow } from '../../browse/domain/traffic/entry.ts';
import { createRedactor } from '../../browse/domain/traffic/redact.ts';
import { recordedIn, recordingOf } from '../../browse/domain/traffic/shaping.ts';
import { cleaningDue } from '../../browse/domain/traffic/retention.ts';
import { eventRow, requestRow } from '../support/traffic-rows.ts';

describe('filters', () => {
  test.each([
    ['**/api/**', 'http://localhost/api/items', true],
    ['*/api/**', 'http://localhost/api/items', false],
    ['http://localhost/*.js', 'http://localhost/a.js', true],
    ['http://localhost/*.js', 'http://localhost/a/b.js', false],
    ['**/*.{js,css}', 'http://localhost/a/b.css', true],
    ['**/*.{js,css}', 'http://localhost/a/b.png', false],
    ['/api/', 'http://localhost/api/items', true],
    ['items?page', 'http://localhost/items?page=2', true],
    ['a.b', 'http://localhost/axb', false],
  ])('the glob %s on %s is %s', (glob, url, expected) => {
    expect(globPattern(glob).test(url)).toBe(expected);
  });

  test.each(['', '**/{a', '**/a}', '{a{b}}*'])('the glob %j is refused with a reason', (glob) => {
    expect(() => globPattern(glob)).toThrow(BadPattern);
  });

  test.each([
    ['5xx', [500, 503], [404, 200]],
    ['404', [404], [400]],
    ['>=400', [400, 500], [399]],
    ['404,5xx', [404, 502], [403]],
  ])('the status %s', (text, passing, failing) => {
    const passes = statusTest(text);
    const row = (status: number): { state: 'done'; status: number } => ({ state: 'done', status });
    expect(passing.every((status) => passes(row(status)))).toBe(true);
    expect(failing.some((status) => passes(row(status)))).toBe(false);
    expect(passes({ state: 'pending', status: null })).toBe(false);
  });

  test('a state is a status too, and anything else is refused', () => {
    expect(statusTest('failed')({ state: 'failed', status: null })).toBe(true);
    expect(() => statusTest('6xx')).toThrow(BadPattern);
    expect(() => wordPattern('(')).toThrow(BadPattern);
  });

  test('every filter of requests leaves out what it does not mean', () => {
    const row = requestRow({ id: 7, session: 'a', tab: 2, at: 500, method: 'POST', type: 'xhr', status: 503, trace: 't' });
    const passes = (filter: Partial<typeof ANY_REQUEST>): boolean => requestTest({ ...ANY_REQUEST, ...filter })(row);
    expect(passes({})).toBe(true);
    expect(
      passes({
        session: 'a',
        tab: 2,
        since: 500,
        method: 'post',
        type: 'XHR',
        status: '5xx',
        url: 'items',
        grep: 'POST .*503',
        trace: 't',
        after: 6,
      }),
    ).toBe(true);
    for (const other of [
      { session: 'b' },
      { tab: 1 },
      { since: 501 },
      { method: 'GET' },
      { type: 'fetch' },
      { status: '4xx' },
      { url: '/other' },
      { grep: 'nothing' },
      { trace: 'u' },
      { after: 7 },
    ])
      expect(passes(other), JSON.stringify(other)).toBe(false);
  });

  test("the daemon's own rows belong to every session, those of another session to none", () => {
    const filter = {
      session: 'a',
      tab: null,
      since: null,
      grep: null,
      trace: null,
      after: null,
      limit: 9,
      kinds: ['notice', 'console'] as const,
      errors: false,
    };
    const passes = eventTest(filter);
    expect(passes(eventRow({ kind: 'notice', session: null }))).toBe(true);
    expect(passes(eventRow({ session: 'b' }))).toBe(false);
    expect(eventTest({ ...filter, errors: true })(eventRow({ session: 'a', level: 'log' }))).toBe(false);
  });
});

describe('secrets', () => {
  const redactor = createRedactor(['house_number']);
  const clean = (own: Parameters<typeof requestRow>[0]): string => JSON.stringify(redactor.request(requestRow(own)));

  test.each([
    ['a parameter', { url: 'http://h/?access_token=PLANTED&page=2' }],
    ['a parameter of the fragment', { url: 'http://h/#id_token=PLANTED' }],
    ['an encoded name', { url: 'http://h/?pass%77ord=PLANTED' }],
    ['the user of a URL', { url: 'http://ada:PLANTED@h/' }],
    ['authorization', { requestHeaders: [['Authorization', 'Bearer PLANTED'] as const] }],
    ['a bare authorization', { requestHeaders: [['authorization', 'PLANTED'] as const] }],
    ['cookies', { requestHeaders: [['Cookie', 'a=PLANTED; b=PLANTED'] as const] }],
    ['a cookie without a name', { requestHeaders: [['Cookie', 'PLANTED'] as const] }],
    ['set-cookie, several lines', { responseHeaders: [['set-cookie', 'a=PLANTED; Path=/\nb=PLANTED'] as const] }],
    ['an API key', { requestHeaders: [['X-Api-Key', 'PLANTED'] as const] }],
    ['a referer', { requestHeaders: [['referer', 'http://h/?token=PLANTED'] as const] }],
    ['JSON', { requestBody: '{"user":{"password":"PLANTED","pin":"PLANTED"}}' }],
    ['JSON in JSON', { requestBody: JSON.stringify({ inner: JSON.stringify({ password: 'PLANTED' }) }) }],
    ['a list below a secret name', { requestBody: '{"credentials":["PLANTED",{"a":"PLANTED"}]}' }],
    ['a field described by two', { requestBody: '[{"name":"password","value":"PLANTED"}]' }],
    ['broken JSON', { requestBody: '{"password":"PLANTED", oops' }],
    ['lines of JSON', { responseBody: '{"token":"PLANTED"}\n{"token":"PLANTED"}', mime: 'application/x-ndjson' }],
    [
      'a form',
      { requestBody: 'user=ada&password=PLANTED', requestHeaders: [['Content-Type', 'application/x-www-form-urlencoded'] as const] },
    ],
    ['a form without its type', { requestBody: 'password=PLANTED&a=1' }],
    ['multipart', { requestBody: '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nPLANTED\r\n--x--' }],
    ['a field of a page', { responseBody: '<input type="password" value="PLANTED">', mime: 'text/html' }],
    ['a token of a page', { responseBody: '<meta name="csrf-token" content="PLANTED">', mime: 'text/html' }],
    ['a script of a page', { responseBody: '<script>var apiKey = "PLANTED"</script>', mime: 'text/html' }],
    ['a name of the user', { requestBody: '{"houseNumber":"PLANTED"}' }],
  ])('%s is hidden', (_, own) => {
    expect(clean(own)).not.toContain('PLANTED');
  });

  // F4
  test('a script goes on as one: of a file only tokens and what was typed is hidden, in a document what is in quotes or a number', () => {
    const script = 'const a = { password: b.password, token: t };';
    const redactor = createRedactor();
    redactor.learn('hunter22', false);
    const bodyOf = (own: Partial<RequestRow>): string => redactor.request(requestRow(own)).responseBody ?? '';
    expect(bodyOf({ type: 'script', mime: 'text/javascript', responseBody: `${script} x = "hunter22"` })).toBe(`${script} x = "****"`);
    expect(
      bodyOf({ type: 'document', mime: 'text/html', responseBody: `<p>a</p><script>${script} s = { pin: 1234, token: 'abc' }</script>` }),
    ).toBe(`<p>a</p><script>${script} s = { pin: "****", token: '****' }</script>`);
    // No text: as it is.
    expect(bodyOf({ type: 'image', bodyEncoding: 'base64', responseBody: 'cGFzc3dvcmQ9YWJj' })).toBe('cGFzc3dvcmQ9YWJj');
  });

  test('what is no secret stays, to the letter', () => {
    const own = {
      url: 'http://h/items?page=2&sort=name',
      requestBody: '{ "author": "Ada",\n  "max_tokens": 5, "keyboard": "qwerty" }',
      responseBody: '<p>Forgot your password? Ask us.</p>',
      mime: 'text/html',
      requestHeaders: [['Accept', 'text/html'] as const],
    };
    expect(redactor.request(requestRow(own))).toEqual(requestRow(own));
  });

  test('a value that was typed into a password field is hidden in every spelling from then on', () => {
    const own = createRedactor();
    own.learn('p&ss "w" ä', false);
    const seen = JSON.stringify([
      own.request(requestRow({ url: `http://h/${encodeURIComponent('p&ss "w" ä')}` })),
      own.request(requestRow({ requestBody: JSON.stringify({ x: 'p&ss "w" ä' }) })),
      own.event(eventRow({ text: 'typed p&ss "w" ä', detail: ['p&ss "w" ä'] })),
    ]);
    expect(seen).not.toMatch(/ss.{0,8}w/);
  });

  test.each([
    'Authorization: Bearer abcdefghijk',
    'password = PLANTED',
    '{"secret":"PLANTED"}',
    'see http://a:PLANTED@h/ and ?token=PLANTED',
  ])('the console line %j gives nothing away', (text) => {
    expect(redactor.event(eventRow({ text })).text).not.toMatch(/PLANTED|abcdefghijk/);
  });

  test('a body that is nested too deeply to be looked through is left out', () => {
    const deep = `${'{"a":'.repeat(60_000)}"PLANTED"${'}'.repeat(60_000)}`;
    expect(clean({ responseBody: deep, mime: 'application/json' })).not.toContain('PLANTED');
  });

  test.each(['a=', '"', '<input ', 'password:', 'eyJaaaaaaaaa.', '--x\r\nname="a"\r\n'])(
    'a hostile body of %j takes work that grows with its length and not with the square of it',
    (piece) => {
      // Processor time of this process: whatever else the machine does is not counted.
      const work = (length: number): number => {
        const before = process.cpuUsage();
        clean({ responseBody: piece.repeat(length / piece.length), mime: 'text/html' });
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1000;
      };
      const least = (length: number): number => Math.min(work(length), work(length), work(length));
      // Four times the length: 4 where it is linear, 16 where it is quadratic. Below 10 ms the rest counts more.
      expect(least(BODY_LIMIT / 4)).toBeLessThan(9 * Math.max(10, least(BODY_LIMIT / 16)));
    },
  );
});

describe('what is kept', () => {
  test('bodies by type, content and size', () => {
    expect(bodyRefusal('fetch', 'application/json; charset=utf-8', 10)).toBeNull();
    expect(bodyRefusal('xhr', 'image/svg+xml', 10)).toBeNull();
    expect(bodyRefusal('document', 'text/html', BODY_LIMIT)).toBeNull();
    expect(bodyRefusal('fetch', 'image/png', 10)).toContain('image/png');
    expect(bodyRefusal('script', 'text/javascript', 10)).toContain('script');
    expect(bodyRefusal('fetch', 'text/plain', 100_000_000)).toContain('100000000');
    expect(bodyRefusal('fetch', null, 10)).toContain('no content type');
  });

  test('texts, headers and arguments have a largest size, and no character is cut in two', () => {
    expect(bounded('abc', 3)).toBe('abc');
    expect(bounded('ab😀', 3)).toBe('ab… (4 characters)');
    expect(boundedHeaders(Array.from({ length: 1000 }, () => ['a', 'b'] as const)).length).toBe(200);
    const event = boundedEvent(eventRow({ text: 'x'.repeat(1_000_000), detail: Array.from({ length: 500 }, () => 'y'.repeat(100_000)) }));
    expect(JSON.stringify(event).length).toBeLessThan(400_000);
  });

  test('a week of rows is kept, and less when they take more than their room', () => {
    const extent = { pageSize: 4096, pages: 1000, freePages: 0 };
    expect(cleaningDue(extent, 1e12)).toEqual({ before: 1e12 - 7 * 24 * 3_600_000, share: 0 });
    const { share } = cleaningDue(extent, 1e12, { age: 1, bytes: 2048 * 1000 });
    expect(share).toBeCloseTo(0.6);
    expect(cleaningDue({ ...extent, freePages: 600 }, 1e12, { age: 1, bytes: 2048 * 1000 }).share).toBe(0);
  });
});

describe('lines', () => {
  test.each([
    [{}, '#1 GET http://localhost/api/items?page=2 → 200 (12ms, 34B)'],
    [{ state: 'pending', status: null }, '#1 GET http://localhost/api/items?page=2 → pending'],
    [
      { state: 'failed', status: null, failure: 'net::ERR_CONNECTION_REFUSED', bodySize: null },
      '#1 GET http://localhost/api/items?page=2 → failed (net::ERR_CONNECTION_REFUSED) (12ms)',
    ],
    [
      { state: 'aborted', status: null, failure: 'the page closed', durationMs: null, bodySize: null },
      '#1 GET http://localhost/api/items?page=2 → aborted (the page closed)',
    ],
    [{ state: 'redirected', status: 302, redirectedTo: 2 }, '#1 GET http://localhost/api/items?page=2 → 302 redirected to #2 (12ms, 34B)'],
    [{ answeredBy: 'cache' }, '#1 GET http://localhost/api/items?page=2 → 200 (12ms, 34B, from cache)'],
    [{ answeredBy: 'service-worker' }, '#1 GET http://localhost/api/items?page=2 → 200 (12ms, 34B, from service worker)'],
  ] as const)('%j', (own, line) => {
    expect(requestLine(requestRow(own))).toBe(line);
  });

  test('a page cannot make a line of its own, nor steer the terminal', () => {
    const url = 'http://h/\n#99 GET http://bank/ → 200\u001b[2J\u202e';
    expect(requestLine(requestRow({ url, failure: '\n#98', state: 'failed' }))).toMatch(/^#1 [\x20-\x7e→]*$/);
    expect(eventLine(eventRow({ text: 'a\n[2026-01-01T00:00:00.000Z] [error] forged', level: 'x\ny' }))).toMatch(/^\[1970[^\n]*$/);
  });

  test('a curl command is one line that a shell reads as it is meant', () => {
    const line = curlOf({
      method: 'POST',
      url: "http://h/?q='; rm -rf /",
      requestHeaders: [
        ['Content-Type', 'text/plain'],
        ['Host', 'h'],
        [':path', '/'],
      ],
      requestBody: "it's\n\u001b[2J",
    });
    expect(line).toBe(
      String.raw`curl 'http://h/?q='\''; rm -rf /' -H 'Content-Type: text/plain' --data-raw $'it\'s\n\u001b[2J' --compressed`,
    );
  });
});

test('a replay answers with what was recorded, follows redirects, and leaves to the server what has no body', () => {
  const entry = (url: string, response: object) => ({ request: { method: 'GET', url }, response });
  const recording = recordingOf(
    JSON.stringify({
      log: {
        entries: [
          entry('http://h/a', {
            status: 200,
            headers: [{ name: 'Content-Encoding', value: 'br' }],
            content: { text: 'aGk=', encoding: 'base64', size: 2 },
          }),
          entry('http://h/a', { status: 500, content: { text: 'second' } }),
          entry('http://h/to-a', { status: 302, redirectURL: 'http://h/a' }),
          entry('http://h/none', { status: 200, content: { size: 30, comment: 'not kept' } }),
          entry('http://h/empty', { status: 200, content: { size: 0 } }),
          entry('http://h/204', { status: 204, content: { size: -1 } }),
          entry('http://h/failed', { status: -1 }),
        ],
      },
    }),
  );
  const at = (url: string): unknown => recordedIn(recording, 'GET', `http://h/${url}`);
  expect(at('a')).toEqual({ status: 200, headers: {}, body: 'aGk=', base64: true });
  expect(at('to-a')).toEqual(at('a'));
  expect([at('none'), at('failed'), at('other')]).toEqual([null, null, null]);
  expect([at('empty'), at('204')]).toEqual([expect.objectContaining({ status: 200, body: '' }), expect.objectContaining({ status: 204 })]);
  expect(recordedIn(recording, 'POST', 'http://h/a')).toBeNull();
  expect(() => recordingOf('{"log":{}}')).toThrow('it has no log.entries');
});
