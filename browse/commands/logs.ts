/** The whole log: requests, console, commands and the daemon in one order, and SQL over it. */
import { quoted, wholeLine } from '../base/escape.ts';
import { SOURCE_OF } from '../domain/traffic/entry.ts';
import type { EventKind, EventRow, LogSource, RequestRow } from '../domain/traffic/entry.ts';
import { ANY_REQUEST } from '../domain/traffic/filter.ts';
import { serviceOf } from '../domain/ingest/record.ts';
import { traceIdOf } from '../domain/traffic/trace.ts';
import { fail } from '../protocol/errors.ts';
import { command } from './context.ts';
import { checked, eventLine, leftOut, requestLine, sinceFrom } from './traffic-lines.ts';

const LIMIT = 500;
/** Rows that an answer of `logs sql` holds at most. */
const SQL_ROWS = 1000;
const SOURCES = ['network', 'console', 'app', 'daemon', 'command'] as const satisfies readonly LogSource[];

/** A row of either kind, with the source it belongs to. */
export type LogLine = { readonly source: LogSource } & ({ readonly request: RequestRow } | { readonly event: EventRow });

const timeOf = (line: LogLine): number => ('request' in line ? line.request.at : line.event.at);

/** `[iso] [network] #12 GET ...`, `[iso] [console] [error] ...`. */
export function logLine(line: LogLine): string {
  if ('request' in line) return `[${new Date(line.request.at).toISOString()}] [network] ${requestLine(line.request)}`;
  const { event } = line;
  const [time = '', ...rest] = eventLine(event).split('] ');
  const more = [
    ...(event.tab === null ? [] : [`tab ${event.tab}`]),
    ...(event.kind === 'app' ? [serviceOf(event)].filter((service) => service !== null) : []),
    ...((event.kind === 'command' || event.kind === 'app') && event.trace !== null ? [`trace ${event.trace}`] : []),
    ...(event.kind === 'frame' && event.request !== null ? [`#${event.request}`] : []),
  ];
  return `${time}] [${line.source}] ${rest.join('] ')}${more.length === 0 ? '' : ` (${wholeLine(more.join(', '))})`}`;
}

/** `12.40`: the last request and the last event that were seen. */
function cursorFrom(text: string | undefined): { readonly request: number | null; readonly event: number | null } {
  if (text === undefined) return { request: null, event: null };
  const found = /^(\d{1,15})\.(\d{1,15})$/.exec(text);
  if (!found)
    return fail('usage', { problem: `--after takes two numbers such as 12.40, not ${JSON.stringify(text)}`, hint: 'browse help logs' });
  return { request: Number(found[1]), event: Number(found[2]) };
}

const logs = command({
  name: 'logs',
  family: 'network',
  summary: 'print the log: requests, console, applications, commands and the daemon, in order',
  effect: 'read',
  scope: 'daemon',
  fenced: true,
  unloggedWith: 'after',
  operands: {},
  flags: {
    source: { type: 'choice', choices: SOURCES, repeatable: true, value: 'SOURCE', summary: `only ${SOURCES.join(', ')}` },
    grep: { type: 'string', value: 'RE', summary: 'those that match a regular expression' },
    trace: { type: 'string', value: 'ID', summary: 'what one command did and caused; or what has this W3C trace id' },
    since: { type: 'string', value: 'TIME', summary: 'those since: 5m, 30s, or an ISO time' },
    allSessions: { type: 'boolean', summary: 'of every session' },
    limit: { type: 'integer', least: 1, value: 'N', summary: `the newest N (default ${LIMIT})` },
    follow: { type: 'boolean', short: 'f', summary: 'go on printing what comes, until Ctrl-C' },
    after: { type: 'string', value: 'R.E', summary: 'rows behind request R and event E only' },
  },
  examples: [
    'browse logs',
    'browse logs --source network --source console --since 5m',
    'browse logs --grep "50[0-9]" -f',
    'browse logs --trace 4bf92f3577b34da6a3ce929d0e0e4736',
  ],
  async run(context, input) {
    if (input.follow)
      return fail('usage', { problem: '--follow is carried out by the browse program itself, on a command line', hint: 'browse logs' });
    const sources: readonly string[] = input.source.length === 0 ? SOURCES : input.source;
    const after = cursorFrom(input.after);
    const both = {
      session: input.allSessions ? null : context.sessions.status().name,
      tab: null,
      since: sinceFrom(input.since, context.clock.now(), 'logs'),
      grep: checked('grep', input.grep, 'logs'),
      trace: input.trace === undefined ? null : (traceIdOf(input.trace) ?? input.trace),
      limit: input.limit ?? LIMIT,
    };
    const kinds = (Object.keys(SOURCE_OF) as EventKind[]).filter((kind) => sources.includes(SOURCE_OF[kind]));
    const requests = sources.includes('network')
      ? await context.traffic.ask({ ask: 'requests', filter: { ...ANY_REQUEST, ...both, after: after.request } }, context.bound)
      : { rows: [], total: 0 };
    const events = await context.traffic.ask(
      { ask: 'events', filter: { ...both, kinds, errors: false, after: after.event } },
      context.bound,
    );
    const all: LogLine[] = [
      ...requests.rows.map((row) => ({ source: 'network' as const, request: row })),
      ...events.rows.map((row) => ({ source: SOURCE_OF[row.kind], event: row })),
    ].toSorted((one, other) => timeOf(one) - timeOf(other));
    return { lines: all.slice(-both.limit), total: requests.total + events.total };
  },
  text: ({ lines, total }) =>
    lines.length === 0 ? '(nothing was logged)' : [...leftOut(lines.length, total, 'rows'), ...lines.map(logLine)].join('\n'),
  json: ({ lines }) => lines,
});

const sql = command({
  name: 'logs sql',
  family: 'network',
  summary: 'ask the log database in SQL; it is only read',
  effect: 'read',
  scope: 'daemon',
  fenced: true,
  operands: {
    query: {
      label: 'SQL',
      summary: 'one SELECT; tables: requests, events; views: timeline, failed_requests, slow_requests, hosts, problems, commands',
    },
  },
  flags: { limit: { type: 'integer', least: 1, value: 'N', summary: `at most N rows (default and most ${SQL_ROWS})` } },
  examples: [
    'browse logs sql "SELECT status, count(*) FROM requests GROUP BY status"',
    'browse logs sql "SELECT time, url, failure FROM failed_requests"',
  ],
  notes: [
    'docs/log.md has every table, view and column; so has browse logs sql "SELECT name FROM pragma_table_info(\'requests\')".',
    'A query that takes longer than five seconds is stopped.',
  ],
  run: (context, { query, limit }) =>
    context.traffic.ask({ ask: 'sql', text: query, cap: Math.min(limit ?? SQL_ROWS, SQL_ROWS) }, context.bound),
  text: ({ columns, rows, more }) =>
    [
      columns.map(wholeLine).join('\t'),
      ...rows.map((row) => row.map(cell).join('\t')),
      ...(more ? [`(there are more: the first ${rows.length} rows)`] : []),
    ].join('\n'),
  json: ({ columns, rows }) => rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]]))),
});

function cell(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value !== 'string') return JSON.stringify(value);
  return /[\t\n"]/.test(value) ? quotedWhole(value) : wholeLine(value);
}

function quotedWhole(text: string): string {
  return text.length <= 400 ? quoted(text) : wholeLine(JSON.stringify(text));
}

export const logCommands = [logs, sql];
