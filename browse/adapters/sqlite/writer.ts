/**
 * The writing side of the store. One process has it; queries go on beside it. It follows its file: one that was deleted or
 * replaced is opened anew, one of a newer schema or without sense is set aside whole and never written to.
 */
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Batch, Clearing, TrafficWriter } from '../../domain/traffic/ports.ts';
import { cleaningDue } from '../../domain/traffic/retention.ts';
import type { RetentionLimits } from '../../domain/traffic/retention.ts';
import { isDamaged, isNotOurs } from './damage.ts';
import { MIGRATIONS } from './migrations.ts';
import { PUT_EVENT, PUT_REQUEST, eventCells, requestCells } from './rows.ts';

export type WriterOptions = {
  readonly now: () => number;
  /** Something that a person should know: a file that was set aside. */
  readonly note: (text: string) => void;
  readonly migrations?: readonly string[];
  /** Asked anew at each cleaning. */
  readonly limits?: RetentionLimits;
};

/** Rows between two looks at age and size. */
const CLEAN_EVERY = 5_000;
/** Milliseconds that a lock of somebody else's is waited for. */
const PATIENCE = 2_000;

type Open = {
  readonly database: Database;
  readonly inode: number | null;
  readonly journal: number | null;
  readonly putRequest: Put;
  readonly putEvent: Put;
};
type Put = { run(...values: readonly unknown[]): unknown };

export class SqliteWriter implements TrafficWriter {
  readonly #path: string;
  readonly #options: WriterOptions;
  #open: Open | null = null;
  #sinceCleaning = 0;
  #generation = 0;

  /** Fails with what the disk or the file refused. */
  constructor(path: string, options: WriterOptions) {
    this.#path = path;
    this.#options = options;
    this.#opened();
  }

  /** Another number means another file, of which nothing is known. */
  generation(): number {
    this.#opened();
    return this.#generation;
  }

  next(): { readonly request: number; readonly event: number } {
    const { database } = this.#opened();
    const last = (table: string): number =>
      Number(database.prepare('SELECT max(seq) FROM sqlite_sequence WHERE name = ?').pluck().get(table) ?? 0);
    return { request: last('requests') + 1, event: last('events') + 1 };
  }

