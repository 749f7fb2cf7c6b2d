/** The daemon's own log: what it may hold, whoever writes to it. */
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clock } from '../../browse/adapters/node/clock.ts';
import { createLog } from '../../browse/daemon/lifecycle/daemon-log.ts';
import { temporaryFolder } from '../support/folder.ts';

const LIMIT = 5 * 1024 * 1024;

// F1
test('its limit counts all that is written, by others and in other alphabets, and what is set aside keeps to it too', () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/daemon.log`;
  writeFileSync(path, '');
  const log = createLog(path, clock);
  // The runtime of the daemon writes there as well.
  appendFileSync(path, 'x'.repeat(3 * LIMIT));
  log.write({ kind: 'notice', text: 'after a flood' });
  expect(statSync(path).size).toBeLessThan(200);
  expect(statSync(`${path}.1`).size).toBe(LIMIT);
  for (let n = 0; n < 1_000; n += 1) log.write({ kind: 'notice', text: '漢'.repeat(16_000) });
  expect(statSync(path).size).toBeLessThan(LIMIT + 100_000);
  expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(LIMIT);
  expect(statSync(`${path}.1`).mode & 0o777).toBe(0o600);
});

test('each row is one line for every reader, and one text cannot fill it', () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/daemon.log`;
  writeFileSync(path, '');
  const text = 'a\u2028b\u2029c\u0085d\u000be\r\nf\u202eg';
  createLog(path, clock).write({ kind: 'internal', text, stack: 'y'.repeat(1_000_000) });
  const written = readFileSync(path, 'utf8');
  expect(written).toMatch(/^[\x20-\x7e…]+\n$/);
  expect(written.length).toBeLessThan(20_000);
  expect(JSON.parse(written)).toMatchObject({ kind: 'internal', text });
});
