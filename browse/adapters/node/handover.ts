/**
 * A command that was sent before the runtime began (`front/front.c`) and whose answer is not printed: the connection, what came
 * over it, and the signal that ended the wait. The build knows where in memory that is told; elsewhere there is none.
 */
import { systemCalls } from './fast-path/system-calls.ts';

export type Handover = {
  /** Below zero when the other side has closed it. */
  readonly fd: number;
  /** The command's. */
  readonly id: string;
  /** The daemon's record, as it was read. */
  readonly record: string;
  /** Of the answer. */
  readonly received: Uint8Array;
  /** 0 for none. */
  readonly signal: number;
  /** Bytes of the answer's texts that are printed already. */
  readonly printed: { readonly stdout: number; readonly stderr: number };
};

/** The address of its address. Replaced by the build's `define`; absent where nothing runs before the runtime. */
declare const __BROWSE_HANDOVER__: number | undefined;

/** As `Handover` in front.c: eight bytes each, then the id. */
const FIELDS = {
  sent: 0,
  fd: 8,
  signal: 16,
  record: 24,
  recordSize: 32,
  received: 40,
  receivedSize: 48,
  printedErr: 56,
  printedOut: 64,
  homeless: 72,
  id: 80,
};
const ID = 36;
/** SIG_UNBLOCK, and SIGINT and SIGTERM as the kernel has a set of them. */
const UNBLOCK = 1;
const CAUGHT = new Uint8Array([0x02, 0x40, 0, 0, 0, 0, 0, 0]);

type Memory = { toArrayBuffer(address: number, offset: number, size: number): ArrayBuffer };

/** Null when nothing is under way. `homeless`: the folder in which the command was typed is no more, and we are in another one. */
export function takeHandover(): Handover | 'homeless' | null {
  if (typeof __BROWSE_HANDOVER__ === 'undefined') return null;
  const { toArrayBuffer } = (Bun as unknown as { readonly FFI: Memory }).FFI;
  const bytes = (address: number, size: number): Uint8Array =>
    size === 0 ? new Uint8Array(0) : new Uint8Array(toArrayBuffer(address, 0, size));
  const wordAt = (memory: Uint8Array, at: number): number => Number(new DataView(memory.buffer).getBigInt64(at, true));
  const all = bytes(wordAt(bytes(__BROWSE_HANDOVER__, 8), 0), FIELDS.id + ID);
  const field = (at: number): number => wordAt(all, at);
  if (field(FIELDS.homeless) !== 0) return 'homeless';
  if (field(FIELDS.sent) === 0) return null;
  const decoder = new TextDecoder();
  return {
    fd: field(FIELDS.fd),
    id: decoder.decode(all.subarray(FIELDS.id)),
    record: decoder.decode(bytes(field(FIELDS.record), field(FIELDS.recordSize))),
    received: bytes(field(FIELDS.received), field(FIELDS.receivedSize)),
    signal: field(FIELDS.signal),
    printed: { stdout: field(FIELDS.printedOut), stderr: field(FIELDS.printedErr) },
  };
}

/** Signals that waited until somebody listens come now. */
export function hearSignals(): void {
  systemCalls()?.call('sigprocmask', UNBLOCK, CAUGHT, 0, CAUGHT.length);
}
