/** What joining a browser elsewhere makes of errors and of clocks. */
import { expect, test } from 'vitest';
import { reasonOf, speaksOtherwise } from '../../browse/adapters/playwright/connect/join-reasons.ts';
import { clockAhead } from '../../browse/adapters/playwright/handle/isolated-world.ts';
import { DeadlinePassed } from '../../browse/base/deadline.ts';

const BOX = `browserType.connect: WebSocket error: ws://h/x 428 Precondition Required
╔═════╗
║ Playwright version mismatch:
║   - server version: v1.64
║   - client version: v1.65
╚═════╝`;

test.each([
  ['connect ECONNREFUSED 127.0.0.1:1', 'nothing listens there'],
  ['getaddrinfo ENOTFOUND nowhere.invalid', 'no such host (DNS)'],
  ['connect EHOSTUNREACH 10.0.0.1:1', 'that host cannot be reached'],
  ['WebSocket error: ws://h/p?token=t 400 Bad Request', 'it answered 400'],
  ['Unexpected server response: 401', 'it answered 401: what --header has to send is missing or wrong'],
  ['Unexpected status 404 when connecting to http://h/json/version/.', 'it answered 404'],
  [BOX, 'it runs Playwright 1.64, which no other version can join, and this is 1.65'],
  ['Unexpected token R in JSON', 'what answers there is no THING'],
  ['Protocol error (Browser.getVersion): undefined', 'what answers there is no THING'],
  ['Error connecting to Selenium at http://h/session: <!DOCTYPE HTML>', 'what answers there is no THING'],
  ['Error connecting to Selenium at http://h/session: Could not start a new session.\nBuild info', 'Could not start a new session'],
  ['error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER', 'it does not speak TLS: try ws:// or http://'],
  [
    'self-signed certificate in certificate chain',
    'its certificate is not trusted here; NODE_EXTRA_CA_CERTS may name more authorities, and is read when the daemon starts',
  ],
  ['Target closed\nBrowser logs:\n║ Looks like you launched a headed browser', 'it has no display to open a window on'],
  ["browserType.connect: Executable doesn't exist at /b/chrome\n╔═", "Executable doesn't exist at /b/chrome"],
  ['socket hang up', 'what listens there is no HTTP server'],
])('%j is told as %j', (message, reason) => {
  expect(reasonOf(new Error(message), 1000, 'THING')).toBe(reason);
});

test('a time that ran out is told with its length, and an address never with what may be a secret', () => {
  expect(reasonOf(new DeadlinePassed('late'), 999.6, '')).toBe('it did not answer within 1000 ms');
  expect(reasonOf(new Error('lost wss://me:pw@h/x?token=secret again'), 1, '')).toBe('lost it again');
});

test('only an answer in another language sends on to a Playwright server', () => {
  expect(speaksOtherwise(new Error('Unexpected token \'R\', "Running" is not valid JSON'))).toBe(true);
  for (const refused of ['connect ECONNREFUSED', 'ws://h/x 401 Unauthorized', 'ws://h/x 428 Precondition Required'])
    expect(speaksOtherwise(new Error(refused))).toBe(false);
});

test('a clock counts as ahead or behind only by what the way there and back cannot explain, and no page gives up after its caller', () => {
  expect(clockAhead(1000, 1040, 1000)).toBe(0);
  expect(clockAhead(1000, 1040, 1040)).toBe(0);
  expect(clockAhead(1000, 1040, 61_020)).toBe(59_980);
  expect(clockAhead(60_000, 60_040, 20)).toBe(-60_020);
});
