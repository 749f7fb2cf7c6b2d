/** A build plugin: the modules of a forwarded command are one module, the entry. */
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { BunPlugin } from 'bun';
import { ROOT } from '../root.ts';

const ENTRY = join(ROOT, 'browse/main.ts');
/** The global through which the daemon's chunks reach the client's modules. */
const SHARED = "globalThis[Symbol.for('browse.client')]";
const transpiler = new Bun.Transpiler({ loader: 'ts' });

/** The files that a forwarded command loads, each with the names it exports. */
function clientFiles(): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, readonly string[]>();
  const queue = [join(ROOT, 'browse/cli/main.ts')];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (files.has(path)) continue;
    const { imports, exports } = transpiler.scan(readFileSync(path, 'utf8'));
    files.set(path, exports);
    for (const { path: name, kind } of imports)
      if (kind === 'import-statement' && name.startsWith('.')) queue.push(resolve(dirname(path), name));
  }
  return files;
}

/** `import { a, b as c } from 'node:x'` as a constant: a module of its own for it costs a command as much as the import. */
function builtinsInPlace(path: string, source: string): string {
  const text = source.replace(/^import \{([^}]*)\} from '(node:[a-z_/]+)';$/gm, (_whole, names: string, name: string) => {
    const wanted = names.split(',').filter((each) => each.trim() !== '' && !each.trim().startsWith('type '));
    return `const {${wanted.map((each) => each.replace(/\sas\s/, ': ')).join(',')}} = process.getBuiltinModule('${name}');`;
  });
  const left = transpiler.scan(text).imports.find(({ path: name }) => isBuiltin(name));
  if (left) throw new Error(`${path} imports ${left.path} in a way that this build does not know`);
  return text;
}

/**
 * Each module that the executable loads costs a command about a millisecond, and the bundler makes one of everything that
 * two of its chunks share. So the whole client is inside the entry; the other chunks take it from there.
 */
export const clientInEntry: BunPlugin = {
  name: 'the client in one module',
  setup(build) {
    const files = clientFiles();
    const nameOf = (path: string): string => path.slice(ROOT.length + 1);
    build.onResolve({ filter: /^\.\.?\// }, ({ path, importer }) => {
      const target = resolve(dirname(importer), path);
      return files.has(target) && importer !== ENTRY && !files.has(importer) ? { path: nameOf(target), namespace: 'client' } : undefined;
    });
    build.onLoad({ filter: /.*/, namespace: 'client' }, ({ path }) => ({
      contents: `module.exports = ${SHARED}[${JSON.stringify(path)}];`,
      loader: 'js',
    }));
    build.onLoad({ filter: /[\\/]browse[\\/].*\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (files.has(path)) return { contents: builtinsInPlace(path, source), loader: 'ts' };
      if (path !== ENTRY) return undefined;
      const all = [...files].map(([file, names], at) => ({ file, at, names }));
      const imports = all.map(
        ({ file, at, names }) => `import { ${names.map((name) => `${name} as c${at}_${name}`).join(', ')} } from ${JSON.stringify(file)};`,
      );
      const shared = all.map(
        ({ file, at, names }) => `${JSON.stringify(nameOf(file))}: { ${names.map((name) => `${name}: c${at}_${name}`).join(', ')} }`,
      );
      const asked = "await import('./cli/main.ts')";
      if (source.split(asked).length !== 2) throw new Error(`main.ts does not ask for the client as ${asked} any more`);
      const own = source.replace(asked, `${SHARED}['browse/cli/main.ts']`).replace(/^#!.*\n/, '');
      return { contents: `${imports.join('\n')}\n${SHARED} = { ${shared.join(', ')} };\n${own}`, loader: 'ts' };
    });
  },
};
