/** A build plugin: the data files of playwright-core are inside the executable. */
import { readFileSync } from 'node:fs';
import type { BunPlugin } from 'bun';

/** playwright-core reads two of its own files by a path computed at run time; the paths become static imports. */
export const playwrightInside: BunPlugin = {
  name: 'playwright-core inside',
  setup(build) {
    build.onLoad({ filter: /[\\/]playwright-core[\\/]lib[\\/]coreBundle\.js$/ }, ({ path }) => {
      let found = 0;
      const contents = readFileSync(path, 'utf8').replace(
        /require\((?:import_path\d*)\.default\.join\(packageRoot, "(package|browsers)\.json"\)\)/g,
        (_whole, name: string) => {
          found += 1;
          return `require("../${name}.json")`;
        },
      );
      if (found !== 2) throw new Error(`coreBundle.js of playwright-core has ${found} computed requires, not 2: look at it again`);
      return { contents, loader: 'js' };
    });
  },
};
