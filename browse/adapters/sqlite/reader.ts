/**
 * The reading side of the store, in a process that may be ended at any moment: nothing interrupts a query but that. It can
 * change nothing. Filters are the domain's; SQL only narrows by session.
 */
import Database from 'better-sqlite3';
import type { EventRow, RequestRow } from '../../domain/traffic/entry.ts';
import { eventTest, newestOf, requestTest } from '../../domain/traffic/filter.ts';
import type { EventFilter, Related, RequestFilter } from '../../domain/traffic/filter.ts';
import { SqlRefusal } from '../../domain/traffic/ports.ts';
import type { Matching, SqlTable, TrafficReader } from '../../domain/traffic/ports.ts';
import { eventConditions, requestConditions } from './conditions.ts';
import type { Conditions } from './conditions.ts';
import { isDamaged } from './damage.ts';
import { LIST_COLUMNS, eventFrom, requestFrom } from './rows.ts';

/** Milliseconds that a lock is waited for. */
const PATIENCE = 2_000;
/** Bytes that one query may take of memory. */
const MEMORY = 256 * 1024 * 1024;
/** Characters of one cell, and of all cells together, that an answer of `sql` holds. */
const CELL = 20_000;
const ALL_CELLS = 2_000_000;
/** Commands of a trace, traces of a command. */
const RELATED = 1_000;

export class SqliteReader implements TrafficReader {
  readonly #database: Database;

  /** Fails when there is no such file. */
  constructor(path: string) {
    this.#database = new Database(path, { readonly: true, fileMustExist: true, timeout: PATIENCE });
    this.#database.pragma('query_only = ON');
    this.#database.pragma(`hard_heap_limit = ${MEMORY}`);
  }

  requests(filter: RequestFilter): Matching<RequestRow> {
    const columns = filter.whole ? '*' : LIST_COLUMNS;
    const size = (row: unknown): number => ((row as RequestRow).responseBody?.length ?? 0) + ((row as RequestRow).requestBody?.length ?? 0);
    // What is tested is no JSON: only what passes is parsed.
    const test = requestTest(filter);
    const found = this.#newest(
      { table: 'requests', columns, ...requestConditions(filter) },
      (row) => test(row as RequestRow),
      filter.limit,
      size,
    );
    return { rows: found.rows.map(requestFrom), total: found.total };
  }

  request(session: string, id: number): RequestRow | null {
    const found = this.#database.prepare('SELECT * FROM requests WHERE id = ? AND session = ?').get(id, session);
    return found === undefined ? null : requestFrom(found);
  }

  events(filter: EventFilter): Matching<EventRow> {
    const related = this.#related(filter.trace);
    const test = eventTest(filter, related);
    const found = this.#newest(
      { table: 'events', columns: '*', ...eventConditions(filter, related) },
      (row) => test(eventFrom(row)),
      filter.limit,
      () => 0,
    );
    return { rows: found.rows.map(eventFrom), total: found.total };
  }

  frames(request: number, limit: number): Matching<EventRow> {
    const rows = this.#database.prepare('SELECT * FROM events WHERE request = ? ORDER BY id DESC').iterate(request);
    return newestOf(map(rows, eventFrom), () => true, limit);
  }

  sql(text: string, cap: number): SqlTable {
    try {
      // VACUUM INTO writes a file, ATTACH opens one; neither reads our tables.
      if (!/^\s*(?:--[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)*(?:select|with|values|explain)\b/i.test(text))
        throw new SqlRefusal('only SELECT, WITH, VALUES and EXPLAIN are carried out');
      const statement = this.#database.prepare(text);
      if (!statement.reader || !statement.readonly) throw new SqlRefusal('it would change something, and this connection only reads');
      const columns = statement.columns().map(({ name }) => name);
      const rows: unknown[][] = [];
      let room = ALL_CELLS;
      for (const found of statement.raw().iterate()) {
        if (rows.length === cap || room <= 0) return { columns, rows, more: true };
        const row = (found as unknown[]).map(shown);
        room -= row.reduce<number>((sum, cell) => sum + String(cell).length, 0);
        rows.push(row);
      }
      return { columns, rows, more: false };
    } catch (error) {
      throw error instanceof SqlRefusal || isDamaged(error) ? error : new SqlRefusal((error as Error).message);
    }
  }

  close(): void {
    this.#database.close();
  }

  #related(trace: string | null): Related {
    if (trace === null) return new Set();
    const found = this.#database
      .prepare(
        `SELECT trace FROM requests WHERE traceId IS NOT NULL AND traceId = ? AND trace IS NOT NULL
         UNION SELECT traceId FROM requests WHERE traceId IS NOT NULL AND trace = ? LIMIT ${RELATED}`,
      )
      .pluck()
      .all(trace, trace);
    return new Set(found as string[]);
  }

  /** What SQL can say whole is counted and cut there: of a million rows only those that are shown are looked at. */
  #newest(
    { table, columns, where, values, whole }: Conditions & { readonly table: string; readonly columns: string },
    test: (row: unknown) => boolean,
    limit: number,
    sizeOf: (row: unknown) => number,
  ): { readonly rows: unknown[]; readonly total: number } {
    if (!whole) {
      const rows = this.#database.prepare(`SELECT ${columns} FROM ${table} WHERE ${where} ORDER BY id DESC`).iterate(...values);
      return newestOf(rows, test, limit, sizeOf);
    }
    const total = this.#database
      .prepare(`SELECT count(*) FROM ${table} WHERE ${where}`)
      .pluck()
      .get(...values) as number;
    // The numbers first: they are in the index, and what is sorted stays small.
    const numbers = `SELECT id FROM ${table} WHERE ${where} ORDER BY id DESC LIMIT ?`;
    const rows = this.#database
      .prepare(`SELECT ${columns} FROM ${table} WHERE id IN (${numbers}) ORDER BY id DESC`)
      .iterate(...values, limit);
    return { rows: newestOf(rows, () => true, limit, sizeOf).rows, total };
  }
}

function* map<Row>(rows: Iterable<unknown>, from: (found: unknown) => Row): Generator<Row> {
  for (const row of rows) yield from(row);
}

function shown(cell: unknown): unknown {
  if (typeof cell === 'string') return cell.length > CELL ? `${cell.slice(0, CELL)}… (${cell.length} characters)` : cell;
  return cell instanceof Uint8Array ? `(${cell.length} bytes)` : cell;
}
