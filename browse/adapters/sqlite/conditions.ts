/**
 * A filter as SQL, as far as SQL can say it, so that an index answers where there is one. The domain's test stays the rule: what
 * cannot be said here is left to it, and one suite holds both to the same rows.
 */
import { statusParts } from '../../domain/traffic/filter.ts';
import type { EventFilter, Related, RequestFilter } from '../../domain/traffic/filter.ts';

export type Conditions = {
  readonly where: string;
  readonly values: readonly unknown[];
  /** Nothing is left to test. */
  readonly whole: boolean;
};

type Condition = readonly [sql: string, ...values: unknown[]];

const all = (conditions: readonly Condition[], whole: boolean): Conditions => ({
  where: conditions.length === 0 ? 'TRUE' : conditions.map(([sql]) => `(${sql})`).join(' AND '),
  values: conditions.flatMap(([, ...values]) => values),
  whole,
});

/** A condition for each of these fields that is asked for. */
const given = (filter: Readonly<Record<string, unknown>>, conditions: Readonly<Record<string, string>>): Condition[] =>
  Object.entries(conditions).flatMap(([key, sql]): Condition[] => {
    const value = filter[key] ?? null;
    return value === null ? [] : [[sql, value]];
  });

const among = (column: string, values: readonly string[]): Condition => [`${column} IN (${values.map(() => '?').join(', ')})`, ...values];

/** Fails with BadPattern. */
export function requestConditions(filter: RequestFilter): Conditions {
  const { status, method, type, trace } = filter;
  const conditions = given(
    { ...filter, method: method?.toUpperCase(), type: type?.toLowerCase() },
    {
      session: 'session = ?',
      tab: 'tab = ?',
      since: 'at >= ?',
      after: 'id > ?',
      method: 'upper(method) = ?',
      type: 'type = ?',
    },
  );
  if (trace !== null) conditions.push(['trace = ? OR traceId = ?', trace, trace]);
  if (status !== null) {
    const parts = statusParts(status).map((part): Condition =>
      'state' in part ? ['state = ?', part.state] : ['status BETWEEN ? AND ?', part.least, part.most],
    );
    conditions.push([parts.map(([sql]) => sql).join(' OR '), ...parts.flatMap(([, ...values]) => values)]);
  }
  const literal = filter.url === null ? null : literalOf(filter.url);
  if (literal !== null) conditions.push(['instr(url, ?) > 0', literal]);
  return all(conditions, filter.grep === null && filter.url === literal);
}

/** The longest part of a URL glob that stands in every URL which it matches, the glob itself where it is one; null for none. */
function literalOf(glob: string): string | null {
  const parts = glob.split(/\*|\{[^{}]*\}/);
  const longest = parts.reduce((one, other) => (other.length > one.length ? other : one), '');
  return longest === '' || /[{}]/.test(longest) ? null : longest;
}

export function eventConditions({ kinds, errors, trace, ...filter }: EventFilter, related: Related): Conditions {
  const conditions = given(filter, {
    // What belongs to no session is the daemon's own, and everybody's.
    session: 'session IS NULL OR session = ?',
    tab: 'tab = ?',
    since: 'at >= ?',
    after: 'id > ?',
  });
  if (trace !== null) conditions.push(among('trace', [trace, ...related]));
  conditions.push(among('kind', kinds));
  if (errors) conditions.push([`kind = 'pageerror' OR level = 'error'`]);
  return all(conditions, filter.grep === null);
}
