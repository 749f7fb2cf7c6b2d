/**
 * Bundles the small applications of test/pages/adversarial/apps (React, Vue, Svelte) into the folder given as the first
 * argument, one script each. Run by Bun, at test time: nothing generated is kept.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile, compileModule } from 'svelte/compiler';

const APPS = fileURLToPath(new URL('../pages/adversarial/apps/', import.meta.url));
const [outdir] = process.argv.slice(2);
if (outdir === undefined) throw new Error('bundle-apps.ts needs a folder');

const entrypoints = readdirSync(APPS)
  .filter((name) => name.endsWith('.js'))
  .map((name) => APPS + name);

const built = await Bun.build({
  entrypoints,
  outdir,
  target: 'browser',
  format: 'iife',
  minify: true,
  conditions: ['browser', 'production'],
  define: {
    'process.env.NODE_ENV': '"production"',
    '__VUE_OPTIONS_API__': 'true',
    '__VUE_PROD_DEVTOOLS__': 'false',
    '__VUE_PROD_HYDRATION_MISMATCH_DETAILS__': 'false',
  },
  plugins: [
    {
      name: 'svelte',
      setup(build) {
        build.onLoad({ filter: /\.svelte$/ }, async ({ path }) => ({
          contents: compile(await Bun.file(path).text(), { filename: path, generate: 'client', css: 'injected' }).js.code,
          loader: 'js',
        }));
        build.onLoad({ filter: /\.svelte\.js$/ }, async ({ path }) => ({
          contents: compileModule(await Bun.file(path).text(), { filename: path, generate: 'client' }).js.code,
          loader: 'js',
        }));
      },
    },
  ],
});
if (!built.success || built.outputs.length !== entrypoints.length) throw new Error(built.logs.map(String).join('\n'));
