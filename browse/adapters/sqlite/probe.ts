/** Whether the native database module loads here: it is unpacked to a temp folder first, which must allow execution. */

/** The version of SQLite. Rejects with the loader's own error. */
export async function sqliteVersion(): Promise<string> {
  const { default: Database } = await import('better-sqlite3');
  const database = new Database(':memory:');
  try {
    return String(database.prepare('select sqlite_version()').pluck().get());
  } finally {
    database.close();
  }
}
