/** Cookies of the session. */
import { oneLine } from '../base/escape.ts';
import { fail } from '../protocol/errors.ts';
import { shellQuote } from '../base/words.ts';
import { command, originFor } from './context.ts';
import type { Cookie } from '../domain/ports/browser.ts';

function cookieText({ name, value, domain, path, httpOnly, secure }: Cookie): string {
  return oneLine(`${name}=${value}  ${domain}${path}${httpOnly ? ' [httpOnly]' : ''}${secure ? ' [secure]' : ''}`);
}

const cookies = command({
  name: 'cookies',
  family: 'storage',
  summary: "list the session's cookies",
  effect: 'read',
  scope: 'browser',
  operands: {},
  flags: { domain: { type: 'string', value: 'D', summary: 'only of this domain and those below it' } },
  examples: ['browse cookies', 'browse cookies --domain example.com'],
  async run(context, { domain }) {
    const all = await context.session.browser.cookies();
    const wanted = domain?.replace(/^\./, '').toLowerCase();
    const matches = (cookie: Cookie): boolean => {
      const host = cookie.domain.replace(/^\./, '').toLowerCase();
      return wanted === undefined || host === wanted || host.endsWith(`.${wanted}`);
    };
    return { cookies: all.filter(matches) };
  },
  text: (result) => result.cookies.map(cookieText).join('\n'),
});

const cookie = command({
  name: 'cookie',
  family: 'storage',
  summary: "set a cookie for the tab's origin, or for --origin",
  effect: 'write',
  scope: 'browser',
  opens: true,
  notRecorded: 'a test has no such step',
  operands: { pair: { label: 'NAME=VALUE', summary: 'the cookie' } },
  flags: { origin: { type: 'string', value: 'URL', summary: 'the origin it belongs to' } },
  examples: ['browse cookie theme=dark', 'browse cookie a=b --origin https://example.com'],
  async run(context, { pair, origin }) {
    const at = pair.indexOf('=');
    if (at < 1) fail('usage', { problem: `cookie takes NAME=VALUE, not ${JSON.stringify(pair)}`, hint: 'browse help cookie' });
    const name = pair.slice(0, at);
    const example = `browse cookie ${shellQuote(`${name}=VALUE`)} --origin https://example.com`;
    const url = originFor(context, 'cookie', origin, example);
    await context.session.browser.setCookie({ name, value: pair.slice(at + 1), url });
    return { name, origin: url };
  },
  text: (result) => `Cookie set: ${oneLine(result.name)}=****`,
});

export const storageCommands = [cookies, cookie];
