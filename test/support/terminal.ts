/** A shell in a terminal of its own, and the end of that terminal. Uses util-linux's `script` for the pty. */
import { spawn } from 'node:child_process';
import { eventually, look } from './processes.ts';
import { record } from './recording.ts';

export type Terminal = AsyncDisposable & {
  /** Types a line and waits until the shell has run it. */
  run(line: string): Promise<{ readonly exit: number; readonly output: string }>;
  /** Presses a key while a line runs: `\u0003` is Ctrl-C. */
  press(key: string): void;
  /** Closes the window: whoever has this terminal is hung up on. */
  close(): Promise<void>;
};

/** Opens one with bash in it. */
export function terminal(cwd: string, env: Readonly<Record<string, string>>): Terminal {
  const child = spawn('script', ['--quiet', '--flush', '--command', 'bash --norc --noprofile --noediting', '/dev/null'], {
    cwd,
    env: { ...env, TERM: 'dumb', PS1: '', SHELL: '/bin/bash' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  let count = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stdin.on('error', () => {});
  const ended = new Promise((resolve) => child.once('close', resolve));
  const close = async (): Promise<void> => {
    const seen = look(child.pid ?? -1);
    // Its end closes the pty: the kernel sends SIGHUP to the shell and whatever runs in the foreground.
    if (seen !== null) child.kill('SIGKILL');
    await ended;
  };
  return {
    async run(line) {
      const ended = record(['terminal', line]);
      const begin = output.length;
      const mark = `mark${++count}`;
      // Spelled apart, so that the terminal's echo of what was typed is not taken for the shell's answer.
      child.stdin.write(`${line}; printf '\\n<%s:%s>\\n' ${mark} $?\n`);
      const answer = new RegExp(`<${mark}:(\\d+)>`);
      const found = await eventually(`the shell to run: ${line}`, () => answer.exec(output.slice(begin)), 30_000);
      const ran = { exit: Number(found[1]), output: output.slice(begin, begin + found.index).replaceAll('\r', '') };
      // Its first line is the terminal's echo of what was typed.
      ended({ exit: ran.exit, stdout: ran.output.replace(/^.*\n/, '') });
      return ran;
    },
    press: (key) => void child.stdin.write(key),
    close,
    [Symbol.asyncDispose]: close,
  };
}
