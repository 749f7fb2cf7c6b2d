/** Whether a database is none any more, by what SQLite says when it is used. */

/** Its pages do not fit each other, or are none. */
export function isDamaged(error: unknown): boolean {
  return /^SQLITE_(?:NOTADB|CORRUPT)/.test(codeOf(error));
}

/** The same, or tables that are not ours: whatever it is, it is not our log. */
export function isNotOurs(error: unknown): boolean {
  return isDamaged(error) || (codeOf(error) === 'SQLITE_ERROR' && /already exists|no such (?:table|column)/.test(String(error)));
}

const codeOf = (error: unknown): string => (error as { code?: string } | null)?.code ?? '';
