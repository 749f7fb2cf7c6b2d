/**
 * `refresh-auth`: runs the command that mints credentials, and takes what it minted. It runs as the user and with the user's
 * environment, for the user has named it himself or trusts the project that does. What it prints is a secret, and is told nobody.
 */
import { howEnded, lastLine, runBounded } from '../../adapters/node/children/bounded-run.ts';
import { oneLine } from '../../base/escape.ts';
import type { Values } from '../../domain/configuration/keys.ts';
import type { CallerFiles } from '../../domain/caller-files.ts';
import { createRedactor } from '../../domain/traffic/redact.ts';
import { secretNames } from '../../domain/traffic/secrets.ts';
import { fail } from '../../protocol/errors.ts';
import { parseStorageState, readStorageState } from './storage-state.ts';
import type { TimeLimit } from '../../domain/ports/machine.ts';

/** Bytes that it may print. */
const LARGEST = 16 * 1024 * 1024;

/** Where it was minted to: the file of cookies and storage. Fails with `auth-unset`, `auth-failed`, `interrupted`. */
export async function mint(
  { refreshAuth, storageState }: Values,
  cwd: string,
  env: Readonly<Record<string, string>>,
  files: Pick<CallerFiles, 'write'>,
  bound: TimeLimit,
): Promise<{ readonly file: string }> {
  if (refreshAuth === undefined) return fail('auth-unset', { key: 'refreshAuth' });
  if (storageState === undefined) return fail('auth-unset', { key: 'storageState' });
  const [file = '', ...args] = refreshAuth;
  const failed = (reason: string): never => fail('auth-failed', { reason });
  const { timeout, signal } = bound;
  // A moment less: it is ended before its command is.
  const within = Math.max(1, timeout - 1_000);
  const end = await runBounded({ file, args, cwd, env, timeout: within, signal, answer: 1, most: LARGEST });
  if (end.why === 'left') return fail('interrupted', { command: 'refresh-auth', outcome: 'may have run' });
  if (end.trouble !== null) return failed(`it could not be started: ${oneLine(end.trouble)}`);
  if (end.why === 'late') return failed(`it did not end within ${within} ms`);
  if (end.why === 'too much') return failed(`it printed more than ${LARGEST / 1024 / 1024} MB`);
  if (end.status !== 0) {
    const last = redacted(lastLine(end), env);
    return failed(`it ended ${howEnded(end)}${last === '' ? '' : `: ${last}`}`);
  }
  // What it prints may be talk; then it has written the file itself.
  if (parseStorageState(end.answer) !== null) await files.write(storageState, end.answer, 0o600);
  const read = readStorageState(storageState);
  if (read === null) return failed(`it ended well, but printed no storage state, and there is no ${storageState}`);
  return 'problem' in read ? failed(read.problem) : { file: storageState };
}

/** A line without what looks like a secret, and without the secrets that the program was given. */
function redacted(line: string, env: Readonly<Record<string, string>>): string {
  const redactor = createRedactor();
  const secret = secretNames([]);
  for (const [name, value] of Object.entries(env)) if (secret(name)) redactor.learn(value, false);
  return oneLine(redactor.text(line));
}
