/** Several callers of one daemon: which session each means, and what one may do on a page that another has opened. A14. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fakeClock } from '../support/machine.ts';
import { pipeline, type Pipeline, type Sent } from '../support/pipeline.ts';
import { SITE } from '../support/sample-site.ts';

const SHOP = 'https://shop.test/';
const [ADA, BOB] = [{ terminal: '1.34816' }, { terminal: '2.34817' }];
const CLAUDE = (first: string): Sent => ({ env: { CLAUDE_CODE_SESSION_ID: `${first}-2856-435b-bd9a-63c5b8291b42` } });

/** A folder with that file in it; null: empty. */
function folder({ folder: root }: Pipeline, name: string, file: string | null): string {
  const path = join(root, name);
  mkdirSync(path, { recursive: true });
  if (file !== null) writeFileSync(join(path, file), '');
  return path;
}

const sessionAt = async (pipe: Pipeline, cwd: string, more: Sent = {}): Promise<string> =>
  (JSON.parse((await pipe.send(['url', '--json'], { ...more, cwd })).stdout) as { session: string }).session;

describe('the session of a folder', () => {
  test.each(['package.json', 'deno.json', 'pyproject.toml', 'Cargo.toml', 'go.mod', 'browse.config.json', 'browse.config.ts'])(
    'is that of the project around it, which %s makes one: two projects share none',
    async (manifest) => {
      using pipe = pipeline(SITE);
      const [shop, bank] = [folder(pipe, 'shop', manifest), folder(pipe, 'bank', manifest)];
      const inside = folder(pipe, 'shop/src/deep', null);
      expect(await sessionAt(pipe, shop)).toMatch(/^shop-[0-9a-f]{6}$/);
      expect(await sessionAt(pipe, inside)).toBe(await sessionAt(pipe, shop));
      expect(await sessionAt(pipe, bank)).toMatch(/^bank-[0-9a-f]{6}$/);
    },
  );

  test('is that of the repository, whatever manifests are below it', async () => {
    using pipe = pipeline(SITE);
    mkdirSync(join(folder(pipe, 'mono', null), '.git'));
    expect(await sessionAt(pipe, folder(pipe, 'mono/packages/a', 'package.json'))).toMatch(/^mono-/);
  });

  test('is its own without a project, and that of the nearest folder above that has one; the temp folder’s and the home’s is the default one', async () => {
    using pipe = pipeline(SITE);
    const notes = folder(pipe, 'notes', null);
    const below = folder(pipe, 'notes/2026/may', null);
    expect(await sessionAt(pipe, notes)).toMatch(/^notes-/);
    expect(await sessionAt(pipe, below)).toMatch(/^notes-/);
    expect(await sessionAt(pipe, folder(pipe, 'other/deep', null))).toMatch(/^deep-/);
    expect(await sessionAt(pipe, pipe.folder)).toBe('default');
    expect(await sessionAt(pipe, notes, { env: { HOME: notes } })).toBe('default');
    expect(await sessionAt(pipe, '/')).toBe('default');
    await pipe.send(['session', 'close'], { cwd: notes });
    expect(await sessionAt(pipe, below)).toMatch(/^may-/);
  });

  test('is never that of a package in node_modules', async () => {
    using pipe = pipeline(SITE);
    const app = folder(pipe, 'app', 'package.json');
    expect(await sessionAt(pipe, folder(pipe, 'app/node_modules/dep', 'package.json'))).toBe(await sessionAt(pipe, app));
  });

  test('is said by the first answer, and by no other; one that the caller named is not', async () => {
    using pipe = pipeline(SITE);
    const cwd = folder(pipe, 'shop', 'package.json');
    const first = await pipe.send(['goto', SHOP], { cwd });
    expect([first.stdout, first.stderr]).toEqual([
      `Navigated to ${SHOP} (200)\n`,
      expect.stringMatching(/^New session: shop-[0-9a-f]{6}\n$/),
    ]);
    expect((await pipe.send(['url'], { cwd })).stderr).toBe('');
    expect((await pipe.send(['--session', 'mine', 'goto', SHOP], { cwd })).stderr).toBe('');
  });
});

