import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { has, probeFacilities } from '../support/facilities.ts';
import { temporaryFolder } from '../support/folder.ts';
import { alive, end, eventually, look, processesOf } from '../support/processes.ts';
import { serve } from '../support/site.ts';

test('a process of a folder is found by its environment, and only that one is ended', async () => {
  using folder = temporaryFolder();
  const wait = 'setInterval(() => {}, 1e6)';
  const ours = spawn(process.execPath, ['-e', wait], { env: { ...process.env, BROWSE_HOME: folder.path }, detached: true });
  const stranger = spawn(process.execPath, ['-e', wait], { detached: true });
  await Promise.all([once(ours, 'spawn'), once(stranger, 'spawn')]);
  const found = await eventually('the child to be seen', () => {
    const seen = processesOf(folder.path);
    return seen.length > 0 && seen;
  });
  expect(found.map((seen) => seen.pid)).toEqual([ours.pid]);
  for (const seen of found) end({ ...seen, birth: '1' });
  expect(found.every(alive)).toBe(true);
  for (const seen of found) end(seen);
  await eventually('the child to end', () => !found.some(alive));
  expect(look(stranger.pid ?? 0)).not.toBeNull();
  stranger.kill('SIGKILL');
});

test('the site counts, holds an answer until it is released, and serves its pages', async () => {
  await using site = await serve({ '/hello': '<p>hello' });
  const gate = site.hold('/hello');
  const answer = fetch(`${site.origin}/hello?x=1`);
  await gate.arrived;
  expect(site.count('/hello')).toBe(1);
  gate.release();
  expect(await (await answer).text()).toContain('<p>hello');
  expect((await fetch(`${site.elsewhere}/status/404`)).status).toBe(404);
  expect(await (await fetch(`${site.origin}/form.html`)).text()).toContain('<title>Form</title>');
  await site.seen('/form.html');
});

afterEach(() => vi.unstubAllEnvs());

test('a facility that the machine lacks is said in one line, its tests are left out, and a run that requires it fails', () => {
  using folder = temporaryFolder();
  vi.stubEnv('BROWSE_TEST_MISSING', undefined);
  vi.stubEnv('BROWSE_TEST_REQUIRE', undefined);
  vi.stubEnv('PATH', folder.path);
  expect(has('tmux')).toBe(true);
  expect(probeFacilities('unit')).toEqual([]);
  expect(probeFacilities('e2e')).toContain(
    'This machine lacks tmux: the tests of the panel of `browse up` are left out. Debian: apt-get install tmux',
  );
  expect([has('tmux'), has('curl')]).toEqual([false, false]);
  vi.stubEnv('BROWSE_TEST_REQUIRE', 'full-browser,tmux');
  expect(() => probeFacilities('e2e')).toThrow('This machine lacks tmux');
});
