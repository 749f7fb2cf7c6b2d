/** The parts of better-sqlite3 that we use; the package has no types of its own. */
declare module 'better-sqlite3' {
  type Statement = {
    /** Whether it gives rows. */
    readonly reader: boolean;
    /** Whether it changes nothing in the database itself. */
    readonly readonly: boolean;
    pluck(): Statement;
    raw(): Statement;
    columns(): readonly { readonly name: string }[];
    run(...values: readonly unknown[]): { readonly changes: number };
    get(...values: readonly unknown[]): unknown;
    all(...values: readonly unknown[]): readonly unknown[];
    iterate(...values: readonly unknown[]): IterableIterator<unknown>;
  };
  export default class Database {
    constructor(path: string, options?: { readonly readonly?: boolean; readonly fileMustExist?: boolean; readonly timeout?: number });
    readonly inTransaction: boolean;
    prepare(sql: string): Statement;
    exec(sql: string): void;
    pragma(text: string, options?: { readonly simple?: boolean }): unknown;
    transaction<A extends readonly unknown[], R>(work: (...args: A) => R): (...args: A) => R;
    close(): void;
  }
}
