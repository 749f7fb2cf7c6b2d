/** What pages said: console and errors, with where in their sources. */
import { wholeLine } from '../base/escape.ts';
import type { EventKind } from '../domain/traffic/entry.ts';
import type { EventFilter } from '../domain/traffic/filter.ts';
import { command } from './context.ts';
import type { Context } from './context.ts';
import { SINCE, sinceOf } from './since.ts';
import { checked, eventLine, eventLines, leftOut } from './traffic-lines.ts';

const LIMIT = 1000;
const KINDS: readonly EventKind[] = ['console', 'pageerror'];

const FLAGS = {
  since: SINCE,
  grep: { type: 'string', value: 'RE', summary: 'those that match a regular expression' },
  allTabs: { type: 'boolean', summary: 'of every tab of the session, closed ones too' },
  limit: { type: 'integer', least: 1, value: 'N', summary: `the newest N (default ${LIMIT})` },
  clear: { type: 'boolean', summary: 'forget them' },
} as const;

type Wanted = {
  readonly since: string | undefined;
  readonly grep: string | undefined;
  readonly allTabs: boolean;
  readonly limit: number | undefined;
  readonly clear: boolean;
};

async function said(context: Context, { since, grep, allTabs, limit, clear }: Wanted, errors: boolean, name: string) {
  const session = context.session.name;
  const tab = allTabs ? null : context.tab.id;
  if (clear) return { cleared: await context.traffic.clear({ kind: 'console', session, tab }), rows: [], total: 0 };
  const filter: EventFilter = {
    kinds: KINDS,
    errors,
    session,
    tab,
    since: await sinceOf(context, since, name),
    grep: checked('grep', grep, name),
    trace: null,
    after: null,
    limit: limit ?? LIMIT,
  };
  return { cleared: null, ...(await context.traffic.ask({ ask: 'events', filter }, context.bound)) };
}

type Said = Awaited<ReturnType<typeof said>>;

const lines =
  (none: string) =>
  ({ cleared, rows, total }: Said): string => {
    if (cleared !== null) return `Cleared ${cleared} messages`;
    return rows.length === 0 ? none : [...leftOut(rows.length, total, 'messages'), ...eventLines(rows)].join('\n');
  };
const json = ({ cleared, rows }: Said): unknown => (cleared === null ? rows : { cleared });

const console_ = command({
  name: 'console',
  family: 'network',
  summary: "print the tab's console, errors of its scripts included",
  effect: 'read',
  writesWith: ['clear'],
  scope: 'browser',
  fenced: true,
  operands: {},
  flags: { errors: { type: 'boolean', summary: 'errors only' }, ...FLAGS },
  examples: ['browse console', 'browse console --errors --since 5m', 'browse console --clear'],
  run: (context, { errors, ...wanted }) => said(context, wanted, errors, 'console'),
  text: lines('(nothing was logged)'),
  json,
});

const errors = command({
  name: 'errors',
  family: 'network',
  summary: "print the tab's errors: thrown by its scripts, or logged as such",
  effect: 'read',
  writesWith: ['clear'],
  scope: 'browser',
  fenced: true,
  operands: {},
  flags: FLAGS,
  examples: ['browse errors', 'browse errors --all-tabs'],
  run: (context, wanted) => said(context, wanted, true, 'errors'),
  text: (result) =>
    result.cleared === null && result.rows.length > 0
      ? [
          ...leftOut(result.rows.length, result.total, 'errors'),
          ...result.rows.flatMap((row) => [eventLine(row), ...stackLines(row.detail, row.text)]),
        ].join('\n')
      : lines('(no errors)')(result),
  json,
});

/** The frames of a stack, without the message that the line before says. */
function stackLines(detail: readonly string[], text: string): readonly string[] {
  const [stack = ''] = detail;
  return stack === text
    ? []
    : stack
        .split('\n')
        .filter((line) => /^\s*at /.test(line))
        .slice(0, 10)
        .map((line) => `    ${wholeLine(line.trim())}`);
}

export const consoleCommands = [console_, errors];
