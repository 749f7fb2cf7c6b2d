/**
 * Puts the fast client, `browse/front/front.c`, in front of an executable for Linux. It runs at the program's first
 * instruction, before the runtime, and either ends the process or lets the runtime begin as if nothing had happened. Used by
 * build.ts, under Bun.
 *
 *     ELF header   the entry is ours now
 *     PT_LOAD rw   one page longer: the handover, zero until something is handed over
 *     PT_NOTE      becomes PT_LOAD r-x: the code and its words, at the end of the file
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cc, toArrayBuffer } from 'bun:ffi';
import type { Pointer } from 'bun:ffi';
import { renderFailure } from '../browse/cli/render.ts';
import { OWN } from '../browse/cli/request.ts';
import { COMMAND_NAMES, RUNTIME_PREFIX } from '../browse/protocol/environment.ts';
import { BrowseError } from '../browse/protocol/errors.ts';
import { STDIN_ALWAYS, WHOLE_ENVIRONMENT } from '../browse/protocol/globals.ts';
import type { BuildInfo } from '../browse/protocol/record.ts';

const SOURCE = fileURLToPath(new URL('../browse/front/front.c', import.meta.url));
const PAGE = 4096;
/** Where the fast client lies in memory, in every build: far behind the runtime. Its first eight bytes say where the handover is. */
export const FAST_CLIENT_ADDRESS = 0x4000_0000;

/** Every word of front.c, by its name there. A list is ended by an empty word. */
function wordsOf(build: BuildInfo): Readonly<Record<string, string | readonly string[]>> {
  return {
    NOTHING: '',
    VERSION_FLAG: '--version',
    VERSION: `browse ${build.version} (build ${build.id}, protocol ${build.protocol})\n`,
    // `__daemon` and its like.
    INNER: '__',
    ROOT: '/',
    RUNTIME: RUNTIME_PREFIX,
    RUNTIME_TEMP: `${RUNTIME_PREFIX}TMPDIR=`,
    OWN: [...OWN, ...STDIN_ALWAYS, ...WHOLE_ENVIRONMENT],
    CHECK: 'check',
    FLAGS: ['--help', '-h', '--no-daemon', '--no-autostart', '--follow', '-f', '-'],
    SECRET: '--secret-env',
    BROWSE_HOME: 'BROWSE_HOME',
    XDG_STATE_HOME: 'XDG_STATE_HOME',
    UNDER_XDG: '/browse',
    HOME: 'HOME',
    UNDER_HOME: '/.local/state/browse',
    RUN: '/run',
    RECORD: '/daemon.json',
    SAME_BUILD: `"id":${JSON.stringify(build.id)}`,
    READY: '"state":"ready"',
    SOCKET: '"endpoint":{"kind":"unix","path":"',
    TOKEN: '"token":"',
    ID: '{"id":',
    ARGV: ',"argv":[',
    CWD: '],"cwd":',
    UMASK: ',"umask":',
    ENV: ',"env":{',
    VARIABLES: COMMAND_NAMES,
    OURS: 'BROWSE_',
    TERMINAL: '},"tty":true',
    NO_TERMINAL: '},"tty":false',
    STAT: '/proc/self/stat',
    DEVICE: ',"terminal":"',
    BUILD: `,"build":${JSON.stringify(build)}}`,
    POST: 'POST /v1/argv HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\nAuthorization: Bearer ',
    CONTENT: '\r\nContent-Length: ',
    HEAD_END: '\r\n\r\n',
    OK: 'HTTP/1.1 200 ',
    // As both of our servers write it.
    LENGTH: '\r\nContent-Length:',
    EXIT: 'exit',
    STDOUT: 'stdout',
    STDERR: 'stderr',
    JSON: '--json',
    STARVED: starved(false, false),
    STARVED_JSON: starved(false, true),
    SENT_STARVED: starved(true, false),
    SENT_STARVED_JSON: starved(true, true),
  };
}

/** What is said where the runtime cannot begin. `sent`: the daemon has the command already. */
function starved(sent: boolean, json: boolean): string {
  const error = sent
    ? new BrowseError('may-have-run', { reason: 'it was sent, and no thread could be started to wait for its answer' })
    : new BrowseError('processes-exhausted', {});
  const { stdout, stderr } = renderFailure(error.body(), json);
  return stdout + stderr;
}

export type FastClient = { readonly code: Uint8Array; readonly table: Uint8Array; readonly entry: number };

/** Compiles it. The bytes are the same wherever they lie: that is tried. */
export function compileFastClient(build: BuildInfo): FastClient {
  const defines: string[] = [];
  const table: string[] = [];
  for (const [name, word] of Object.entries(wordsOf(build))) {
    defines.push(`#define W_${name} ${table.length}\n`);
    table.push(...(typeof word === 'string' ? [word] : [...word, '']));
  }
  const source = join(tmpdir(), `browse-fast-client-${crypto.randomUUID()}.c`);
  writeFileSync(source, defines.join('') + readFileSync(SOURCE, 'utf8'));
  try {
    const [one, other] = [compiled(source), compiled(source)];
    if (Buffer.compare(one.code, other.code) !== 0) throw new Error('front.c has an address in its code: it must be the same anywhere');
    return { ...one, table: new TextEncoder().encode(`${table.join('\0')}\0`) };
  } finally {
    rmSync(source);
  }
}

