/** What keeping traffic costs: a page of many requests with capture and without, and a question to a log of a million rows. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { clock } from '../../browse/adapters/node/clock.ts';
import { engine } from '../../browse/adapters/playwright/engine.ts';
import { SqliteWriter } from '../../browse/adapters/sqlite/writer.ts';
import { StoredTrafficLog } from '../../browse/daemon/logs/traffic-log.ts';
import { ANY_REQUEST } from '../../browse/domain/traffic/filter.ts';
import { statePaths } from '../../browse/protocol/paths.ts';
import { requestRow } from '../../test/support/traffic-rows.ts';
import { difference, interleave, ratio, rounds } from '../pairs.ts';
import type { Scene } from '../scene.ts';
import type { Row } from '../table.ts';
import type { TimeLimit } from '../../browse/domain/ports/machine.ts';
import type { Page } from '../../browse/domain/ports/page.ts';
import type { Browser } from '../../browse/domain/ports/browser.ts';

/** Requests of one load; forty pairs make 20,000 with capture. */
const REQUESTS = 500;
const PAIRS = 40;
const MILLION = 1_000_000;
/** One row in so many is an answer 5xx. */
const BAD = 100;

const bound = (timeout: number): TimeLimit => ({ timeout, signal: new AbortController().signal });

export async function traffic(scene: Scene): Promise<readonly Row[]> {
  return [await loading(scene), await asking(scene)];
}

async function loading({ ground, pages }: Scene): Promise<Row> {
  const folder = join(ground.folder, 'capture');
  mkdirSync(folder, { mode: 0o700 });
  const kept = new StoredTrafficLog({
    path: join(folder, 'log.db'),
    clock,
    env: process.env as Record<string, string>,
    note: () => {},
    heard: () => {},
    warn: console.error,
  });
  const browser = await engine.launch({ headless: true, tempFolder: folder, env: { BROWSE_CHROMIUM: ground.chromium } }, bound(30_000));
  try {
    const url = pages.url(`requests.html?n=${REQUESTS}`);
    const load = (page: Page) => async (): Promise<number> => {
      await page.goto(url, 'load', bound(60_000));
      return Number(await page.evaluate('window.loaded', null, bound(60_000)));
    };
    const [heard, unheard] = [await tab(browser, kept), await tab(browser, null)];
    const pairs = await interleave(PAIRS, load(heard), load(unheard));
    // Both pages of the first rounds count: no row may be lost.
    const { total } = await kept.ask({ ask: 'requests', filter: { ...ANY_REQUEST, url: 'links.html', status: '200' } }, bound(20_000));
    const sent = REQUESTS * (rounds(PAIRS) + 2);
    if (total !== sent) throw new Error(`${total} rows of ${sent} requests`);
    return {
      what: `load of ${REQUESTS} requests, kept`,
      beside: 'the same, not kept',
      unit: 'ms',
      by: 'ratio',
      result: ratio(pairs),
      limit: 1.05,
    };
  } finally {
    await browser.close(bound(5_000));
    await kept.close();
  }
}

async function tab(browser: Browser, kept: StoredTrafficLog | null): Promise<Page> {
  const session = await browser.newSession({ userAgent: null, viewport: null, headers: [] });
  if (kept !== null) session.onTraffic(kept.listener('default', () => 1));
  return session.newPage();
}

async function asking({ ours, pages, ground }: Scene): Promise<Row> {
  // The state folder is made by the first command, as it should be.
  ours.run(ours.tasks.open(pages.url('links.html')));
  await ours.stop();
  const writer = new SqliteWriter(statePaths(join(ground.folder, 'browse/state')).traffic, { now: Date.now, note: console.error });
  const { request } = writer.next();
  const at = Date.now();
  for (let done = 0; done < MILLION; done += 2_000)
    writer.put({
      requests: Array.from({ length: 2_000 }, (_, n) =>
        requestRow({ id: request + done + n, at, url: `http://h/${done + n}`, statusText: '', status: n % BAD === 0 ? 503 : 200 }),
      ),
      events: [],
    });
  writer.close();
  ours.run(ours.tasks.open(pages.url('links.html')));
  const ask = (): number => {
    const { ms, stdout } = ours.run(['network', '--status', '5xx']);
    if (!stdout.includes(` ${MILLION / BAD} `)) throw new Error(`not all ${MILLION / BAD} rows are told of:\n${stdout.slice(0, 200)}`);
    return ms;
  };
  const pairs = await interleave(30, ask, () => ours.run(['url']).ms);
  await ours.stop();
  return {
    what: 'network --status 5xx, a million rows',
    beside: 'url',
    unit: 'ms',
    by: 'difference',
    result: difference(pairs),
    limit: 50,
  };
}
