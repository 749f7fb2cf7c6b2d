/**
 * A connection to a socket of ours that waits in the kernel and not in the event loop, whose first turns cost a fresh process
 * as much as a short command takes in all. A signal ends the wait at once, so that Ctrl-C is heard. Must not know what is said.
 */
import { systemCalls, terminated } from './system-calls.ts';

const AF_UNIX = 1;
/** SOCK_STREAM | SOCK_CLOEXEC. */
const STREAM = 0o2000001;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const SO_SNDTIMEO = 21;
const MSG_NOSIGNAL = 0x4000;
/** Of `struct sockaddr_un` and `struct timeval` on a machine of 64 bits. */
const ADDRESS = { size: 110, path: 2 };
const TIME = { size: 16, microseconds: 8 };

export type QuickSocket = {
  /** For who takes the connection over. */
  readonly fd: number;
  /** How many bytes were taken; 0 when none could be. */
  send(bytes: Uint8Array): number;
  /** How many bytes came; 0 when the other side has closed; null when a signal or the end of the patience came first. */
  receive(into: Uint8Array): number | null;
  close(): void;
};

/** Null where there is none to be had or nobody answers. Every wait ends after `patience` milliseconds, below a thousand. */
export function dial(path: string, patience: number): QuickSocket | null {
  const system = systemCalls();
  const name = terminated(path);
  if (system === null || name.length > ADDRESS.size - ADDRESS.path) return null;
  const fd = system.call('socket', AF_UNIX, STREAM);
  if (fd < 0) return null;
  const time = new Uint8Array(TIME.size);
  new DataView(time.buffer).setBigInt64(TIME.microseconds, BigInt(Math.round(patience * 1000)), true);
  const address = new Uint8Array(ADDRESS.size);
  address[0] = AF_UNIX;
  address.set(name, ADDRESS.path);
  const ready =
    [SO_SNDTIMEO, SO_RCVTIMEO].every(
      (option) => system.call('setsockopt', fd, SOL_SOCKET, option, system.address(time), TIME.size) === 0,
    ) && system.call('connect', fd, address, ADDRESS.path + name.length) === 0;
  if (!ready) {
    system.call('close', fd);
    return null;
  }
  return {
    fd,
    send: (bytes) => Math.max(0, system.call('send', fd, bytes, bytes.length, MSG_NOSIGNAL)),
    receive: (into) => {
      const size = system.call('receive', fd, into, into.length);
      return size < 0 ? null : size;
    },
    close: () => void system.call('close', fd),
  };
}
