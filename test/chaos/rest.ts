/** A rest of the users: the daemon is stopped, and what it has left and what the log holds is written down. */
import { join } from 'node:path';
import { leftBy } from '../support/cli.ts';
import { verb } from './demon/blow.ts';
import type { Stage } from './stage.ts';

/** A row as it names an act. */
const NAMED = /#([a-z]+-\d+-\d+)/;

/** Rests once, and lets the users go on. */
export async function takeRest(stage: Stage): Promise<void> {
  using _rest = await stage.rest();
  const { shell, history } = stage;
  const before = shell.processes();
  const exit = await verb(stage, ['stop']);
  const left = await leftBy(shell.home, [...before, ...shell.processes()]);
  if (exit !== 0) console.error(`(a stop at rest ended with ${exit})`);
  history.rests.push({
    at: stage.now(),
    rows: await rowsOf(join(shell.home, 'log.db')),
    left: exit === 0 ? left : [`exit ${exit} of stop`, ...left],
  });
}

/** The acts that the log names; null when there is no log that can be read. */
async function rowsOf(path: string): Promise<readonly string[] | null> {
  const { default: Database } = await import('better-sqlite3');
  try {
    const database = new Database(path, { readonly: true, fileMustExist: true });
    try {
      const rows = database.prepare("SELECT session, text FROM events WHERE source = 'command'").all() as {
        session: string;
        text: string;
      }[];
      return rows.flatMap(({ session, text }) => {
        const id = NAMED.exec(text)?.[1];
        return id === undefined ? [] : [`${session}/${id}`];
      });
    } finally {
      database.close();
    }
  } catch (error) {
    console.error(`(the log cannot be read: ${error instanceof Error ? error.message : String(error)})`);
    return null;
  }
}
