/** Answers requests in a session's place, cuts its network off or slows it down. Requests are held up only while there is a rule. */
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { BrowserContext, Route } from 'playwright';
import { answersItself, contentTypeOf, recordedIn, recordingOf, ruleFor } from '../../../domain/traffic/shaping.ts';
import type { Recording, RouteRule, Throttle } from '../../../domain/traffic/shaping.ts';
import { intend } from '../internals/guest-settings.ts';
import type { ProtocolSession } from '../internals/server-side.ts';

export type Shaping = {
  setRoutes(rules: readonly RouteRule[]): Promise<void>;
  setNetwork(offline: boolean, throttle: Throttle | null, pages: readonly ProtocolSession[]): Promise<void>;
  /** A page that has just come gets the network of the others. */
  adopt(page: ProtocolSession): void;
};

/** Nothing is shaped until it is asked for. */
export function shape(context: BrowserContext): Shaping {
  let rules: readonly RouteRule[] = [];
  let routed = false;
  let network: { readonly offline: boolean; readonly throttle: Throttle | null } = { offline: false, throttle: null };

  const handler = async (route: Route): Promise<void> => {
    const rule = ruleFor(rules, route.request().url());
    if (rule === null) return route.fallback();
    if (rule.delayMs > 0) await pause(rule.delayMs);
    try {
      await answer(route, rule);
    } catch {
      // The page gave the request up meanwhile, or the file of the rule is gone: the page sees a failed request.
      await route.abort('failed').catch(() => {});
    }
  };

  const slow = (page: ProtocolSession): Promise<unknown> => {
    const { latency, download, upload } = network.throttle ?? { latency: 0, download: -1, upload: -1 };
    const conditions = { offline: network.offline, latency, downloadThroughput: download, uploadThroughput: upload };
    // A page that is gone needs no network.
    return page.send('Network.emulateNetworkConditions', conditions).catch(() => {});
  };

  return {
    async setRoutes(next) {
      rules = next;
      if (rules.every(({ har }) => har === null)) recordings.forget();
      const wanted = rules.length > 0;
      if (wanted === routed) return;
      routed = wanted;
      if (wanted) await context.route('**/*', handler);
      else await context.unroute('**/*', handler);
    },
    async setNetwork(offline, throttle, pages) {
      network = { offline, throttle };
      intend(context, { offline });
      await context.setOffline(offline);
      await Promise.all(pages.map(slow));
    },
    adopt(page) {
      if (network.throttle !== null) void slow(page);
    },
  };
}

/** HAR files as they were read last: a page asks for hundreds of things in a row. */
class Recordings {
  readonly #read = new Map<string, { readonly stamp: string; readonly recording: Promise<Recording> }>();

  /** Read anew once it was written. Fails as a system call does, or as {@link recordingOf}. */
  async read(path: string): Promise<Recording> {
    const { mtimeMs, size, ino } = await stat(path);
    const stamp = `${mtimeMs} ${size} ${ino}`;
    const known = this.#read.get(path);
    if (known?.stamp === stamp) return known.recording;
    const recording = readFile(path, 'utf8').then(recordingOf);
    this.#read.clear();
    this.#read.set(path, { stamp, recording });
    return recording;
  }

  /** Nothing is answered from a file any more. */
  forget(): void {
    this.#read.clear();
  }
}

const recordings = new Recordings();

async function answer(route: Route, rule: RouteRule): Promise<void> {
  const request = route.request();
  if (rule.abort) return route.abort('blockedbyclient');
  if (rule.har !== null) {
    const recorded = recordedIn(await recordings.read(rule.har), request.method(), request.url());
    if (recorded === null) return route.fallback();
    const body = Buffer.from(recorded.body, recorded.base64 ? 'base64' : 'utf8');
    return route.fulfill({ status: recorded.status, headers: { ...recorded.headers }, body });
  }
  if (!answersItself(rule)) return route.fallback();
  const status = rule.status ?? 200;
  if (rule.file !== null) {
    const type = rule.contentType === null ? {} : { contentType: rule.contentType };
    return route.fulfill({ status, path: rule.file, ...type });
  }
  const body = rule.body ?? '';
  return route.fulfill({ status, body, contentType: rule.contentType ?? contentTypeOf(body) });
}
