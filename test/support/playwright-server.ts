/** A real Playwright server (`playwright run-server`) in a process of its own, with the browsers of this machine. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { registry } from 'playwright-core/lib/coreBundle';
import { findExecutables } from '../../browse/adapters/playwright/launch/executables.ts';
import { temporaryFolder } from './folder.ts';
import { end, eventually, processesOf } from './processes.ts';

export type PlaywrightServer = AsyncDisposable & {
  readonly port: number;
  /** `ws://127.0.0.1:PORT/pw`. */
  readonly endpoint: string;
  readonly pid: number;
  /** Ends the server's own process as a power cut does, and its browsers, which notice it. */
  kill(): Promise<void>;
  /** At the same address. */
  restart(): Promise<void>;
  /** How many browsers it runs. */
  browsers(): number;
};

/** A port of nobody's, outside the pool's range as a rule. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts one; `await using server = await playwrightServer()` ends it with its browsers. */
export async function playwrightServer(): Promise<PlaywrightServer> {
  const folder = temporaryFolder();
  const browsers = join(folder.path, 'browsers');
  const executable = findExecutables(true, process.env).found[0]?.path ?? '';
  for (const name of ['chromium-headless-shell', 'chromium']) {
    // REVISION/PLATFORM/PROGRAM, in the folder of all browsers.
    const words = registry.registry.findExecutable(name)?.executablePath()?.split('/').slice(-3) ?? [];
    const path = join(browsers, ...words);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(executable, path);
  }
  const port = await freePort();
  let child: ChildProcess;
  const start = async (): Promise<void> => {
    const command = ['node_modules/playwright/cli.js', 'run-server', '--host', '127.0.0.1', '--port', String(port), '--path', '/pw'];
    const env = { PATH: process.env['PATH'], HOME: folder.path, TMPDIR: folder.path, PLAYWRIGHT_BROWSERS_PATH: browsers };
    child = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
    await eventually('the server to listen', () => said.includes('Listening'), 30_000);
  };
  await start();
  const kill = async (): Promise<void> => {
    const running = processesOf(folder.path);
    child.kill('SIGKILL');
    await eventually('its browsers to notice', () => processesOf(folder.path).length === 0, 10_000).catch(() => {
      for (const seen of running) end(seen);
    });
  };
  return {
    port,
    endpoint: `ws://127.0.0.1:${port}/pw`,
    get pid() {
      return child.pid ?? -1;
    },
    kill,
    restart: start,
    browsers: () =>
      processesOf(folder.path).filter(({ command }) => / --remote-debugging-pipe/.test(command) && !/--type=/.test(command)).length,
    [Symbol.asyncDispose]: async () => {
      await kill();
      folder[Symbol.dispose]();
    },
  };
}
