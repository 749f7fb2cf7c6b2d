import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { cli, type Cli } from '../support/cli.ts';
import { browserOf, daemonOf, daemonsOf, freeze, recordOf } from '../support/daemons.ts';
import { has } from '../support/facilities.ts';
import { alive, end, eventually, handles, look } from '../support/processes.ts';
import { argvBody, ask, curl } from '../support/raw.ts';
import { within } from '../support/patience.ts';
import { rounds } from '../support/rounds.ts';
import { serve } from '../support/site.ts';

/** How long the browser may take to close in these tests: long enough to look around meanwhile. */
const DEADLINE = 4_000;

const slow = (): Cli => cli({ env: { BROWSE_CLOSE_DEADLINE: String(DEADLINE) } });

const draining = (shell: Cli): Promise<boolean> => eventually('the daemon to drain', () => shell.record()?.state === 'draining');

test('a stop while the browser is being launched takes less than a second, and the browser and its folder go with it', async () => {
  await using shell = cli();
  const browser = join(shell.root, 'browser');
  // It comes up, makes what a browser makes, and never gets ready; what it is told to do by a pipe that ends, it does not hear.
  writeFileSync(browser, '#!/bin/bash\nwhile :; do mkdir -p "$TMPDIR/more/$RANDOM"; read -t 0.02 <> <(:); done\n', { mode: 0o755 });
  for (let round = 0; round < rounds(20, 3); round++) {
    await shell.run(['start'], { env: { BROWSE_CHROMIUM: browser } });
    await eventually('the browser to be launched', () => shell.processes().some(({ command }) => command.includes(browser)));
    const stopped = await shell.run(['stop']);
    expect(stopped.exit, String(stopped)).toBe(0);
    expect(stopped.ms, String(stopped)).toBeLessThan(within(1_000));
    await shell.stop();
  }
});

test.runIf(has('curl'))('G-30: stop answers in full before anything ends', async () => {
  await using shell = cli();
  for (let round = 0; round < rounds(100, 2); round++) {
    await shell.ok('start');
    const record = recordOf(shell);
    const daemon = daemonOf(shell);
    const answer = await curl(record, '/stop', '--request', 'POST');
    expect({ exit: answer.exit, status: answer.status }).toEqual({ exit: 0, status: 200 });
    expect(JSON.parse(answer.body)).toMatchObject({ ok: true, refreshedAt: null, process: record.process });
    await eventually('the daemon to end', () => !alive(daemon), 10_000);
    expect(shell.record()).toBeNull();
  }
});

test('G-32, G-36: stop returns only after the exit, and the record stays until then', async () => {
  await using site = await serve();
  await using shell = slow();
  await shell.ok('goto', `${site.origin}/form.html`);
  const daemon = daemonOf(shell);
  const browser = await browserOf(shell);
  using frozen = freeze(browser);
  const stopping = shell.start(['stop']);
  let returned = false;
  const done = stopping.done.finally(() => (returned = true));
  await draining(shell);
  expect(recordOf(shell).process.pid).toBe(daemon.pid);
  await eventually('the old process to end', () => !alive(daemon), DEADLINE + 3_000);
  expect(returned).toBe(false);
  const stopped = await done;
  expect(stopped.exit, String(stopped)).toBe(0);
  expect(stopped.stdout).toBe(`Server stopped (pid ${daemon.pid})\n`);
  expect(stopped.ms).toBeGreaterThan(DEADLINE);
  expect(shell.record()).toBeNull();
  // Killed by its group: a stopped process does not end by asking.
  expect(alive(browser)).toBe(false);
  frozen.release();
});

test('G-37: a command typed during a slow stop waits for the exit and then gets a daemon of its own', async () => {
  await using shell = slow();
  await shell.ok('url');
  const old = daemonOf(shell);
  using _frozen = freeze(await browserOf(shell));
  const stopping = shell.start(['stop']);
  await draining(shell);
  const command = shell.start(['url']);
  const both = Promise.all([stopping.done, command.done]);
  await eventually(
    'the old daemon to end',
    () => {
      const others = daemonsOf(shell).filter(({ pid }) => pid !== old.pid);
      const runs = alive(old);
      // Never two at once.
      expect(runs ? others : []).toEqual([]);
      return !runs;
    },
    DEADLINE + 3_000,
  );
  const [stopped, url] = await both;
  expect(stopped.exit, String(stopped)).toBe(0);
  expect(url.exit, String(url)).toBe(0);
  expect(url.stdout).toBe('about:blank\n');
  expect(recordOf(shell).process.pid).not.toBe(old.pid);
});

test('D-47: a draining daemon refuses new commands with a clean 503 that says when to come back', async () => {
  await using shell = slow();
  await shell.ok('url');
  const record = recordOf(shell);
  using _frozen = freeze(await browserOf(shell));
  const stopping = shell.start(['stop']);
  await draining(shell);
  for (const [path, body] of [
    ['/v1/argv', argvBody(['js', '1'])],
    ['/v1/url', '{}'],
    ['/refresh', ''],
  ] as const) {
    const answer = await ask(record, path, { body });
    expect(answer.status).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.parse(answer.body)).toMatchObject({ ok: false, error: { code: 'draining' }, retryable: true });
  }
  // Asked twice, it says the same once more.
  expect((await ask(record, '/stop')).status).toBe(200);
  expect((await stopping.done).exit).toBe(0);
});

