/** What the page believes of its browser: viewport, user agent, headers. Kept per session in the settings. */
import { oneLine } from '../base/escape.ts';
import { fail } from '../protocol/errors.ts';
import { command, originFor } from './context.ts';

const LARGEST = 10_000;

const viewport = command({
  name: 'viewport',
  family: 'emulate',
  summary: "set the size of the session's pages",
  effect: 'write',
  scope: 'tab',
  opens: true,
  recorded: ['.width', '.height'],
  operands: { size: { label: 'WxH', summary: 'CSS pixels, such as 1280x720' } },
  flags: { scale: { type: 'string', value: 'N', summary: 'device pixels per CSS pixel' } },
  examples: ['browse viewport 1280x720', 'browse viewport 390x844 --scale 3'],
  async run(context, { size, scale }) {
    const found = /^(\d{1,5})[x×](\d{1,5})$/i.exec(size);
    const [width, height] = [Number(found?.[1]), Number(found?.[2])];
    if (!found || width < 1 || height < 1 || width > LARGEST || height > LARGEST)
      fail('usage', { problem: `viewport takes WxH, such as 1280x720, not ${JSON.stringify(size)}`, hint: 'browse help viewport' });
    const factor = scale === undefined ? 1 : Number(scale);
    if (!(factor >= 0.1 && factor <= 10))
      fail('usage', { problem: `--scale takes a number from 0.1 to 10, not ${JSON.stringify(scale)}`, hint: 'browse help viewport' });
    const wanted = { width, height, scale: factor };
    // The other tabs follow by themselves: one that does not answer is not waited for.
    for (const tab of context.session.tabs.list()) if (tab !== context.tab) tab.page.setViewport(wanted).catch(() => {});
    await context.tab.page.setViewport(wanted);
    await context.session.configure({ viewport: wanted });
    return wanted;
  },
  text: ({ width, height, scale }) => `Viewport set to ${width}x${height}${scale === 1 ? '' : ` at ${scale}x`}`,
});

const useragent = command({
  name: 'useragent',
  family: 'emulate',
  summary: "set the session's user agent, popups and restarts included",
  effect: 'write',
  scope: 'browser',
  opens: true,
  notRecorded: 'a test has no such step',
  operands: { value: { label: 'UA', optional: true, summary: 'the whole string' } },
  flags: { reset: { type: 'boolean', summary: "back to the browser's own" } },
  examples: ['browse useragent "Mozilla/5.0 (test)"', 'browse useragent --reset'],
  async run(context, { value, reset }) {
    if ((value === undefined) !== reset) fail('usage', { problem: 'useragent takes UA or --reset', hint: 'browse help useragent' });
    // eslint-disable-next-line no-control-regex -- a header may not hold them
    if (value !== undefined && /[\u0000-\u001f\u007f]/.test(value))
      fail('usage', { problem: 'A user agent is one line without control characters', hint: 'browse help useragent' });
    await context.session.browser.setUserAgent(value ?? null);
    await context.session.configure({ userAgent: value ?? null });
    return { userAgent: value ?? null };
  },
  text: (result) => (result.userAgent === null ? 'User agent reset' : `User agent set: ${oneLine(result.userAgent)}`),
});

const header = command({
  name: 'header',
  family: 'emulate',
  summary: 'send a header with every request to an origin',
  effect: 'write',
  scope: 'browser',
  opens: true,
  notRecorded: 'a test has no such step',
  operands: { pair: { label: 'NAME:VALUE', summary: 'NAME: without a value removes it' } },
  flags: {
    origin: { type: 'string', value: 'URL', summary: "the origin that gets it; default: the tab's" },
    allOrigins: { type: 'boolean', summary: 'every origin, third parties too' },
  },
  examples: [
    'browse header X-Debug:1',
    'browse header "Authorization: Bearer abc" --origin https://api.example.com',
    'browse header X-Debug:',
  ],
  async run(context, { pair, origin, allOrigins }) {
    const refuse = (problem: string): never => fail('usage', { problem, hint: 'browse help header' });
    const at = pair.indexOf(':');
    const name = pair.slice(0, at).trim();
    const value = pair.slice(at + 1).trim();
    if (at < 1 || !/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return refuse(`header takes NAME:VALUE, not ${JSON.stringify(pair)}`);
    // eslint-disable-next-line no-control-regex -- a header may not hold them
    if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) return refuse("A header's value is one line");
    if (allOrigins && origin !== undefined) return refuse('header takes --origin or --all-origins, not both');
    const example = `browse header ${name}:VALUE --origin https://example.com`;
    const scope = allOrigins ? null : originFor(context, 'header', origin, example);
    const others = (context.session.settings().headers ?? []).filter(
      (each) => each.name.toLowerCase() !== name.toLowerCase() || each.origin !== scope,
    );
    const headers = value === '' ? others : [...others, { name, value, origin: scope }];
    await context.session.browser.setHeaders(headers);
    await context.session.configure({ headers: headers.length === 0 ? null : headers });
    return { name, origin: scope, set: value !== '' };
  },
  text: ({ name, origin, set }) => `Header ${set ? 'set' : 'removed'}: ${name} for ${origin ?? 'all origins'}`,
});

export const emulateCommands = [viewport, useragent, header];
