/**
 * The few looks at files that every command takes before it is on its way. `node:fs` costs a fresh process a third of its own
 * time here (7 of 20 ms), so in the executable on Linux they are calls of the C library. Whatever does not succeed that way is
 * done again by `node:fs`, which says why; so is everything elsewhere. Must not know whose files they are.
 */
import type * as NodeFs from 'node:fs';
import { systemCalls, terminated } from './system-calls.ts';
import type { SystemCalls } from './system-calls.ts';

/** What is asked of a file: its owner, and its type and permissions as the system's `st_mode` has them. */
export type FileState = { readonly uid: number; readonly mode: number };

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_EMPTY_PATH = 0x1000;
const O_CLOEXEC = 0o2000000;
/** STATX_TYPE, STATX_MODE, STATX_UID. */
const WANTED = 0x0b;
/** Of `struct statx`, which is the same on every machine: its size, and where it has the owner and the mode. */
const STATX = { size: 256, uid: 20, mode: 28 };
/** Bytes of a small file. */
const MOST = 64 * 1024;
/** Bytes written at a time: a number of 32 bits counts them. */
const AT_ONCE = 2 ** 30;

const nodeFs = (): typeof NodeFs => process.getBuiltinModule('node:fs');
const decoder = new TextDecoder();

function statx(system: SystemCalls | null, folder: number, path: string, flags: number): FileState | null {
  const bytes = new Uint8Array(STATX.size);
  if (system?.call('statx', folder, terminated(path), flags, WANTED, bytes) !== 0) return null;
  const view = new DataView(bytes.buffer);
  return { uid: view.getUint32(STATX.uid, true), mode: view.getUint16(STATX.mode, true) };
}

/** The thing itself, not what a link leads to. Throws as `lstatSync` does. */
export function lookAt(path: string): FileState {
  return statx(systemCalls(), AT_FDCWD, path, AT_SYMLINK_NOFOLLOW) ?? nodeFs().lstatSync(path);
}

/** Whether something that is open is a terminal or another device of characters. */
export function isDevice(fd: number): boolean {
  const { mode } = statx(systemCalls(), fd, '', AT_EMPTY_PATH) ?? nodeFs().fstatSync(fd);
  return (mode & 0o170000) === 0o020000;
}

/** The whole text of a small file. Throws as `readFileSync` does. */
export function readText(path: string): string {
  const system = systemCalls();
  const fd = system?.call('openat', AT_FDCWD, terminated(path), O_CLOEXEC) ?? -1;
  if (system === null || fd < 0) return nodeFs().readFileSync(path, 'utf8');
  const bytes = new Uint8Array(MOST);
  const size = system.call('read', fd, bytes, MOST);
  system.call('close', fd);
  // A file that fills it, or that cannot be read, is left to those who take their time.
  return size < 0 || size === MOST ? nodeFs().readFileSync(path, 'utf8') : decoder.decode(bytes.subarray(0, size));
}

/** Writes some of `bytes`, and says how many. Throws as `writeSync` does. */
export function writeSome(fd: number, bytes: Uint8Array): number {
  const size = systemCalls()?.call('write', fd, bytes, Math.min(bytes.length, AT_ONCE)) ?? -1;
  return size >= 0 ? size : nodeFs().writeSync(fd, bytes);
}
