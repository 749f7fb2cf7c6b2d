/** A daemon that could not start says why: in its log, and in the file that whoever launched it looks for. */
import { writeFileSync } from 'node:fs';
import { BrowseError } from '../../protocol/errors.ts';

/** `argv` names the file: the words after `__daemon`, read or not. */
export function tellFailedStart(argv: readonly string[], folder: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const reason = error instanceof Error && !(error instanceof BrowseError) ? (error.stack ?? message) : message;
  console.error(`${new Date().toISOString()} the daemon could not start: ${reason}`);
  const ticket = argv[argv.indexOf('--ticket') + 1];
  if (ticket === undefined || !/^[0-9a-f]+$/.test(ticket)) return;
  try {
    writeFileSync(`${folder}/failed-${ticket}`, message, { mode: 0o600 });
  } catch {
    // The reason is in the log, as far as that could be written.
  }
}
