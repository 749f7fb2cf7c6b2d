/** One daemon for the tests of a block or a file, none of which changes what another looks at. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { cli, succeeding, type Cli, type Run, type RunOptions } from './cli.ts';

/** To be called where the block is described; what it returns, within its tests. */
export function sharedCli(): () => Cli {
  let shell: Cli;
  beforeAll(async () => {
    shell = cli();
    await shell.ok('start');
  });
  afterAll(() => shell[Symbol.asyncDispose]());
  return () => shell;
}

/** The same, with users who have a session and a folder of their own each, which end with them. They must not end the daemon. */
export function sharedDaemon(): () => Cli {
  const shared = sharedCli();
  let users = 0;
  return () => {
    users += 1;
    return userOf(shared(), `user-${users}`);
  };
}

function userOf(shell: Cli, name: string): Cli {
  const cwd = join(shell.root, name);
  mkdirSync(cwd);
  const env = { ...shell.env, BROWSE_SESSION: name };
  const own = (options: RunOptions = {}): RunOptions => ({ cwd, ...options, env: { BROWSE_SESSION: name, ...options.env } });
  const run = (argv: readonly string[], options?: RunOptions): Promise<Run> => shell.run(argv, own(options));
  return {
    ...shell,
    cwd,
    env,
    run,
    ...succeeding(run),
    start: (argv, options) => shell.start(argv, own(options)),
    [Symbol.asyncDispose]: async () => void (await run(['session', 'close', name])),
  };
}
