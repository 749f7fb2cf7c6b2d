/**
 * Bundles the pages of the field: one script and one style sheet for each file of `pages/PART/`, into `bundles/PART/`.
 * Run by Bun: `bun run bundle.ts [PART ...]`. The packages come from this folder's own node_modules, so nothing here is
 * type-checked against them; nothing generated is kept in the repository.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BunPlugin } from 'bun';

const HERE = import.meta.dir;
const require = createRequire(join(HERE, 'package.json'));

/** Compilers of this folder's node_modules, which the root's types do not know. */
type Svelte = { compile(source: string, options: object): { js: { code: string } } };
type Babel = { transformAsync(source: string, options: object): Promise<{ code: string }> };

/** Svelte components by its compiler, `*.solid.jsx` by Solid's Babel preset; all other JSX is Bun's own. */
const frameworks: BunPlugin = {
  name: 'frameworks',
  setup(build) {
    build.onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
      const { compile } = require('svelte/compiler') as Svelte;
      const { js } = compile(await Bun.file(path).text(), { filename: path, generate: 'client', css: 'injected' });
      return { contents: js.code, loader: 'js' };
    });
    build.onLoad({ filter: /\.solid\.jsx$/ }, async ({ path }) => {
      const { transformAsync } = require('@babel/core') as Babel;
      const { code } = await transformAsync(await Bun.file(path).text(), {
        filename: path,
        presets: [require('babel-preset-solid')],
        babelrc: false,
        configFile: false,
      });
      return { contents: code, loader: 'js' };
    });
  },
};

/** The newest change of what a part's bundles are made of, in ms since the epoch. */
function changedAt(part: string): number {
  const sources = readdirSync(join(HERE, 'pages', part)).map((name) => join(HERE, 'pages', part, name));
  return Math.max(...[...sources, join(HERE, 'package-lock.json'), import.meta.path].map((path) => statSync(path).mtimeMs));
}

/** A page is `NAME.js`, `NAME.jsx` or `NAME.solid.jsx`; a name that begins with `_` is a part of pages. */
const PAGE = /^(?!_)[\w-]+(?:\.solid)?\.jsx?$/;

async function bundle(part: string): Promise<number> {
  const [folder, outdir] = [join(HERE, 'pages', part), join(HERE, 'bundles', part)];
  const names = readdirSync(folder).filter((name) => PAGE.test(name));
  const done = join(outdir, '.bundled');
  if (existsSync(done) && statSync(done).mtimeMs > changedAt(part)) return names.length;
  rmSync(outdir, { recursive: true, force: true });
  // A page at a time: a bundler that shares chunks between pages would let one library's fault break another's page.
  for (const name of names) {
    const source = join(folder, name);
    const built = await Bun.build({
      entrypoints: [source],
      outdir,
      naming: { entry: `${name.replace(/(?:\.solid)?\.jsx?$/, '')}.[ext]`, asset: '[name]-[hash].[ext]' },
      target: 'browser',
      format: 'esm',
      minify: true,
      conditions: ['browser', 'production'],
      define: {
        'process.env.NODE_ENV': '"production"',
        '__VUE_OPTIONS_API__': 'true',
        '__VUE_PROD_DEVTOOLS__': 'false',
        '__VUE_PROD_HYDRATION_MISMATCH_DETAILS__': 'false',
      },
      plugins: [frameworks],
    });
    if (!built.success) throw new Error(`${source}\n${built.logs.map(String).join('\n')}`);
  }
  const made = readdirSync(outdir).filter((name) => name.endsWith('.js')).length;
  if (made < names.length) throw new Error(`${part}: ${made} bundles of ${names.length} pages`);
  writeFileSync(done, readFileSync(join(HERE, 'package-lock.json')).byteLength.toString());
  return names.length;
}

const asked = process.argv.slice(2);
const parts = asked.length > 0 ? asked : readdirSync(join(HERE, 'pages'));
for (const part of parts) {
  const began = performance.now();
  const pages = await bundle(part);
  console.log(`${part}: ${pages} pages, ${((performance.now() - began) / 1_000).toFixed(1)} s`);
}
