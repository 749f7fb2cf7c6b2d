/** A process that Playwright runs tests in: loads what the tests will need, and waits until it is told which run it is for. */
import { loadAll } from './modules.ts';
import { prepare } from './fixtures.ts';
import type { WorkerGo } from './runner.ts';

const LOADED = ['/lib/common/index.js', '/lib/index.js', '/lib/matchers/expect.js', '/lib/transform/babelBundle.js', '/test.js'];

/** `folder` is the `playwright` package. */
export function work(folder: string): void {
  const alone = (): void => process.exit(1);
  process.on('disconnect', alone);
  loadAll(folder, LOADED);
  process.send?.({ warm: true });
  process.once('message', (word: WorkerGo) => {
    const { entry, cwd, env, umask } = word;
    process.umask(umask);
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
    Object.assign(process.env, env);
    process.chdir(cwd);
    process.argv = [process.execPath, entry];
    prepare(folder, word);
    // From now on Playwright says what its end is.
    process.off('disconnect', alone);
    require(entry);
  });
}
