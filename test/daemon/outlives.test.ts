/** What outlives a daemon, at the pipeline: one ends, by whatever way, and the next one has the same files. A11, A12, B14. */
import { describe, expect, test } from 'vitest';
import { fakeClock, fakeFiles } from '../support/machine.ts';
import { pipeline, type Pipeline } from '../support/pipeline.ts';
import { SITE } from '../support/sample-site.ts';
import type { EndReason } from '../../browse/protocol/client-identity.ts';

const LIMIT = { timeout: 1000, signal: new AbortController().signal };
const SHOP = 'https://shop.test/';
const OTHER = 'https://missing.test/';

/** What a daemon does after each command. */
async function writes({ dispatch, kept }: Pipeline): Promise<void> {
  await kept.saved.update(await dispatch.open());
}

/** It ends, for that reason, and says what it keeps. */
async function ends({ dispatch, kept }: Pipeline, reason: EndReason, keep: boolean): Promise<void> {
  await kept.end(reason, keep ? await dispatch.save(LIMIT) : null, []);
}

const pagesOf = (pipe: Pipeline) => pipe.browser().sessions.flatMap(({ pages }) => pages);

describe('a number of a tab', () => {
  // A11
  test.each([
    ['a restart', 'asked', false],
    ['an end for want of use', 'idle', true],
    ['a signal', 'signal', true],
  ] as const)('is not given again after %s: the old one is rc 3', async (_words, reason, keep) => {
    const kept = fakeFiles();
    using before = pipeline(SITE, { kept });
    await before.ok('goto', SHOP);
    await before.ok('snapshot', '-i');
    await ends(before, reason, keep);
    using pipe = pipeline(SITE, { kept });
    await pipe.ok('goto', OTHER);
    await pipe.ok('snapshot', '-i');
    expect(await pipe.no(3, '--tab', '1', 'click', '@e1')).toContain('No tab 1');
    expect((await pipe.send(['url', '--json'])).stdout).toContain('"tab":2');
  });

  test('is not given again after a kill, nor when the tab was closed before it', async () => {
    const kept = fakeFiles();
    using before = pipeline(SITE, { kept });
    await before.ok('goto', SHOP);
    await before.ok('newtab', OTHER);
    await before.ok('closetab');
    await writes(before);
    using pipe = pipeline(SITE, { kept });
    await pipe.ok('goto', OTHER);
    expect(await pipe.no(3, '--tab', '2', 'url')).toContain('No tab 2: it was closed');
    expect(await pipe.no(3, '--tab', '1', 'url')).toContain('No tab 1: since the daemon ended it is tab 3');
    expect(await pipe.ok('newtab')).toMatch(/^Opened tab 4 /);
  });

  test('is not given again to a session that was closed and made anew', async () => {
    using pipe = pipeline(SITE);
    await pipe.ok('--session', 'a', 'goto', SHOP);
    await pipe.ok('session', 'close', 'a');
    await pipe.ok('--session', 'a', 'goto', OTHER);
    expect(await pipe.no(3, '--session', 'a', '--tab', '1', 'url')).toContain('No tab 1');
  });

  test('stays the same through a restart that was asked to restore', async () => {
    const kept = fakeFiles();
    using before = pipeline(SITE, { kept });
    await before.ok('goto', SHOP);
    await before.ok('newtab', OTHER);
    await ends(before, 'asked', true);
    using pipe = pipeline(SITE, { kept });
    expect(await pipe.ok('tabs')).toBe(`  [1] "Shop" — ${SHOP}\n→ [2] "Not found" — ${OTHER}`);
    expect(await pipe.ok('--tab', '1', 'title')).toBe('Shop');
  });

  test('begins far behind all others when the file that counts them is damaged', async () => {
    const kept = fakeFiles();
    await kept.write('/state/run/register.json', '{"version":1,"fir');
    using pipe = pipeline(SITE, { kept });
    expect((await pipe.send(['url', '--json'])).stdout).toContain('"tab":10001');
  });
});