function compiled(source: string): Omit<FastClient, 'table'> {
  const symbol = { args: ['ptr'], returns: 'ptr' } as const;
  // It uses no library, and a machine may have none to link with.
  const { symbols } = cc({ source, flags: ['-nostdlib'], symbols: { front_begin: symbol, front: symbol, front_end: symbol } });
  const at = (name: keyof typeof symbols): number => (symbols[name] as unknown as { ptr: number }).ptr;
  const begin = at('front_begin');
  const code = new Uint8Array(toArrayBuffer(begin as Pointer, 0, at('front_end') - begin).slice(0));
  return { code, entry: at('front') - begin };
}

type Segment = { readonly at: number; readonly type: number; readonly flags: number; readonly address: number; readonly memory: number };

function segmentsOf(file: DataView): readonly Segment[] {
  const u64 = (at: number): number => Number(file.getBigUint64(at, true));
  const [start, size, count] = [u64(32), file.getUint16(54, true), file.getUint16(56, true)];
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * size;
    return { at, type: file.getUint32(at, true), flags: file.getUint32(at + 4, true), address: u64(at + 16), memory: u64(at + 40) };
  });
}

/** Where the header of a file says its first instruction is. */
const ENTRY_FIELD = 24;
const [LOAD, NOTE] = [1, 4];
const [EXECUTE, WRITE, READ] = [1, 2, 4];

/** The parts of an executable that change. Fails when it is not one of the kind we know: ELF of 64 bits for x86-64, at a fixed address. */
function layoutOf(file: DataView): { readonly writable: Segment; readonly note: Segment; readonly entry: number } {
  const known =
    file.getUint32(0) === 0x7f454c46 && file.getUint8(4) === 2 && file.getUint16(16, true) === 2 && file.getUint16(18, true) === 62;
  const segments = segmentsOf(file);
  const writable = segments.findLast(({ type }) => type === LOAD);
  const note = segments.find(({ type }) => type === NOTE);
  if (!known || writable?.flags !== (READ | WRITE) || (writable.address + writable.memory) % PAGE !== 0 || !note || note.at < writable.at)
    throw new Error('the runtime is laid out in another way than we know');
  return { writable, note, entry: Number(file.getBigUint64(ENTRY_FIELD, true)) };
}

/** The executable with the fast client in front. */
export function withFastClient(executable: Uint8Array, client: FastClient): Uint8Array {
  const offset = Math.ceil(executable.length / PAGE) * PAGE;
  const { writable, note, entry } = layoutOf(new DataView(executable.buffer, executable.byteOffset, executable.byteLength));
  // Behind all that it has.
  const handover = writable.address + writable.memory;
  if (handover + PAGE > FAST_CLIENT_ADDRESS) throw new Error('the executable is too large for what is to lie behind it');
  const added = Buffer.concat([stub(client, handover, entry), client.code, client.table]);
  const whole = new Uint8Array(offset + added.length);
  whole.set(executable);
  whole.set(added, offset);
  const file = new DataView(whole.buffer);
  const u64 = (at: number, value: number): void => file.setBigUint64(at, BigInt(value), true);
  u64(writable.at + 40, writable.memory + PAGE);
  file.setUint32(note.at, LOAD, true);
  file.setUint32(note.at + 4, READ | EXECUTE, true);
  for (const [at, value] of [offset, FAST_CLIENT_ADDRESS, FAST_CLIENT_ADDRESS, added.length, added.length, PAGE].entries())
    u64(note.at + 8 + 8 * at, value);
  u64(ENTRY_FIELD, FAST_CLIENT_ADDRESS + ENTRY);
  return whole;
}

/** Bytes before the code, and of them those before the first instruction. */
const [STUB, ENTRY] = [64, 8];

/** Calls `front(stack, table, handover)` and goes on to the runtime's own entry, at `runtime`, with the registers that it counts on. */
function stub({ code, entry }: FastClient, handover: number, runtime: number): Uint8Array {
  const bytes = new Uint8Array(STUB).fill(0x90);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const put = (...opcode: readonly number[]): void => {
    bytes.set(opcode, at);
    at += opcode.length;
  };
  const far = (value: number): void => {
    view.setBigUint64(at, BigInt(value), true);
    at += 8;
  };
  const near = (target: number): void => {
    view.setInt32(at, target - (FAST_CLIENT_ADDRESS + at + 4), true);
    at += 4;
  };
  far(handover);
  put(0x48, 0x89, 0xe7); // mov rdi, rsp
  put(0x52, 0x52); // push rdx, twice: the stack stays aligned
  put(0x48, 0xbe); // mov rsi, the words
  far(FAST_CLIENT_ADDRESS + STUB + code.length);
  put(0x48, 0xba); // mov rdx, the handover
  far(handover);
  put(0xe8); // call
  near(FAST_CLIENT_ADDRESS + STUB + entry);
  put(0x5a, 0x5a); // pop rdx
  put(0xe9); // jmp
  near(runtime);
  return bytes;
}
