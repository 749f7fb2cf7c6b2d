/** The parts of better-sqlite3 that we use; the package has no types of its own. */
declare module 'better-sqlite3' {
  type Statement = { pluck(): Statement; get(...values: readonly unknown[]): unknown };
  export default class Database {
    constructor(path: string);
    prepare(sql: string): Statement;
    close(): void;
  }
}
