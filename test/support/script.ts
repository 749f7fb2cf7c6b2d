/** A user's own script under Node or Bun, which has our package installed and does what the test says, line by line. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { Cli } from './cli.ts';
import { record } from './recording.ts';
import { ROOT } from './sources.ts';

export const RUNTIMES = ['node', 'bun'] as const;

export type Script = AsyncDisposable & {
  readonly child: ChildProcess;
  /** Runs the body of an async function that knows `connect`, `launch`, `chromium` and `kept`; gives its result, or `{ code, exit, hint }` of its error. */
  run(body: string): Promise<unknown>;
  /** Nothing more is said: the script ends when nothing keeps it. Gives its exit status. */
  end(): Promise<number | null>;
};

/** Node 20 lacks what Node is robbed of here. */
const TEXT = (playwright: string): string => `
  if (!process.versions.bun) delete Promise.withResolvers;
  import { createInterface } from 'node:readline';
  import { connect, launch } from 'browse/client';
  import { chromium } from ${JSON.stringify(playwright)};
  const kept = {};
  const AsyncFunction = (async () => {}).constructor;
  for await (const line of createInterface({ input: process.stdin })) {
    const said = await new AsyncFunction('connect', 'launch', 'chromium', 'kept', JSON.parse(line))(connect, launch, chromium, kept).then(
      (value = null) => value,
      ({ name, code, exit, hint, message }) => ({ name, code, exit, hint, message }),
    );
    process.stdout.write(JSON.stringify(said) + '\\n');
  }
`;

/** Installs the package in the user's folder, as \`npm install /path/to/browse\` does. */
export function installPackage(shell: Cli): void {
  const folder = join(shell.cwd, 'node_modules/browse');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), readFileSync(join(ROOT, 'package.json')));
  symlinkSync(dirname(shell.binary), join(folder, 'dist'));
}

/** Starts one in the user's folder, where the package is installed. */
export function userScript(shell: Cli, runtime: (typeof RUNTIMES)[number]): Script {
  const path = join(shell.cwd, 'script.mjs');
  writeFileSync(
    path,
    TEXT(
      pathToFileURL(
        createRequire(import.meta.url)
          .resolve('playwright')
          .replace(/\.js$/, '.mjs'),
      ).href,
    ),
  );
  const program = runtime === 'bun' ? join(ROOT, 'node_modules/.bin/bun') : process.execPath;
  const child = spawn(program, [path], { cwd: shell.cwd, env: shell.env, stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise<number | null>((resolve) => child.once('close', (status) => resolve(status)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.on('error', () => {});
  return {
    child,
    async run(body) {
      const ended = record([runtime, body]);
      child.stdin.write(`${JSON.stringify(body)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`the script ended under: ${body}`);
      ended({ exit: 0, stdout: value });
      return JSON.parse(value);
    },
    end() {
      child.stdin.end();
      return gone;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
