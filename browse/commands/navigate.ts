/** Going places: goto, back, forward, reload, url, title. */
import { wholeLine } from '../base/escape.ts';
import { printableUrl, shownUrl } from '../domain/traffic/printable-url.ts';
import { addressOf, fileUrl, isRelative } from '../domain/address.ts';
import { fail } from '../protocol/errors.ts';
import { command } from './context.ts';
import type { Context } from './context.ts';

const WAIT = {
  wait: {
    type: 'choice',
    choices: ['load', 'domcontentloaded', 'networkidle', 'commit'],
    value: 'STATE',
    summary: 'how far the page must have come: load (default), domcontentloaded, networkidle, commit',
  },
} as const;

/** The URL that a typed address means for this caller. Fails with `usage`, `file-refused`, `file-missing`. */
export async function resolveAddress(context: Context, typed: string): Promise<string> {
  const base = isRelative(typed) ? ((await context.configuration.values()).baseUrl ?? null) : null;
  const address = addressOf(typed, base);
  if (address.kind === 'url') return address.url;
  const wanted = context.path(address.path);
  const allowed = [context.caller.cwd, context.files.temp];
  const real = await context.files.realPath(wanted);
  const roots = await Promise.all(allowed.map((folder) => context.files.realPath(folder)));
  // Whether a file exists outside is nobody's business: refused before missing.
  const folders = roots.flatMap((root) => (root === null || root === '/' ? [] : [root]));
  const inside = (path: string): boolean => folders.some((root) => path === root || path.startsWith(`${root}/`));
  if (!inside(real ?? wanted)) return fail('file-refused', { path: wanted, allowed });
  if (real === null) return fail('file-missing', { path: wanted });
  // What the page itself loads or leads to is held to the same.
  await context.session.browser.allowFiles(folders);
  return fileUrl(real) + address.suffix;
}

type Went = { readonly url: string; readonly status: number | null };

/** ` (200)`, or nothing where there is no status. */
function statusNote(status: number | null): string {
  return status === null ? '' : ` (${status})`;
}

const goto = command({
  name: 'goto',
  aliases: ['open', 'navigate'],
  family: 'navigate',
  summary: 'open a URL in the tab',
  effect: 'write',
  scope: 'tab',
  opens: true,
  outcome: 'navigation',
  recorded: ['url', 'wait'],
  repeatable: true,
  goes: true,
  operands: {
    url: {
      label: 'URL',
      summary:
        'example.com means https://, localhost:3000 http://, /path a page of the configured baseUrl; file:// only below your folder and the temp folder',
    },
  },
  flags: WAIT,
  examples: ['browse goto https://example.com', 'browse goto localhost:3000 --wait networkidle'],
  async run(context, { url, wait }): Promise<Went> {
    const address = await resolveAddress(context, url);
    context.begun(`Opening ${shownUrl(address)}`);
    return context.tab.page.goto(address, wait ?? 'load', context.bound);
  },
  text: ({ url, status }) => `Navigated to ${shownUrl(url)}${statusNote(status)}`,
});

async function travel(
  context: Context,
  direction: 'back' | 'forward',
  wait: 'load' | 'domcontentloaded' | 'networkidle' | 'commit' | undefined,
): Promise<{ url: string }> {
  const went = await context.tab.page.history(direction, wait ?? 'load', context.bound);
  return went ?? fail('no-history', { direction });
}

const back = command({
  name: 'back',
  aliases: ['go-back'],
  family: 'navigate',
  summary: 'go back in the history',
  effect: 'write',
  scope: 'tab',
  outcome: 'navigation',
  recorded: ['wait'],
  operands: {},
  flags: WAIT,
  examples: ['browse back'],
  run: (context, { wait }) => travel(context, 'back', wait),
  text: ({ url }) => `Back → ${shownUrl(url)}`,
});

const forward = command({
  name: 'forward',
  aliases: ['go-forward'],
  family: 'navigate',
  summary: 'go forward in the history',
  effect: 'write',
  scope: 'tab',
  outcome: 'navigation',
  recorded: ['wait'],
  operands: {},
  flags: WAIT,
  examples: ['browse forward'],
  run: (context, { wait }) => travel(context, 'forward', wait),
  text: ({ url }) => `Forward → ${shownUrl(url)}`,
});

const reload = command({
  name: 'reload',
  family: 'navigate',
  summary: 'load the page again',
  effect: 'write',
  scope: 'tab',
  outcome: 'navigation',
  recorded: ['wait'],
  repeatable: true,
  operands: {},
  flags: { hard: { type: 'boolean', summary: 'past the cache' }, ...WAIT },
  examples: ['browse reload', 'browse reload --hard'],
  run: (context, { hard, wait }): Promise<Went> => context.tab.page.reload({ hard }, wait ?? 'load', context.bound),
  text: ({ url, status }) => `Reloaded ${shownUrl(url)}${status === null || status < 400 ? '' : statusNote(status)}`,
});

const url = command({
  name: 'url',
  aliases: ['get url'],
  family: 'read',
  summary: "print the page's URL, without passwords and tokens in it",
  effect: 'read',
  scope: 'tab',
  operands: {},
  flags: {},
  examples: ['browse url'],
  run: async (context) => ({ url: context.tab.page.url() }),
  text: (result) => wholeLine(printableUrl(result.url)),
});

const title = command({
  name: 'title',
  aliases: ['get title'],
  family: 'read',
  summary: "print the page's title",
  effect: 'read',
  scope: 'tab',
  operands: {},
  flags: {},
  examples: ['browse title'],
  async run(context) {
    const text = await context.tab.page.title(context.bound);
    context.tab.title = text;
    return { title: text };
  },
  text: (result) => wholeLine(result.title),
});

export const navigateCommands = [goto, back, forward, reload, url, title];
