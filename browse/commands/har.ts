/** HAR files: what was recorded since a start, or all of a session, for other tools to open and replay. */
import { oneLine } from '../base/escape.ts';
import { counted } from '../base/span.ts';
import type { EventRow, RequestRow } from '../domain/traffic/entry.ts';
import { ANY_REQUEST } from '../domain/traffic/filter.ts';
import { harOf, lacksBody } from '../domain/traffic/har.ts';
import { fail } from '../protocol/errors.ts';
import { command } from './context.ts';
import type { Context } from './context.ts';
import { checked, sinceFrom } from './traffic-lines.ts';

/** Rows that a file holds at most: the newest. */
const LIMIT = 20_000;
/** Frames of one WebSocket. */
const FRAMES = 2_000;
/** Reasons that are printed. */
const REASONS = 5;
const FILE = { label: 'FILE', summary: 'where it is written; below your folder unless it is absolute' } as const;

async function write(context: Context, file: string, since: number | null, url: string | null) {
  const filter = { ...ANY_REQUEST, session: context.session.name, since, url, limit: LIMIT, whole: true };
  const { rows, total } = await context.traffic.ask({ ask: 'requests', filter }, context.bound);
  const frames = new Map<number, readonly EventRow[]>();
  for (const { id } of rows.filter(({ type }) => type === 'websocket'))
    frames.set(id, (await context.traffic.ask({ ask: 'frames', request: id, limit: FRAMES }, context.bound)).rows);
  const path = context.path(file);
  const har = harOf(rows, frames, context.version, (at) => new Date(at).toISOString());
  await context.files.write(path, `${JSON.stringify(har, null, 1)}\n`, 0o600);
  const without = rows.filter(lacksBody);
  return { path, requests: har.log.entries.length, leftOut: total - rows.length, withoutBody: without.length, reasons: reasonsOf(without) };
}

type Written = Awaited<ReturnType<typeof write>>;
const saved = ({ path, requests, leftOut, withoutBody, reasons }: Written): string =>
  [
    `HAR saved: ${path} (${[
      counted(requests, 'request'),
      ...(leftOut > 0 ? [`${leftOut} older left out`] : []),
      ...(withoutBody > 0 ? [`${withoutBody} without their body`] : []),
    ].join(', ')})`,
    ...reasons.map(({ reason, count }) => `  ${count} × ${oneLine(reason)}`),
    ...(withoutBody > 0 ? ['A replay asks the server for what has no body'] : []),
  ].join('\n');

/** Why bodies are not there, the most frequent reason first. */
function reasonsOf(rows: readonly RequestRow[]): readonly { readonly reason: string; readonly count: number }[] {
  // What is said of one body alone would be a line each.
  const all = rows.map(({ bodyNote }) => (bodyNote ?? 'it is not known why').replace(/ \(\d+\)$/, ''));
  const counts = Map.groupBy(all, (reason) => reason);
  return [...counts]
    .map(([reason, { length: count }]) => ({ reason, count }))
    .toSorted((one, other) => other.count - one.count)
    .slice(0, REASONS);
}

const start = command({
  name: 'har start',
  family: 'network',
  summary: 'record from now on, with every body; har stop writes the file',
  effect: 'write',
  scope: 'browser',
  opens: true,
  notRecorded: 'leaves the page as it is',
  operands: { file: { ...FILE, optional: true } },
  flags: {},
  examples: ['browse har start', 'browse har start checkout.har'],
  async run(context, { file }) {
    const har = { since: context.clock.now(), file: file === undefined ? null : context.path(file) };
    await context.session.configure({ har });
    return har;
  },
  text: ({ file }) => `HAR recording started${file === null ? '' : ` for ${file}`}`,
});

const stop = command({
  name: 'har stop',
  family: 'network',
  summary: 'write what was requested since har start',
  effect: 'write',
  scope: 'browser',
  notRecorded: 'leaves the page as it is',
  operands: { file: { ...FILE, optional: true } },
  flags: {},
  examples: ['browse har stop checkout.har', 'browse har stop'],
  async run(context, { file }) {
    const { har } = context.session.settings();
    if (har === undefined) return fail('usage', { problem: 'Nothing is being recorded', hint: 'browse har start' });
    const wanted =
      file ?? har.file ?? fail('usage', { problem: 'har stop needs FILE: har start named none', hint: 'browse har stop all.har' });
    const written = await write(context, wanted, har.since, null);
    await context.session.configure({ har: null });
    return written;
  },
  text: saved,
});

const exported = command({
  name: 'har export',
  family: 'network',
  summary: "write the session's requests, whether they were recorded on purpose or not",
  effect: 'read',
  prints: 'answer',
  scope: 'browser',
  operands: { file: FILE },
  flags: {
    url: { type: 'string', value: 'GLOB', summary: 'those of addresses like this' },
    since: { type: 'string', value: 'TIME', summary: 'those that began since: 5m, 30s, or an ISO time' },
  },
  examples: ['browse har export all.har', "browse har export api.har --url '**/api/**' --since 5m"],
  run: (context, { file, url, since }) =>
    write(context, file, sinceFrom(since, context.clock.now(), 'har export'), checked('url', url, 'har export')),
  text: saved,
});

export const harCommands = [start, stop, exported];
