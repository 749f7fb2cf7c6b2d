/** The words after `__daemon`: written by the client, read by the daemon. Pure. */
import { milliseconds } from './args.ts';
import { fail } from './errors.ts';
import { clientIdentityFrom } from './client-identity.ts';
import type { ClientIdentity } from './client-identity.ts';
import type { Endpoint } from './record.ts';

/** Half an hour, in milliseconds: so long a daemon that nobody uses waits before it ends. */
export const DEFAULT_IDLE = 30 * 60_000;

export type DaemonOptions = {
  /** Names the file for the reason of a failed start. */
  readonly ticket: string | null;
  /** Who launched it. */
  readonly by: ClientIdentity | null;
  /** Ends with its first command, and removes its private folder. */
  readonly once: boolean;
  readonly headed: boolean;
  /** Milliseconds; 0 never; null: as it is configured. */
  readonly idle: number | null;
  /** Loopback port in place of the socket. */
  readonly listen: Extract<Endpoint, { kind: 'tcp' }> | null;
};

const wrong = (problem: string): never => fail('usage', { problem, hint: 'browse help start' });

/** `--idle 30m`, `--idle 0`. A bare number counts minutes. */
export function idleFrom(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 60_000 : milliseconds(text);
  return value ?? wrong(`--idle takes minutes (30) or a time (90s, 0 for never), not ${JSON.stringify(text)}`);
}

/** `--listen 127.0.0.1:0`. */
export function listenFrom(text: string): Extract<Endpoint, { kind: 'tcp' }> {
  const port = /^(?:127\.0\.0\.1|localhost):(\d{1,5})$/.exec(text)?.[1];
  if (port === undefined || Number(port) > 65_535)
    return wrong(`--listen takes a loopback address such as 127.0.0.1:0, not ${JSON.stringify(text)}`);
  return { kind: 'tcp', host: '127.0.0.1', port: Number(port) };
}

/** Null for what is not one: a daemon does not fail for want of a name. */
function askerIn(text: string): ClientIdentity | null {
  try {
    return clientIdentityFrom(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Fails with `usage`. */
export function daemonOptions(argv: readonly string[], env: Readonly<Record<string, string | undefined>>, platform: string): DaemonOptions {
  let options: DaemonOptions = {
    ticket: null,
    by: null,
    once: false,
    headed: false,
    idle: null,
    listen: platform === 'win32' ? listenFrom('127.0.0.1:0') : null,
  };
  // Said now, not by a daemon that nobody sees.
  if (env['BROWSE_IDLE'] !== undefined) idleFrom(env['BROWSE_IDLE']);
  const words = argv.flatMap((word) =>
    /^--\w+=/.test(word) ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] : [word],
  );
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const value = (): string => words[++at] ?? wrong(`${word} needs a value`);
    switch (word) {
      case '--ticket':
        options = { ...options, ticket: value().replace(/[^a-z0-9]/g, '') };
        break;
      case '--by':
        options = { ...options, by: askerIn(value()) };
        break;
      case '--once':
        options = { ...options, once: true };
        break;
      case '--headed':
        options = { ...options, headed: true };
        break;
      case '--idle':
        options = { ...options, idle: idleFrom(value()) };
        break;
      case '--listen':
        options = { ...options, listen: listenFrom(value()) };
        break;
      default:
        wrong(`the daemon has no ${JSON.stringify(word)}`);
    }
  }
  return options;
}
