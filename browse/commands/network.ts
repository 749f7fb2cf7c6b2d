/** Reading the network: the list of requests, and one request whole. */
import { wholeLine } from '../base/escape.ts';
import { sizeText } from '../base/size.ts';
import { curlOf } from '../domain/traffic/curl.ts';
import type { EventRow, HeaderPairs, RequestRow } from '../domain/traffic/entry.ts';
import { ANY_REQUEST } from '../domain/traffic/filter.ts';
import { HIDDEN } from '../domain/traffic/printable-url.ts';
import { fail } from '../protocol/errors.ts';
import { command } from './context.ts';
import type { Context } from './context.ts';
import { SINCE, lastNavigation, sinceOf } from './since.ts';
import { checked, leftOut, requestLine } from './traffic-lines.ts';

const LIMIT = 1000;

const network = command({
  name: 'network',
  aliases: ['requests', 'network requests'],
  family: 'network',
  summary: "list the tab's requests, each with its own answer",
  effect: 'read',
  writesWith: ['clear'],
  scope: 'browser',
  fenced: true,
  operands: {},
  flags: {
    url: { type: 'string', value: 'GLOB', summary: 'those of addresses like this: ** anything, * all but a slash; or a part of one' },
    status: { type: 'string', value: 'STATUS', summary: '404, 5xx, >=400, failed, pending, aborted, redirected; several with commas' },
    method: { type: 'string', value: 'M', summary: 'GET, POST ...' },
    type: { type: 'string', value: 'TYPE', summary: 'document, xhr, fetch, script, image, websocket ...' },
    since: SINCE,
    all: { type: 'boolean', summary: 'static files that succeeded too' },
    allTabs: { type: 'boolean', summary: 'of every tab of the session, closed ones too' },
    limit: { type: 'integer', least: 1, value: 'N', summary: `the newest N (default ${LIMIT})` },
    clear: { type: 'boolean', summary: 'forget those that have ended' },
  },
  examples: [
    'browse network',
    'browse network --status 5xx --since 5m',
    "browse network --url '**/api/**' --type fetch",
    'browse network --clear',
  ],
  async run(context, input) {
    const session = context.session.name;
    const tab = input.allTabs ? null : context.tab.id;
    if (input.clear)
      return { cleared: await context.traffic.clear({ kind: 'requests', session, tab }), rows: [], earlier: [], files: [], total: 0 };
    const filter = {
      ...ANY_REQUEST,
      session,
      tab,
      url: checked('url', input.url, 'network'),
      status: checked('status', input.status, 'network'),
      method: input.method ?? null,
      type: input.type ?? null,
      since: await sinceOf(context, input.since, 'network'),
      limit: input.limit ?? LIMIT,
    };
    const { rows, total } = await context.traffic.ask({ ask: 'requests', filter }, context.bound);
    // Whoever looks for some of them has said which.
    const whole = input.all || [input.url, input.status, input.method, input.type].some((each) => each !== undefined);
    const files = whole ? [] : rows.filter(isFile);
    const others = files.length === 0 ? rows : rows.filter((row) => !isFile(row));
    const from = others.length > MANY && input.since === undefined && !input.allTabs ? await lastNavigation(context) : 0;
    const [earlier, now] = [others.filter(({ at }) => at < from), others.filter(({ at }) => at >= from)];
    return { cleared: null, rows: now, earlier, files, total };
  },
  text({ cleared, rows, earlier, files, total }) {
    if (cleared !== null) return `Cleared ${cleared} requests`;
    const shown = rows.length + earlier.length + files.length;
    if (shown === 0) return '(no requests)';
    return [
      ...leftOut(shown, total, 'requests'),
      ...rows.map(requestLine),
      ...(earlier.length === 0 ? [] : ['(before the last navigation; --since navigation leaves these out)', ...earlier.map(requestLine)]),
      ...(files.length === 0 ? [] : [`(and ${filesText(files)} that succeeded; --all lists them)`]),
    ].join('\n');
  },
  json: ({ cleared, rows, earlier }) => (cleared === null ? [...earlier, ...rows].map(listed) : { cleared }),
});

/** Lists longer than this begin with what belongs to the page that is shown. */
const MANY = 50;
const FILES: ReadonlySet<string> = new Set(['script', 'stylesheet', 'image', 'font', 'media', 'manifest', 'texttrack']);

/** What a page is made of, where there is nothing to say about it. */
function isFile(row: RequestRow): boolean {
  return FILES.has(row.type) && row.state === 'done' && row.status !== null && row.status < 400;
}

/** `3 scripts, 1 image`. */
function filesText(files: readonly RequestRow[]): string {
  const types = [...new Set(files.map(({ type }) => type))];
  return types
    .map((type) => {
      const count = files.filter((row) => row.type === type).length;
      return `${count} ${type}${count === 1 || type === 'media' ? '' : 's'}`;
    })
    .join(', ');
}

const WITH_ITSELF = new Set(['requestHeaders', 'responseHeaders', 'requestBody', 'responseBody', 'bodyNote']);

/** A row of a list: what is large or only said with the request itself is left out. */
function listed(row: RequestRow): object {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !WITH_ITSELF.has(name)));
}

