/**
 * Calls of the kernel through the one function of the C library that takes them all. A fresh process pays for each runtime module
 * that it loads, and for each turn of its event loop; what every command does before it is answered goes this way instead.
 * To be had in the executable on Linux; who gets none asks the runtime.
 */

/** Each function asked for costs half a millisecond, hence only `syscall`; all calls here take a prefix of this. */
type Syscall = (call: number, fd: number, second: Pointer, third: number, fourth: number, fifth: Pointer) => number;
/** Bytes, an address or a number in the place of one. */
type Pointer = Uint8Array | number | null;
type Name = 'read' | 'write' | 'close' | 'openat' | 'statx' | 'socket' | 'connect' | 'send' | 'receive' | 'setsockopt' | 'sigprocmask';

const CALLS: Readonly<Record<string, Readonly<Record<Name, number>>>> = {
  x64: {
    read: 0,
    write: 1,
    close: 3,
    openat: 257,
    statx: 332,
    socket: 41,
    connect: 42,
    send: 44,
    receive: 45,
    setsockopt: 54,
    sigprocmask: 14,
  },
  arm64: {
    read: 63,
    write: 64,
    close: 57,
    openat: 56,
    statx: 291,
    socket: 198,
    connect: 203,
    send: 206,
    receive: 207,
    setsockopt: 208,
    sigprocmask: 135,
  },
};

/** What `bun:ffi` itself is made of; loading that module would cost more than all the rest here. */
type ForeignFunctions = {
  dlopen(name: string, functions: object): { readonly symbols: unknown };
  ptr(bytes: Uint8Array): number;
};

/** Each gives what the kernel gives; below zero it failed, and nobody knows why. */
export type SystemCalls = {
  call(name: Name, fd: number, second?: Pointer, third?: number, fourth?: number, fifth?: Pointer): number;
  /** Where bytes are, for the calls that take an address in the place of a number. */
  address(bytes: Uint8Array): number;
};

/** Null on another platform, runtime or C library, or without executable memory. */
function open(): SystemCalls | null {
  const numbers = process.platform === 'linux' ? CALLS[process.arch] : undefined;
  if (process.versions['bun'] === undefined || numbers === undefined) return null;
  try {
    const { FFI } = Bun as unknown as { readonly FFI: ForeignFunctions };
    const { syscall } = FFI.dlopen('libc.so.6', {
      syscall: { args: ['i64', 'i32', 'ptr', 'i64', 'i64', 'ptr'], returns: 'i32' },
    }).symbols as { readonly syscall: Syscall };
    return {
      call: (name, fd, second = null, third = 0, fourth = 0, fifth = null) => syscall(numbers[name], fd, second, third, fourth, fifth),
      address: (bytes) => FFI.ptr(bytes),
    };
  } catch {
    return null;
  }
}

let opened: SystemCalls | null | undefined;

/** The same ones each time. */
export function systemCalls(): SystemCalls | null {
  return opened === undefined ? (opened = open()) : opened;
}

const encoder = new TextEncoder();

/** A text as the kernel takes one. */
export function terminated(text: string): Uint8Array {
  return encoder.encode(`${text}\0`);
}
