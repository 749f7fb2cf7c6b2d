/** The daemon's record: who it is and how to reach it. It is the pid file too. Pure: no file access here. */
import { isObject } from '../base/json.ts';
import type { ClientIdentity } from './client-identity.ts';

/** A process that cannot be mistaken for another one with the same pid. */
export type ProcessIdentity = {
  readonly pid: number;
  /** Start time in kernel ticks since boot (Linux: field 22 of /proc/PID/stat), or the platform's equivalent. */
  readonly birth: string;
  /** Boot id of the kernel, so that a record from before a reboot is dead. */
  readonly boot: string;
  /** Pid namespace; in another one only the socket's answer counts. */
  readonly namespace: string;
};

/** Where a daemon listens. */
export type Endpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: '127.0.0.1'; readonly port: number };

/** Build and protocol of one side, compared by `domain/lifecycle`. */
export type BuildInfo = {
  readonly version: string;
  /** Hash of the sources; equal ids are the same program. */
  readonly id: string;
  /** Milliseconds since the epoch at which it was built; the newer one replaces the older. 0 for a run from source. */
  readonly stamp: number;
  readonly protocol: number;
};

export type DaemonRecord = {
  readonly process: ProcessIdentity;
  /** Distinguishes instances; part of the socket's name. */
  readonly nonce: string;
  readonly endpoint: Endpoint;
  readonly token: string;
  readonly build: BuildInfo;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601; null before the first refresh. */
  readonly refreshedAt: string | null;
  readonly state: 'starting' | 'ready' | 'draining';
  /** Who launched it, as was said; to be read by `askerFrom`. Not in records of older builds. */
  readonly startedBy?: ClientIdentity | null;
};

/** Whether this, read from a file, names a process. */
export function isProcessIdentity(value: unknown): value is ProcessIdentity {
  if (!isObject(value)) return false;
  const { pid, birth, boot, namespace } = value;
  return Number.isSafeInteger(pid) && Number(pid) > 0 && [birth, boot, namespace].every((part) => typeof part === 'string');
}

/** The record in a file's text; null when it is not one. */
export function parseRecord(text: string): DaemonRecord | null {
  try {
    const value = JSON.parse(text) as DaemonRecord;
    const { process, endpoint, build } = value;
    const whole =
      isProcessIdentity(process) &&
      [value.nonce, value.token, build.id, value.startedAt].every((part) => typeof part === 'string') &&
      (endpoint.kind === 'unix' ? endpoint.path.startsWith('/') : endpoint.host === '127.0.0.1' && Number.isSafeInteger(endpoint.port)) &&
      Number.isSafeInteger(build.protocol) &&
      Number.isFinite(build.stamp) &&
      ['starting', 'ready', 'draining'].includes(value.state);
    return whole ? value : null;
  } catch {
    return null;
  }
}
