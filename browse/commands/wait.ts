/** Waiting for something to be true of the page. */
import { oneLine, quoted } from '../base/escape.ts';
import { isRelative } from '../domain/address.ts';
import { parseRef } from '../domain/snapshot/refs.ts';
import { milliseconds } from '../protocol/args.ts';
import { BrowseError, fail } from '../protocol/errors.ts';
import { command } from './context.ts';
import type { Context } from './context.ts';
import type { TimeLimit } from '../domain/ports/machine.ts';

/** Milliseconds between two looks at one element. */
const BEAT = 50;

/** Looks until it is so. A ref that is stale at the first look is an error; one that goes while we wait is hidden. */
async function untilElement(context: Context, selector: string, hidden: boolean): Promise<void> {
  const { page } = context.tab;
  const { identity, given } = await context.target(selector, { first: false, nth: undefined });
  const from = context.clock.elapsed();
  for (let looks = 0; ; looks++) {
    const left: TimeLimit = { timeout: context.bound.timeout - (context.clock.elapsed() - from), signal: context.bound.signal };
    try {
      if (await page.is(identity, hidden ? 'hidden' : 'visible', left)) return;
    } catch (error) {
      if (hidden && looks > 0 && error instanceof BrowseError && error.code === 'ref-stale') return;
      throw error;
    }
    if (left.timeout <= BEAT) fail('timeout', { what: `Waiting for ${given}`, ms: Math.round(context.bound.timeout) });
    if (context.bound.signal.aborted) fail('interrupted', { command: 'wait', outcome: 'did not run' });
    await context.clock.sleep(BEAT, context.bound.signal);
  }
}

async function element(context: Context, selector: string, hidden: boolean): Promise<string> {
  const ref = parseRef(selector);
  if (ref === null) await context.tab.page.waitForSelector(selector, hidden ? 'hidden' : 'visible', context.bound);
  else await untilElement(context, selector, hidden);
  return `Element ${oneLine(selector)} ${hidden ? 'disappeared' : 'appeared'}`;
}

const wait = command({
  name: 'wait',
  family: 'read',
  summary: 'wait for an element, a text, a URL, the network, a condition or some time',
  effect: 'read',
  prints: 'answer',
  scope: 'tab',
  writesWith: ['fn'],
  recorded: ['target', 'hidden', 'text', 'url', 'networkidle', 'load'],
  operands: { target: { label: 'SEL|MS', optional: true, summary: 'an element to appear, or a time (500, 1.5s)' } },
  flags: {
    hidden: { type: 'boolean', summary: 'until SEL is gone or hidden' },
    text: { type: 'string', value: 'T', summary: 'until the page shows this text' },
    url: { type: 'string', value: 'GLOB', summary: 'until the URL matches, as **/done; /done counts from the configured baseUrl' },
    networkidle: { type: 'boolean', summary: 'until the network is idle' },
    load: { type: 'boolean', summary: 'until the page has loaded' },
    fn: { type: 'string', value: 'JS', summary: 'until this expression is true' },
  },
  examples: [
    'browse wait @e3',
    'browse wait "#done" --hidden',
    'browse wait --text Welcome',
    'browse wait --url "**/done"',
    'browse wait --networkidle',
    'browse wait 500',
  ],
  meant: ({ target, ...input }) =>
    target === 'networkidle' || target === 'load'
      ? { ...input, load: target === 'load', networkidle: target === 'networkidle' }
      : { ...input, target },
  async run(context, { target, hidden, text, url, networkidle, load, fn }) {
    const { page } = context.tab;
    const { bound } = context;
    const asked = [target !== undefined, text !== undefined, url !== undefined, networkidle, load, fn !== undefined].filter(Boolean).length;
    if (asked !== 1)
      fail('usage', {
        problem: asked === 0 ? 'wait needs something to wait for' : 'wait takes one thing to wait for',
        hint: 'browse help wait',
      });
    if (hidden && target === undefined) fail('usage', { problem: '--hidden needs SEL', hint: 'browse help wait' });
    if (text !== undefined) {
      await page.waitForText(text, bound);
      return { waited: `Text ${quoted(text)} appeared` };
    }
    if (url !== undefined) {
      const base = isRelative(url) ? (await context.configuration.values()).baseUrl : undefined;
      const glob = base === undefined ? url : new URL(base).origin + url;
      return { waited: `URL is now ${oneLine(await page.waitForUrl(glob, bound))}` };
    }
    if (networkidle) {
      await page.waitForLoad('networkidle', bound);
      return { waited: 'Network is idle' };
    }
    if (load) {
      await page.waitForLoad('load', bound);
      return { waited: 'Page loaded' };
    }
    if (fn !== undefined) {
      await page.waitForFunction(fn, bound);
      return { waited: 'Condition is true' };
    }
    const ms = milliseconds(target ?? '');
    if (ms === null) return { waited: await element(context, target ?? '', hidden) };
    if (ms > bound.timeout)
      fail('usage', {
        problem: `wait ${target} is longer than its time-out of ${Math.round(bound.timeout)} ms`,
        hint: `browse wait ${ms} --timeout ${ms + 1000}`,
      });
    await context.clock.sleep(ms, bound.signal);
    if (bound.signal.aborted) fail('interrupted', { command: 'wait', outcome: 'did not run' });
    return { waited: `Waited ${ms} ms` };
  },
  text: (result) => result.waited,
});

export const waitCommands = [wait];