describe('after a daemon was killed', () => {
  async function killed(): Promise<ReturnType<typeof fakeFiles>> {
    const kept = fakeFiles();
    using before = pipeline(SITE, { kept });
    await before.ok('goto', SHOP);
    await writes(before);
    return kept;
  }

  // A12
  test.each([['press', 'Enter'], ['type', 'hello'], ['dialog-accept'], ['dialog-dismiss']])(
    'an act without a target of its own is refused until the caller has looked: %s %s',
    async (...argv) => {
      using pipe = pipeline(SITE, { kept: await killed() });
      const refused = await pipe.send(['--json', ...argv]);
      expect(refused.exit).toBe(3);
      expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'page-lost', hint: 'browse snapshot -i' } });
      expect(pagesOf(pipe).flatMap(({ acts }) => acts)).toEqual([]);
      await pipe.ok('snapshot', '-i');
      const again = await pipe.send(argv);
      expect(again.error?.code ?? 'done').not.toBe('page-lost');
    },
  );

  test('a look goes on, in the page loaded again, and says once what is there and what is lost', async () => {
    using pipe = pipeline(SITE, { kept: await killed() });
    const first = await pipe.send(['title']);
    expect([first.exit, first.stdout]).toEqual([0, 'Shop\n']);
    expect(first.stderr).toBe(
      'The daemon (pid 7) was killed; loaded again when used: tab 2 https://shop.test/; lost: what was typed, sessionStorage, cookies and storage\n',
    );
    expect((await pipe.send(['title'])).stderr).toBe('');
  });

  test('having gone somewhere, or saying --on, is enough; where the tab is elsewhere nothing is done', async () => {
    const kept = await killed();
    using pipe = pipeline(SITE, { kept });
    const elsewhere = await pipe.send(['press', 'Enter', '--on', 'https://bank.test/**']);
    expect([elsewhere.exit, elsewhere.error?.code]).toEqual([3, 'page-differs']);
    expect(pipe.page().acts).toEqual([]);
    await pipe.ok('press', 'Enter', '--on', 'https://shop.test/**');
    expect(pipe.page().acts).toEqual(['press Enter']);
    await pipe.ok('goto', OTHER);
    await pipe.ok('press', 'Enter');
  });

  test('another terminal that has not looked is still refused', async () => {
    using pipe = pipeline(SITE, { kept: await killed() });
    await pipe.send(['snapshot', '-i'], { terminal: '1.34816' });
    expect((await pipe.send(['press', 'Enter'], { terminal: '2.34817' })).exit).toBe(3);
    expect((await pipe.send(['press', 'Enter'], { terminal: '1.34816' })).exit).toBe(0);
  });

  test('goto as the first command asks for no page but its own; the others are asked for when they are used', async () => {
    const kept = fakeFiles();
    using before = pipeline(SITE, { kept });
    await before.ok('goto', SHOP);
    await before.ok('newtab', OTHER);
    await before.ok('newtab', 'https://shop.test/');
    await writes(before);
    using pipe = pipeline(SITE, { kept });
    await pipe.ok('goto', 'https://pop.test/');
    expect(pagesOf(pipe).map((page) => page.url())).toEqual(['https://pop.test/']);
    expect(await pipe.ok('tabs')).toBe(`  [4] "Shop" — ${SHOP}\n  [5] "Not found" — ${OTHER}\n→ [6] "Popup" — https://pop.test/`);
    expect(await pipe.ok('--tab', '5', 'title')).toBe('Not found');
    expect(pagesOf(pipe)).toHaveLength(2);
  });
});

test('an act without a target is refused on a tab that has only shown the blank page it began with', async () => {
  using pipe = pipeline(SITE);
  expect(await pipe.no(3, 'press', 'Enter')).toMatch(/^Did not run: tab 1 is blank: it has shown no page/);
  await pipe.ok('newtab');
  expect(await pipe.no(3, 'type', 'hello')).toContain('tab 2 is blank');
  await pipe.ok('snapshot', '-i');
  await pipe.ok('press', 'Enter');
});