  put({ requests, events }: Batch): void {
    const { database, putRequest, putEvent } = this.#opened();
    database.transaction(() => {
      for (const row of requests) putRequest.run(...requestCells(row));
      for (const row of events) putEvent.run(...eventCells(row));
    })();
    this.#sinceCleaning += requests.length + events.length;
    if (this.#sinceCleaning >= CLEAN_EVERY) this.clean();
  }

  clear({ kind, session, tab }: Clearing): number {
    const { database } = this.#opened();
    const where = kind === 'requests' ? `state <> 'pending'` : `kind IN ('console', 'pageerror', 'dialog', 'download')`;
    const table = kind === 'requests' ? 'requests' : 'events';
    return database.prepare(`DELETE FROM ${table} WHERE ${where} AND session = ? AND (? IS NULL OR tab = ?)`).run(session, tab, tab)
      .changes;
  }

  /** What was under way when its daemon ended will never end. */
  abandon(reason: string): void {
    const { database } = this.#opened();
    database.prepare(`UPDATE requests SET state = 'aborted', failure = ?, bodyNote = ? WHERE state = 'pending'`).run(reason, reason);
  }

  /** Removes what is too old or too much, and gives the room back to the disk. */
  clean(): void {
    this.#sinceCleaning = 0;
    const { database } = this.#opened();
    const pragma = (name: string): number => Number(database.pragma(name, { simple: true }));
    const extent = { pageSize: pragma('page_size'), pages: pragma('page_count'), freePages: pragma('freelist_count') };
    const { before, share } = cleaningDue(extent, this.#options.now(), this.#options.limits);
    for (const table of ['requests', 'events']) {
      database.prepare(`DELETE FROM ${table} WHERE at < ?`).run(before);
      if (share > 0)
        database
          .prepare(`DELETE FROM ${table} WHERE id <= (SELECT min(id) + CAST((max(id) - min(id)) * ? AS INTEGER) FROM ${table})`)
          .run(share);
    }
    database.pragma('incremental_vacuum');
    database.pragma('wal_checkpoint(PASSIVE)');
  }

  /** Lets go of the file and opens it again; tells how many handles were closed. */
  reopen(): number {
    const before = this.#open;
    this.close();
    const { inode } = this.#opened();
    // The same file as before needs no new numbers.
    if (before !== null && before.inode === inode) this.#generation -= 1;
    return before === null ? 0 : 1;
  }

  /** Sets the file aside if what failed shows that it is damaged; the next call opens a new one. False when it is not. */
  setAsideIfDamaged(error: unknown): boolean {
    if (!isDamaged(error)) return false;
    this.close();
    this.#setAsideAs(error);
    return true;
  }

  /** Looks through the whole file. Fails with the damage that it finds. */
  check(): void {
    this.reopen();
    const sound = this.#opened().database.pragma('quick_check(1)', { simple: true }) === 'ok';
    if (!sound) throw Object.assign(new Error('its pages do not fit each other'), { code: 'SQLITE_CORRUPT' });
  }

  close(): void {
    const open = this.#open;
    this.#open = null;
    try {
      open?.database.close();
    } catch {
      // Its file is gone; so is what was to be closed.
    }
  }

  #opened(): Open {
    const inode = inodeOf(this.#path);
    if (this.#open !== null && this.#open.inode === inode) return this.#open;
    const before = this.#open;
    this.close();
    // Its journal is left behind, and would be taken for that of the file that has its name now.
    if (inode === null || (before !== null && before.journal === inodeOf(`${this.#path}-wal`)))
      for (const end of ['-wal', '-shm']) rmSync(this.#path + end, { force: true });
    try {
      this.#open = this.#make();
    } catch (error) {
      if (!isNotOurs(error)) throw error;
      this.#setAsideAs(error);
      this.#open = this.#make();
    }
    this.#generation += 1;
    return this.#open;
  }

  #make(): Open {
    const migrations = this.#options.migrations ?? MIGRATIONS;
    let database = new Database(this.#path, { timeout: PATIENCE });
    try {
      const version = Number(database.pragma('user_version', { simple: true }));
      if (version > migrations.length) {
        database.close();
        this.#setAside(`schema-${version}`, `a newer browse wrote it (schema ${version}, this one knows ${migrations.length})`);
        database = new Database(this.#path, { timeout: PATIENCE });
      }
      // Before the first table: room can be given back only then.
      if (Number(database.pragma('page_count', { simple: true })) === 0) database.pragma('auto_vacuum = INCREMENTAL');
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = NORMAL');
      database.pragma('journal_size_limit = 8388608');
      migrate(database, migrations);
      // The journal is there from the first statement on.
      const journal = inodeOf(`${this.#path}-wal`);
      return {
        database,
        inode: inodeOf(this.#path),
        journal,
        putRequest: database.prepare(PUT_REQUEST),
        putEvent: database.prepare(PUT_EVENT),
      };
    } catch (error) {
      database.close();
      throw error;
    }
  }

  #setAsideAs(error: unknown): void {
    this.#setAside('damaged', `it is no database (${(error as Error).message})`);
  }

  #setAside(word: string, why: string): void {
    const aside = `${this.#path}.${word}`;
    for (const end of ['-wal', '-shm', '']) {
      rmSync(aside + end, { force: true });
      if (existsSync(this.#path + end)) renameSync(this.#path + end, aside + end);
    }
    this.#options.note(`The log database was set aside as ${aside}: ${why}`);
  }
}

/** Each step in a transaction of its own with its number: a process that dies meanwhile leaves a whole schema. */
function migrate(database: Database, migrations: readonly string[]): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  for (const [at, step] of migrations.entries()) {
    if (at < version) continue;
    database.transaction(() => {
      database.exec(step);
      database.pragma(`user_version = ${at + 1}`);
    })();
  }
}

function inodeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? null;
}
