/** A build plugin: ink cannot be joined to a debugger. */
import type { BunPlugin } from 'bun';

/**
 * An environment variable makes ink load its debugger, from a package that is not installed and would be found in any
 * folder. The module that loads it becomes empty.
 */
export const inkWithoutDebugger: BunPlugin = {
  name: 'ink without its debugger',
  setup(build) {
    let found = 0;
    build.onResolve({ filter: /^\.\/devtools\.js$/ }, ({ importer }) => {
      if (!/[\\/]ink[\\/]build[\\/]reconciler\.js$/.test(importer)) return undefined;
      found += 1;
      return { path: 'devtools', namespace: 'nothing' };
    });
    build.onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: 'export {};', loader: 'js' }));
    build.onEnd(() => {
      if (found !== 1) throw new Error(`ink asks ${found} times for its debugger, not once: look at it again`);
    });
  },
};