describe('a session on disk', () => {
  test('is one file, is listed by status, and is gone when it was restored, closed or stopped', async () => {
    const kept = fakeFiles();
    using before = pipeline(SITE, { kept });
    for (const name of ['a', 'b', 'c']) await before.ok('--session', name, 'goto', SHOP);
    await ends(before, 'idle', true);
    expect(kept.list('/state/run/sessions').toSorted()).toEqual(['a.json', 'b.json', 'c.json']);
    using pipe = pipeline(SITE, { kept });
    expect(await pipe.ok('status')).toMatch(/saved: a \(1 tab, cookies and storage, \d+s ago\), b /);
    expect(await pipe.ok('--session', 'a', 'title')).toBe('Shop');
    await pipe.ok('session', 'close', 'b');
    await writes(pipe);
    expect(kept.list('/state/run/sessions').toSorted()).toEqual(['a.json', 'c.json']);
    // Of one that is open only the addresses are there.
    expect(kept.read('/state/run/sessions/a.json')).toContain('"state":null');
    await ends(pipe, 'asked', false);
    expect(kept.list('/state/run/sessions')).toEqual([]);
  });

  test('is forgotten after seven days, an agent’s after one', async () => {
    const kept = fakeFiles();
    const clock = fakeClock();
    using before = pipeline(SITE, { kept, clock });
    const env = { CLAUDE_CODE_SESSION_ID: '01234567-89ab-4def-8123-456789abcdef' };
    await before.send(['goto', SHOP], { env });
    await before.ok('--session', 'mine', 'goto', SHOP);
    await ends(before, 'signal', true);
    await clock.advance(25 * 3_600_000);
    using pipe = pipeline(SITE, { kept, clock });
    expect(pipe.kept.saved.facts().map(({ session }) => session)).toEqual(['mine']);
    await clock.advance(6 * 24 * 3_600_000);
    using last = pipeline(SITE, { kept, clock });
    expect([last.kept.saved.facts(), kept.list('/state/run/sessions')]).toEqual([[], []]);
  });

  // B14
  test('stays until it was restored: a browser that dies under it costs nothing', async () => {
    const kept = fakeFiles();
    using before = pipeline(SITE, { kept });
    await before.ok('goto', SHOP);
    await before.ok('newtab', OTHER);
    await ends(before, 'asked', true);
    using pipe = pipeline(SITE, { kept, deaths: 1 });
    expect(await pipe.ok('tabs')).toBe(`  [1] "Shop" — ${SHOP}\n→ [2] "Not found" — ${OTHER}`);
  });

  test('a page that came just before two deaths of the browser is not asked for again', async () => {
    using pipe = pipeline({ ...SITE, 'https://deadly.test/': { title: 'Deadly' } });
    await pipe.ok('goto', 'https://deadly.test/');
    pipe.browser().crash();
    expect(await pipe.ok('title')).toBe('Deadly');
    pipe.browser().crash();
    expect(await pipe.no(3, 'title')).toContain('[not loaded: https://deadly.test/], the browser died twice just after it was loaded');
    expect(await pipe.ok('tabs')).toBe('→ [1] [not loaded: https://deadly.test/]');
    await pipe.ok('goto', SHOP);
    expect(await pipe.ok('title')).toBe('Shop');
  });

  test('holds no secret of an address; what lost one is listed and not loaded', async () => {
    const kept = fakeFiles();
    const secret = 'https://ada:hunter2@shop.test/';
    using before = pipeline({ ...SITE, [secret]: { title: 'Shop' } }, { kept });
    await before.ok('goto', secret);
    await writes(before);
    expect(kept.read('/state/run/sessions/default.json')).not.toContain('hunter2');
    using pipe = pipeline(SITE, { kept });
    expect(await pipe.ok('tabs')).toBe('→ [2] [not loaded: https://shop.test/]');
    const asked = await pipe.send(['title', '--json']);
    expect(JSON.parse(asked.stdout)).toMatchObject({ error: { code: 'page-lost', hint: 'browse tabs' } });
  });

  test('a damaged file, and one of another name, are no session', async () => {
    const kept = fakeFiles();
    await kept.write('/state/run/sessions/a.json', '{"name":"a","tabs":');
    await kept.write('/state/run/sessions/b.json', '{"name":"c","tabs":[]}');
    using pipe = pipeline(SITE, { kept });
    expect(pipe.kept.saved.facts()).toEqual([]);
    expect(await pipe.no(3, '--session', 'a', 'url')).toMatch(/^No session "a"/);
  });

  test('of a build before 0.2 is taken over', async () => {
    const kept = fakeFiles();
    const tabs = [{ id: 3, url: SHOP }];
    await kept.write('/state/run/open.json', JSON.stringify({ pid: 1, ended: null, sessions: [{ name: 'default', tabs }], saved: null }));
    using pipe = pipeline(SITE, { kept });
    expect(await pipe.ok('title')).toBe('Shop');
    expect(kept.read('/state/run/open.json')).toBeNull();
  });
});

test('a browser that dies while a session is opened in it leaves no session in a dead browser', async () => {
  const kept = fakeFiles();
  using before = pipeline(SITE, { kept });
  for (const name of ['a', 'b']) await before.ok('--session', name, 'goto', SHOP);
  await ends(before, 'idle', true);
  using pipe = pipeline(SITE, { kept, deaths: 3 });
  // A look is tried once more by itself; what dies again is said, and costs the next command nothing.
  const first = await pipe.send(['--session', 'a', 'title']);
  expect([first.exit, first.error?.code]).toEqual([4, 'browser-gone']);
  expect(await pipe.ok('--session', 'a', 'title')).toBe('Shop');
  expect(await pipe.ok('--session', 'b', 'title')).toBe('Shop');
});
