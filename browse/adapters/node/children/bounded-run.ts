/**
 * Runs a program that is not ours to its end, within a time and with bounds on what it may say; with it ends all that it has
 * started. Must not know what it is for.
 */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { heardOut, signalGroup } from './process-group.ts';

export type BoundedRun = {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds, until `signal`. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** The descriptor that its answer comes on, 1 or 3; of everything else only the end is kept. */
  readonly answer: 1 | 3;
  /** Bytes of the answer. */
  readonly most: number;
};

/** How it went. `why`: it was ended by us. */
export type BoundedEnd = {
  readonly status: number | null;
  readonly signal: string | null;
  readonly why: 'late' | 'left' | 'too much' | null;
  /** It could not be started. */
  readonly trouble: string | null;
  readonly answer: string;
  /** The last of what else it said, in characters of {@link KEPT}. */
  readonly said: string;
};

const KEPT = 4096;

/** `with status 3`, `by SIGKILL`: to follow "it ended". */
export const howEnded = ({ status, signal }: BoundedEnd): string => (signal === null ? `with status ${status}` : `by ${signal}`);

/** The last line of what it said besides its answer. */
export const lastLine = ({ said }: BoundedEnd): string => said.trim().split('\n').at(-1) ?? '';

/** Never rejects. */
export async function runBounded({ file, args, cwd, env, timeout, signal, answer, most }: BoundedRun): Promise<BoundedEnd> {
  const child = spawn(file, [...args], {
    cwd,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe', answer === 3 ? 'pipe' : 'ignore'],
    // A group of its own.
    detached: true,
  });
  let why: BoundedEnd['why'] = null;
  const end = (reason: NonNullable<BoundedEnd['why']>): void => {
    why ??= reason;
    signalGroup(child, 'SIGKILL');
  };
  let [said, length] = ['', 0];
  const pieces: Buffer[] = [];
  const streams = child.stdio.slice(1).filter((stream): stream is Readable => stream !== null);
  for (const [at, stream] of streams.entries()) {
    stream.on('error', () => {});
    stream.on('data', (piece: Buffer) => {
      if (at + 1 !== answer) {
        said = (said + piece.toString('utf8')).slice(-KEPT);
        return;
      }
      length += piece.length;
      if (length > most) end('too much');
      else pieces.push(piece);
    });
  }
  const leave = (): void => end('left');
  const late = setTimeout(() => end('late'), timeout);
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  const done = await new Promise<Pick<BoundedEnd, 'status' | 'signal' | 'trouble'>>((resolve) => {
    child.once('error', (error) => resolve({ status: null, signal: null, trouble: error.message }));
    child.once('exit', (status, name) => {
      void heardOut(child, ['close']).then(() => resolve({ status, signal: name, trouble: null }));
    });
  });
  clearTimeout(late);
  signal.removeEventListener('abort', leave);
  for (const stream of streams) stream.destroy();
  return { ...done, why, answer: Buffer.concat(pieces).toString('utf8'), said };
}