describe('two agents in one project', () => {
  test('share no tab, whatever variable tells them apart, and neither has the session of the project', async () => {
    using pipe = pipeline(SITE);
    const cwd = folder(pipe, 'shop', 'package.json');
    const names = [
      await sessionAt(pipe, cwd),
      await sessionAt(pipe, cwd, CLAUDE('8a718ed2')),
      await sessionAt(pipe, cwd, CLAUDE('11111111')),
      await sessionAt(pipe, cwd, { env: { CODEX_THREAD_ID: '019d1afb-b2c7-72d3-b240-f3ee9d31b2c9' } }),
      await sessionAt(pipe, cwd, { env: { CODEX_THREAD_ID: '019d1afb-b2c7-72d3-b240-f3ee9d31b2c8' } }),
    ];
    expect(new Set(names).size).toBe(5);
    expect(names.slice(1).every((name) => name.startsWith(`${names[0]}~`))).toBe(true);
    expect(names[1]).toMatch(/~8a718e$/);
    // The same one again, and one that names its session.
    expect(await sessionAt(pipe, cwd, CLAUDE('8a718ed2'))).toBe(names[1]);
    expect(await sessionAt(pipe, cwd, { env: { ...CLAUDE('8a718ed2').env, BROWSE_SESSION: 'both' } })).toBe('both');
  });

  test('begin with the cookies of the project’s session, and part from there', async () => {
    using pipe = pipeline(SITE);
    await pipe.ok('goto', SHOP);
    await pipe.ok('cookie', 'login=ada');
    const agent = CLAUDE('8a718ed2');
    await pipe.send(['goto', SHOP], agent);
    expect((await pipe.send(['cookies', '--json'], agent)).stdout).toContain('"login"');
    await pipe.send(['cookie', 'own=1'], agent);
    expect(await pipe.ok('cookies', '--json')).not.toContain('"own"');
  });
});

describe('a page that another caller has opened', () => {
  async function opened(): Promise<Pipeline> {
    const pipe = pipeline(SITE);
    await pipe.send(['goto', SHOP], ADA);
    return pipe;
  }

  test.each([
    ['click', '#delete'],
    ['fill', '#name', 'x'],
    ['hover', '#keep'],
    ['press', 'Enter'],
    ['type', 'x'],
  ])('gets no act of one that has not looked: %s %s', async (...argv) => {
    using pipe = await opened();
    const refused = await pipe.send(['--json', ...argv], BOB);
    expect(refused.exit).toBe(3);
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'page-unseen', hint: 'browse snapshot -i', retryable: false } });
    expect(pipe.page().acts).toEqual([]);
    // Who opened it goes on, and so does who cannot be told apart.
    expect((await pipe.send(argv, ADA)).error?.code ?? null).not.toBe('page-unseen');
    expect((await pipe.send(argv)).error?.code ?? null).not.toBe('page-unseen');
  });

  test('gets them once that one has looked, or has gone there itself, or says --on', async () => {
    using pipe = await opened();
    await pipe.send(['click', '#keep', '--on', 'https://shop.test/**'], BOB);
    expect(pipe.page().acts).toEqual(['click Keep']);
    expect((await pipe.send(['click', '#keep', '--on', 'https://bank.test/**'], BOB)).exit).toBe(3);
    await pipe.send(['snapshot', '-i'], BOB);
    expect((await pipe.send(['click', '#keep'], BOB)).exit).toBe(0);
    await pipe.send(['goto', SHOP], ADA);
    expect((await pipe.send(['click', '#keep'], BOB)).exit).toBe(3);
    await pipe.send(['goto', SHOP], BOB);
    expect((await pipe.send(['click', '#keep'], BOB)).exit).toBe(0);
    expect((await pipe.send(['click', '#keep'], ADA)).exit).toBe(3);
  });

  test('its refs are another’s too for one that may have older ones', async () => {
    using pipe = await opened();
    await pipe.send(['snapshot', '-i'], BOB);
    await pipe.send(['goto', SHOP], ADA);
    await pipe.send(['snapshot', '-i'], ADA);
    const refused = await pipe.send(['click', '@e2'], BOB);
    expect([refused.exit, refused.error?.code]).toEqual([3, 'page-unseen']);
    expect(pipe.page().acts).toEqual([]);
  });
});

describe('an agent’s session', () => {
  test('is closed after two hours without use and comes back with its next one; the project’s stays open', async () => {
    const clock = fakeClock();
    using pipe = pipeline(SITE, { clock });
    const agent = CLAUDE('8a718ed2');
    await pipe.ok('goto', SHOP);
    await pipe.send(['goto', SHOP], agent);
    await pipe.send(['cookie', 'own=1'], agent);
    const names = async (): Promise<readonly string[]> => (await pipe.dispatch.open()).map(({ name }) => name);
    await clock.advance(2 * 3_600_000 - 1);
    await pipe.dispatch.tend();
    expect(await names()).toEqual(['default', 'default~8a718e']);
    await clock.advance(1);
    await pipe.dispatch.tend();
    expect(await names()).toEqual(['default']);
    expect(pipe.kept.saved.facts()).toMatchObject([{ session: 'default~8a718e', tabs: 1, storage: true }]);
    const again = await pipe.send(['title'], agent);
    expect([again.exit, again.stdout]).toEqual([0, 'Shop\n']);
    expect(again.stderr).toContain('The session was not used for two hours; loaded again when used: tab 2');
    expect((await pipe.send(['cookies', '--json'], agent)).stdout).toContain('"own"');
  });

  test('that is in use is not closed under its command', async () => {
    const clock = fakeClock();
    using pipe = pipeline(SITE, { clock });
    const agent = CLAUDE('8a718ed2');
    await pipe.send(['goto', SHOP], agent);
    await clock.advance(3 * 3_600_000);
    await pipe.send(['url'], agent);
    await pipe.dispatch.tend();
    expect(await pipe.dispatch.open()).toHaveLength(1);
  });
});
