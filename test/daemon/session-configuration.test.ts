/** Cookies and storage of the configuration go into contexts that we made empty, and into nothing that somebody has logins in. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FakeSession } from '../support/fake-engine.ts';
import type { Pipeline } from '../support/pipeline.ts';
import { pipeline } from '../support/pipeline.ts';
import { SITE } from '../support/sample-site.ts';

const COOKIE = { name: 'login', value: 'ours', domain: 'shop.test', path: '/' };

/** A user whose configuration names a file of cookies. */
function configured(): Pipeline {
  const pipe = pipeline(SITE, { configuration: { storageState: 'auth.json' } });
  writeFileSync(join(pipe.folder, 'state/auth.json'), JSON.stringify({ cookies: [COOKIE], origins: [] }));
  return pipe;
}

const cookies = async (session: FakeSession | undefined): Promise<readonly string[]> =>
  (await (session ?? expect.unreachable('there is no session')).cookies()).map(({ name }) => name);

/** Whatever makes the configuration count again. */
async function again(pipe: Pipeline): Promise<void> {
  await pipe.dispatch.reconfigure();
  await pipe.dispatch.reconfigure(null);
}

test.each([
  ['the default browser', [], 0],
  ['a browser of the pool', ['pool', 'spawn'], 9222],
] as const)('a session of %s begins with them', async (_where, make, port) => {
  using pipe = configured();
  if (make.length > 0) await pipe.ok(...make);
  await pipe.ok('goto', 'https://shop.test/', ...(port === 0 ? [] : ['--browser', String(port)]));
  expect(await cookies(pipe.browser().sessions[0])).toEqual(['login']);
});

test.each([
  ['a profile', ['pool', 'spawn', '--profile', 'own'], '9222'],
  ['a browser that was joined', ['connect', 'http://127.0.0.1:9333'], '9333'],
])('%s keeps its own, at its begin and whenever the configuration is read again', async (_where, make, port) => {
  using pipe = configured();
  await pipe.ok(...make);
  const restored: unknown[] = [];
  const { newSession } = pipe.browser();
  pipe.browser().newSession = async (options) => {
    const session = await newSession.call(pipe.browser(), options);
    await session.setCookie({ name: 'theirs', value: '1', url: 'https://shop.test/' });
    session.restoreState = async (state) => void restored.push(state);
    return session;
  };
  await pipe.ok('goto', 'https://shop.test/', '--browser', port);
  await again(pipe);
  await pipe.ok('url', '--browser', port);
  expect(restored).toEqual([]);
  expect(await cookies(pipe.browser().sessions[0])).toEqual(['theirs']);
});