test('G-38: a record that is written again during a stop does not wedge it', async () => {
  await using shell = slow();
  await shell.ok('url');
  const daemon = daemonOf(shell);
  const path = join(shell.home, 'run/daemon.json');
  using _frozen = freeze(await browserOf(shell));
  const stopping = shell.start(['stop']);
  await draining(shell);
  const text = readFileSync(path, 'utf8');
  rmSync(path);
  writeFileSync(path, text, { mode: 0o600 });
  const stopped = await stopping.done;
  expect(stopped.exit, String(stopped)).toBe(0);
  expect(alive(daemon)).toBe(false);
  expect(shell.record()).toBeNull();
});

test("G-38: a stranger's record that appears during a stop is left alone", async () => {
  await using shell = slow();
  await shell.ok('url');
  const old = recordOf(shell);
  const daemon = daemonOf(shell);
  const path = join(shell.home, 'run/daemon.json');
  using _frozen = freeze(await browserOf(shell));
  const stopping = shell.start(['stop']);
  await draining(shell);
  const stranger = spawn('sleep', ['600'], { stdio: 'ignore' });
  await once(stranger, 'spawn');
  const seen = look(stranger.pid ?? -1);
  if (seen === null) throw new Error('sleep did not start');
  try {
    const text = JSON.stringify({
      ...old,
      nonce: 'feedface',
      process: { ...old.process, pid: seen.pid, birth: seen.birth },
      state: 'ready',
    });
    rmSync(path);
    writeFileSync(path, text, { mode: 0o600 });
    const stopped = await stopping.done;
    expect(stopped.exit, String(stopped)).toBe(0);
    expect(alive(daemon)).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(alive(seen)).toBe(true);
  } finally {
    end(seen);
    rmSync(path, { force: true });
  }
});

test('G-61: a daemon that closes its listener and lives on is not reported as stopped', async () => {
  await using shell = cli();
  await shell.ok('start');
  const real = recordOf(shell);
  await shell.stop();
  // A daemon as seen from outside, which answers to stop and then does not go.
  const path = join(shell.home, 'run/stays.sock');
  const script = `
    const { createServer } = require('node:http');
    const server = createServer((request, response) => {
      const stop = request.url.endsWith('/stop');
      const body = stop
        ? { ok: true, refreshedAt: null, process: JSON.parse(process.env.IDENTITY_FILE ? require('node:fs').readFileSync(process.env.IDENTITY_FILE) : '{}').process, withinMs: 50 }
        : { pid: process.pid, nonce: 'stays', state: 'ready', running: 0 };
      response.end(JSON.stringify(body), () => stop && server.close());
    });
    server.listen(${JSON.stringify(path)}, () => console.log('listening'));
    setInterval(() => {}, 1e6);`;
  const record = join(shell.home, 'run/daemon.json');
  const stays = spawn(process.execPath, ['-e', script], { env: { IDENTITY_FILE: record }, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(stays.stdout, 'data');
    const seen = look(stays.pid ?? -1);
    const identity = { ...real.process, pid: seen?.pid, birth: seen?.birth };
    writeFileSync(record, JSON.stringify({ ...real, process: identity, nonce: 'stays', endpoint: { kind: 'unix', path } }), {
      mode: 0o600,
    });
    const stopped = await shell.run(['stop']);
    expect(stopped.exit, String(stopped)).toBe(4);
    expect(stopped.stdout).toBe('');
    expect(stopped.stderr).toContain('is still running');
    expect(seen !== null && alive(seen)).toBe(true);
  } finally {
    stays.kill('SIGKILL');
    await once(stays, 'close');
    rmSync(record, { force: true });
    rmSync(path, { force: true });
  }
});

test('a second stop during a slow one waits for the same exit', async () => {
  await using shell = slow();
  await shell.ok('url');
  const daemon = daemonOf(shell);
  using _frozen = freeze(await browserOf(shell));
  const first = shell.start(['stop']);
  await draining(shell);
  const second = await shell.run(['stop']);
  expect(second.exit, String(second)).toBe(0);
  expect(alive(daemon)).toBe(false);
  expect((await first.done).exit).toBe(0);
});

test('Ctrl-C while a command waits for the old daemon to end lets go at once: it did not run', async () => {
  await using shell = slow();
  await shell.ok('url');
  using _frozen = freeze(await browserOf(shell));
  const stopping = shell.start(['stop']);
  await draining(shell);
  for (const argv of [['url'], ['restart'], ['start']]) {
    const waiting = shell.start(argv);
    await eventually('the command to listen to Ctrl-C', () => handles(waiting.pid, 'SIGINT'));
    waiting.child.kill('SIGINT');
    const run = await waiting.done;
    expect(run.exit, String(run)).toBe(130);
    expect(run.ms).toBeLessThan(within(1_500));
  }
  expect((await stopping.done).exit).toBe(0);
  expect(daemonsOf(shell)).toEqual([]);
});

test('stop --force ends a frozen daemon and its browser, and leaves nothing', async () => {
  await using shell = cli();
  await shell.ok('url');
  const daemon = daemonOf(shell);
  const everybody = shell.processes();
  using _frozen = freeze(daemon);
  const plain = await shell.run(['stop', '--timeout', '1000']);
  expect(plain.exit, String(plain)).toBe(4);
  expect(plain.stderr).toContain('browse stop --force');
  expect(alive(daemon)).toBe(true);
  const forced = await shell.run(['stop', '--force']);
  expect(forced.exit, String(forced)).toBe(0);
  await eventually('everything to end', () => !everybody.some(alive));
  expect(shell.record()).toBeNull();
});
