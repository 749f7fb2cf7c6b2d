/** One daemon for all tests of a block, none of which changes what another looks at. */
import { afterAll, beforeAll } from 'vitest';
import { cli, type Cli } from './cli.ts';

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
