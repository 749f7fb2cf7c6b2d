/**
 * A program in a real terminal, and what stands on its screen: a tmux server of its own, on a socket of its own, ended with the test.
 * Its socket lies in the folder that is given, so that two tests never meet.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually } from './processes.ts';

export type Screen = AsyncDisposable & {
  /** The lines as they stand there now, without blanks at their ends. */
  lines(): Promise<readonly string[]>;
  /** Waits until the whole screen, as one text, passes; gives it, and the milliseconds that it took. */
  until(what: string, check: (text: string) => unknown, ms?: number): Promise<{ readonly text: string; readonly ms: number }>;
  /** Types keys by the names tmux has for them: `r`, `Enter`, `Escape`, `C-c`. */
  press(...keys: readonly string[]): Promise<void>;
  /** Types a text as it is. */
  type(text: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Whether the program has the terminal's second screen. */
  alternate(): Promise<boolean>;
};

export type ScreenOptions = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** For the socket: below 100 characters, gone with the test. */
  readonly folder: string;
  readonly columns?: number;
  readonly rows?: number;
};

const run = promisify(execFile);
let opened = 0;

/** Opens a terminal with a shell in it that has run `line`; what it prints afterwards stays on the screen. */
export async function screen(line: string, { cwd, env, folder, columns = 100, rows = 30 }: ScreenOptions): Promise<Screen> {
  // One that ends still holds its own for a moment.
  const socket = `${folder}/tmux-${(opened += 1)}`;
  const tmux = async (...args: readonly string[]): Promise<string> => {
    try {
      return (await run('tmux', ['-S', socket, '-f', '/dev/null', ...args], { cwd, env, maxBuffer: 4_000_000 })).stdout;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new Error('tmux is missing: the panel is tested in it. Debian: apt-get install tmux', { cause: error });
    }
  };
  // The shell behind it keeps the terminal open, and its input closed to nobody.
  await tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), `${line}\nprintf '<left %s>\\n' "$?"\nexec cat`);
  const lines = async (): Promise<readonly string[]> => (await tmux('capture-pane', '-p')).replace(/\n$/, '').split('\n');
  return {
    lines,
    async until(what, check, ms = 20_000) {
      const from = performance.now();
      let text = '';
      try {
        await eventually(what, async () => Boolean(check((text = (await lines()).join('\n')))), ms);
      } catch (error) {
        throw new Error(`${error instanceof Error ? error.message : String(error)}; the screen:\n${text}`, { cause: error });
      }
      return { text, ms: performance.now() - from };
    },
    press: async (...keys) => void (await tmux('send-keys', ...keys)),
    type: async (text) => void (await tmux('send-keys', '-l', text)),
    resize: async (x, y) => void (await tmux('resize-window', '-x', String(x), '-y', String(y))),
    alternate: async () => (await tmux('display-message', '-p', '#{alternate_on}')).trim() === '1',
    async [Symbol.asyncDispose]() {
      await tmux('kill-server');
    },
  };
}
