/** A build plugin: the runtime's own modules are loaded when their importer runs. */
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import type { BunPlugin } from 'bun';

/**
 * The bundler hoists static imports of the runtime's own modules to the top of the bundle. There they cost ten milliseconds
 * (node:http alone, six), also in a command that needs none of them. Each becomes a module that is asked for when its
 * importer runs.
 */
export const builtinsWhenNeeded: BunPlugin = {
  name: 'built-in modules when needed',
  setup(build) {
    build.onLoad({ filter: /(\/browse\/.*\.ts|\/node_modules\/(?!playwright).*\.m?js)$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        /^(import\s[^'"]*?from\s*)(['"])(?:node:)?([a-z_]+(?:\/promises)?)\2/gm,
        (whole, head: string, quote: string, name: string) => (isBuiltin(name) ? `${head}${quote}when-needed:${name}${quote}` : whole),
      ),
      loader: path.endsWith('.ts') ? 'ts' : 'js',
    }));
    build.onResolve({ filter: /^when-needed:/ }, ({ path }) => ({ path: path.slice('when-needed:'.length), namespace: 'when-needed' }));
    build.onLoad({ filter: /.*/, namespace: 'when-needed' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(`node:${path}`)});`,
      loader: 'js',
    }));
  },
};