const request = command({
  name: 'request',
  family: 'network',
  summary: 'print one request whole: headers, bodies, timing, redirects',
  effect: 'read',
  scope: 'browser',
  fenced: true,
  operands: { number: { label: 'N', summary: 'its number from browse network (12 or #12)' } },
  flags: {
    headers: { type: 'boolean', summary: 'its headers only' },
    body: { type: 'boolean', summary: 'the body that was sent, only' },
    responseBody: { type: 'boolean', summary: 'the body of the answer, only' },
    curl: { type: 'boolean', summary: 'as a curl command; secrets are left out' },
    withSecrets: { type: 'boolean', summary: 'with --curl: secrets too, as long as they are in memory' },
  },
  examples: ['browse request 12', 'browse request 12 --response-body', 'browse request 12 --curl --with-secrets'],
  async run(context, { number, ...parts }) {
    const id = Number(
      /^#?(\d{1,15})$/.exec(number)?.[1] ??
        fail('usage', { problem: `request takes a number such as 12, not ${JSON.stringify(number)}`, hint: 'browse network' }),
    );
    if (parts.withSecrets && !parts.curl) fail('usage', { problem: '--with-secrets goes with --curl', hint: 'browse help request' });
    const session = context.session.name;
    const row = (await context.traffic.ask({ ask: 'request', session, id }, context.bound)) ?? fail('request-unknown', { id, session });
    const frames = row.type === 'websocket' ? await context.traffic.ask({ ask: 'frames', request: id, limit: 200 }, context.bound) : null;
    return { row, frames, parts, curl: parts.curl ? curlWith(context, row, parts.withSecrets) : null };
  },
  text({ row, frames, parts, curl }) {
    if (curl !== null) return curl;
    if (parts.responseBody) return row.responseBody ?? `(no body: ${row.bodyNote ?? 'it is empty'})`;
    if (parts.body) return row.requestBody ?? '(no body was sent)';
    if (parts.headers) return headerLines(row).join('\n');
    // What is asked for most comes first: a cut takes from the end.
    const [first = '', ...facts] = factLines(row);
    return [
      first,
      ...bodyLines(row),
      '',
      ...facts,
      ...headerLines(row),
      ...(frames === null ? [] : frameLines(frames.rows, frames.total)),
    ].join('\n');
  },
  json: ({ row, frames, curl }) => ({
    ...row,
    ...(frames === null ? {} : { frames: frames.rows }),
    ...(curl === null ? {} : { curl }),
  }),
});

/** Secrets are only where they were never written down. Fails with `secrets-gone`. */
function curlWith(context: Context, row: RequestRow, secrets: boolean): string {
  const stored = curlOf(row);
  if (!secrets) return stored;
  const whole = context.traffic.replayable(row.session, row.id);
  if (whole !== null) return curlOf(whole);
  // Nothing was taken out of it: then nothing is missing.
  return stored.includes(HIDDEN) ? fail('secrets-gone', { id: row.id }) : stored;
}

function factLines(row: RequestRow): string[] {
  const { phases } = row;
  const facts: [string, string | number | null][] = [
    ['type', row.type],
    ['began', new Date(row.at).toISOString()],
    ['tab', row.tab],
    ['frame', row.frame],
    [
      'initiator',
      row.initiator === null
        ? null
        : `${row.initiator.kind}${row.initiator.url === null ? '' : ` ${row.initiator.url}`}${row.initiator.line === null ? '' : `:${row.initiator.line}`}`,
    ],
    ['redirected from', row.redirectedFrom === null ? null : `#${row.redirectedFrom}`],
    ['redirected to', row.redirectedTo === null ? null : `#${row.redirectedTo}`],
    ['protocol', row.protocol],
    ['server', row.remote],
    ['content type', row.mime],
    ['body', row.bodySize === null ? null : sizeText(row.bodySize)],
    ['transferred', row.transferSize === null ? null : sizeText(row.transferSize)],
    ['timing', phases === null ? null : phaseText(phases)],
    ['after command', row.trace],
    ['trace id', row.traceId],
  ];
  return [requestLine(row), ...facts.flatMap(([name, value]) => (value === null ? [] : [`${name}: ${wholeLine(String(value))}`]))];
}

function phaseText(phases: NonNullable<RequestRow['phases']>): string {
  const span = (name: string, from: number, to: number): string[] => (from < 0 || to < 0 ? [] : [`${name} ${(to - from).toFixed(1)}ms`]);
  return [
    ...span('dns', phases.dnsStart, phases.dnsEnd),
    ...span('connect', phases.connectStart, phases.connectEnd),
    ...span('tls', phases.sslStart, phases.connectEnd),
    ...span('wait', phases.requestStart, phases.responseStart),
    ...span('receive', phases.responseStart, phases.responseEnd),
  ].join(', ');
}

function headerLines(row: RequestRow): string[] {
  const lines = (title: string, headers: HeaderPairs): string[] =>
    headers.length === 0 ? [] : ['', title, ...headers.map(([name, value]) => `  ${wholeLine(name)}: ${wholeLine(value)}`)];
  return [...lines('Request headers', row.requestHeaders), ...lines('Response headers', row.responseHeaders)];
}

function bodyLines(row: RequestRow): string[] {
  return [
    ...(row.requestBody === null ? [] : ['', 'Request body', row.requestBody]),
    '',
    row.bodyEncoding === null ? 'Response body' : `Response body (${row.bodyEncoding})`,
    row.responseBody ?? `(no body: ${row.bodyNote ?? 'it is empty'})`,
  ];
}

function frameLines(rows: readonly EventRow[], total: number): string[] {
  return [
    '',
    `Frames (${rows.length === total ? total : `the newest ${rows.length} of ${total}`})`,
    ...rows.map((row) => `${row.level === 'sent' ? '→' : '←'} ${wholeLine(row.text)}`),
  ];
}

export const networkCommands = [network, request];
