/**
 * The few looks at files that every command takes before it is on its way. `node:fs` costs a fresh process a third of its own
 * time here (7 of 20 ms), so in the executable on Linux they are calls of the C library. Whatever does not succeed that way is
 * done again by `node:fs`, which says why; so is everything elsewhere. Must not know whose files they are.
 */
import type * as NodeFs from 'node:fs';

/** What is asked of a file: its owner, and its type and permissions as the system's `st_mode` has them. */
export type Sight = { readonly uid: number; readonly mode: number };

/** The one function that is asked for, as each costs half a millisecond: `syscall`, of which all calls here take a prefix. */
type Syscall = (call: number, fd: number, bytes: Uint8Array | null, third: number, fourth: number, into: Uint8Array | null) => number;
type Calls = { readonly read: number; readonly write: number; readonly close: number; readonly openat: number; readonly statx: number };

const CALLS: Readonly<Record<string, Calls>> = {
  x64: { read: 0, write: 1, close: 3, openat: 257, statx: 332 },
  arm64: { read: 63, write: 64, close: 57, openat: 56, statx: 291 },
};
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
const encoder = new TextEncoder();
const decoder = new TextDecoder();

type System = {
  readonly read: (fd: number, into: Uint8Array, size: number) => number;
  readonly write: (fd: number, from: Uint8Array, size: number) => number;
  readonly close: (fd: number) => number;
  readonly open: (path: Uint8Array, flags: number) => number;
  readonly statx: (folder: number, path: Uint8Array, flags: number, mask: number, into: Uint8Array) => number;
};

/** Null where there is none to be had: another platform, another runtime, another C library, no executable memory. */
function openSystem(): System | null {
  const calls = process.platform === 'linux' ? CALLS[process.arch] : undefined;
  if (process.versions['bun'] === undefined || calls === undefined) return null;
  try {
    // What `bun:ffi` itself is made of; loading that module would cost more than all the rest here.
    const { FFI } = Bun as unknown as { readonly FFI: { dlopen(name: string, functions: object): { readonly symbols: unknown } } };
    const { syscall } = FFI.dlopen('libc.so.6', {
      syscall: { args: ['i64', 'i32', 'ptr', 'i64', 'i64', 'ptr'], returns: 'i32' },
    }).symbols as { readonly syscall: Syscall };
    return {
      read: (fd, into, size) => syscall(calls.read, fd, into, size, 0, null),
      write: (fd, from, size) => syscall(calls.write, fd, from, size, 0, null),
      close: (fd) => syscall(calls.close, fd, null, 0, 0, null),
      open: (path, flags) => syscall(calls.openat, AT_FDCWD, path, flags, 0, null),
      statx: (folder, path, flags, mask, into) => syscall(calls.statx, folder, path, flags, mask, into),
    };
  } catch {
    return null;
  }
}

let opened: System | null | undefined;
const system = (): System | null => (opened === undefined ? (opened = openSystem()) : opened);
const named = (path: string): Uint8Array => encoder.encode(`${path}\0`);

function statx(c: System, folder: number, path: string, flags: number): Sight | null {
  const bytes = new Uint8Array(STATX.size);
  if (c.statx(folder, named(path), flags, WANTED, bytes) !== 0) return null;
  const view = new DataView(bytes.buffer);
  return { uid: view.getUint32(STATX.uid, true), mode: view.getUint16(STATX.mode, true) };
}

/** The thing itself, not what a link leads to. Throws as `lstatSync` does. */
export function lookAt(path: string): Sight {
  const c = system();
  return (c && statx(c, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW)) ?? nodeFs().lstatSync(path);
}

/** Whether something that is open is a terminal or another device of characters. */
export function isDevice(fd: number): boolean {
  const c = system();
  const { mode } = (c && statx(c, fd, '', AT_EMPTY_PATH)) ?? nodeFs().fstatSync(fd);
  return (mode & 0o170000) === 0o020000;
}

/** The whole text of a small file. Throws as `readFileSync` does. */
export function readText(path: string): string {
  const c = system();
  const fd = c ? c.open(named(path), O_CLOEXEC) : -1;
  if (c === null || fd < 0) return nodeFs().readFileSync(path, 'utf8');
  const bytes = new Uint8Array(MOST);
  const size = c.read(fd, bytes, MOST);
  c.close(fd);
  // A file that fills it, or that cannot be read, is left to those who take their time.
  return size < 0 || size === MOST ? nodeFs().readFileSync(path, 'utf8') : decoder.decode(bytes.subarray(0, size));
}

/** Writes some of `bytes`, and says how many. Throws as `writeSync` does. */
export function writeSome(fd: number, bytes: Uint8Array): number {
  const size = system()?.write(fd, bytes, Math.min(bytes.length, AT_ONCE)) ?? -1;
  return size >= 0 ? size : nodeFs().writeSync(fd, bytes);
}
