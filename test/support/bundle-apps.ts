/**
 * Bundles the applications of a folder, given as the first argument, into the folder given as the second:
 * one script each, and one style sheet where there is style. Run by Bun, at test time: nothing generated is kept.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compile, compileModule } from 'svelte/compiler';

const [apps, outdir] = process.argv.slice(2);
if (apps === undefined || outdir === undefined) throw new Error('bundle-apps.ts needs two folders');

const entrypoints = readdirSync(apps)
  .filter((name) => name.endsWith('.js'))
  .map((name) => join(apps, name));

const built = await Bun.build({
  entrypoints,
  outdir,
  naming: '[name].[ext]',
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
if (!built.success || built.outputs.filter(({ path }) => path.endsWith('.js')).length !== entrypoints.length)
  throw new Error(built.logs.map(String).join('\n'));
