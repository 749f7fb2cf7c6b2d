/** The command line as a request, and the state folder it is meant for. */
import { isDevice } from '../client/descriptors.ts';
import { requestFor } from '../client/request.ts';
import { BrowseError } from '../protocol/errors.ts';
import { commandIndex, readsStdin } from '../protocol/globals.ts';
import { stateHome, statePaths } from '../protocol/paths.ts';
import type { StatePaths } from '../protocol/paths.ts';
import type { ArgvRequest } from '../protocol/wire.ts';

/** The state folder of this user. */
export function statePathsHere(): StatePaths {
  return statePaths(stateHome(process.env, process.platform));
}

/** The command line with all that the daemon needs to know of its caller. */
export async function request(argv: readonly string[], interrupt: AbortSignal, id: string = crypto.randomUUID()): Promise<ArgvRequest> {
  const base = requestFor(argv, id, process.env, isDevice(1));
  return readsStdin(argv) ? { ...base, stdin: await stdin(argv, interrupt) } : base;
}

/** All of it. Read without blocking, so that Ctrl-C is heard meanwhile: then nothing was run. */
async function stdin(argv: readonly string[], interrupt: AbortSignal): Promise<string> {
  const parts: Buffer[] = [];
  const stop = (): void => void process.stdin.destroy();
  interrupt.addEventListener('abort', stop, { once: true });
  try {
    for await (const part of process.stdin) parts.push(Buffer.from(part as Uint8Array));
  } catch (error) {
    if (!interrupt.aborted) throw error;
  }
  if (interrupt.aborted) throw new BrowseError('interrupted', { command: argv[commandIndex(argv)] ?? 'browse', outcome: 'did not run' });
  return Buffer.concat(parts).toString('utf8');
}

/** Carried out here: they change which daemon runs, or must answer when none does. */
export const OWN: readonly string[] = [
  'start',
  'stop',
  'restart',
  'status',
  'refresh',
  'daemon',
  'up',
  'version',
  'help',
  'doctor',
  'install',
];
