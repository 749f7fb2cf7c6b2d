/**
 * `npm run build`: compiles browse/main.ts and all it needs into one executable, `dist/browse`. Runs under Bun.
 * Flags, for tests of upgrades: `--outfile PATH`, `--stamp MS`, `--protocol N`, `--version V`.
 */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isBuiltin } from 'node:module';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import type { BunPlugin } from 'bun';
import { PROTOCOL } from './browse/protocol/build.ts';
import { FRONT_ADDRESS, compileFront, withFront } from './front.ts';
import type { BuildInfo } from './browse/protocol/record.ts';

const ROOT = dirname(fileURLToPath(import.meta.url));
const { values: flags } = parseArgs({
  options: {
    outfile: { type: 'string', default: join(ROOT, 'dist/browse') },
    stamp: { type: 'string' },
    protocol: { type: 'string' },
    version: { type: 'string' },
  },
});

/** Equal sources, dependencies and build script are the same program. */
function sourcesId(): string {
  const hash = createHash('sha256');
  const sources = readdirSync(join(ROOT, 'browse'), { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.endsWith('.md'))
    .map((path) => join('browse', path));
  for (const path of [...sources, 'package-lock.json', 'build.ts', 'front.ts'].sort()) {
    const file = join(ROOT, path);
    if (statSync(file).isFile()) hash.update(`${path}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} takes a whole number, not "${text}"`);
  return value;
}

/** playwright-core reads two of its own files by a path computed at run time; in one executable they must be inside. */
const playwrightInside: BunPlugin = {
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

/**
 * Static imports of the runtime's own modules are hoisted to the top of the bundle, where they cost a command that needs
 * none of them ten milliseconds (node:http alone, six). So they become modules that are asked for when their importer runs.
 */
const builtinsWhenNeeded: BunPlugin = {
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

/** Ink can be joined to a debugger, from a package that is not installed: asked for by a variable, and found in whatever folder. */
const noDebuggerForInk: BunPlugin = {
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

/** Whether a plain command is over before the runtime begins: that is written for this machine only. */
const FRONT = process.platform === 'linux' && process.arch === 'x64';
const ENTRY = join(ROOT, 'browse/main.ts');
/** Where the daemon's chunks find the client's modules. */
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
 * two of its chunks share. So what the client needs is inside the entry, whole; the other chunks take it from there.
 */
const clientInEntry: BunPlugin = {
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

/** The native module of this platform only; the package's own entry picks it at run time, by a path. */
const sqliteOfThisPlatform: BunPlugin = {
  name: 'better-sqlite3 of this platform',
  setup(build) {
    build.onResolve({ filter: /^better-sqlite3$/ }, () => ({
      path: Bun.resolveSync(`better-sqlite3/${process.platform}-${process.arch}`, ROOT),
    }));
  },
};

/**
 * The runtime inside obeys these variables: one runs a file of somebody's choice before us, one turns us into Bun, the
 * rest open a debugger. It offers no way to switch them off, so their names in the executable become empty strings,
 * which no variable can be called.
 */
const RUNTIME_VARIABLES = ['BUN_OPTIONS', 'BUN_BE_BUN', 'BUN_INSPECT', 'BUN_INSPECT_PRELOAD', 'BUN_INSPECT_CONNECT_TO'];

/** The executable as it came from the bundler, made ours. */
function finish(path: string): void {
  const bytes = closeToEnvironment(readFileSync(path));
  // A running copy keeps its file: the patched one takes the name.
  writeFileSync(`${path}.closed`, FRONT ? withFront(bytes, compileFront(info)) : bytes);
  chmodSync(`${path}.closed`, 0o755);
  renameSync(`${path}.closed`, path);
  if (process.platform === 'darwin') Bun.spawnSync(['codesign', '--force', '--sign', '-', path]);
  // Not by a flag: that one is answered before the runtime begins.
  const asBun = Bun.spawnSync([path, 'version'], { env: { ...process.env, BUN_BE_BUN: '1', BUN_OPTIONS: '--preload=/nowhere' } });
  if (!asBun.success || !asBun.stdout.toString().startsWith('browse '))
    throw new Error('the executable still obeys BUN_BE_BUN or BUN_OPTIONS');
}

/** Without the names in {@link RUNTIME_VARIABLES}. */
function closeToEnvironment(bytes: Buffer): Buffer {
  for (const name of RUNTIME_VARIABLES) {
    const wanted = Buffer.from(`\0${name}\0`);
    let found = 0;
    for (let at = bytes.indexOf(wanted); at !== -1; at = bytes.indexOf(wanted, at + 1)) {
      bytes[at + 1] = 0;
      found += 1;
    }
    if (found === 0) throw new Error(`the runtime has no ${name} to switch off: look again how it reads its environment`);
  }
  return bytes;
}

/** `browse/client` for scripts, beside the executable that it starts: one file for every runtime, and what it offers as types. */
async function buildClient(folder: string): Promise<void> {
  const script = await Bun.build({
    entrypoints: [join(ROOT, 'browse/client/script.ts')],
    outdir: folder,
    naming: 'client.js',
    target: 'node',
    format: 'esm',
    define: { __BROWSE_BUILD__: JSON.stringify(info), __BROWSE_PROGRAM__: JSON.stringify('./browse') },
  });
  for (const log of script.logs) console.error(log.message);
  if (!script.success) process.exit(1);
  const types = readFileSync(join(ROOT, 'browse/client/api.ts'), 'utf8');
  writeFileSync(join(folder, 'client.d.ts'), `${types}\nexport declare const connect: Connect;\nexport declare const launch: Launch;\n`);
}

const generated = Bun.spawnSync([process.execPath, 'run', join(ROOT, 'gen.ts'), '--bundle'], { stdio: ['ignore', 'inherit', 'inherit'] });
if (!generated.success) process.exit(generated.exitCode ?? 1);

const manifest: { version: string } = await Bun.file(join(ROOT, 'package.json')).json();
const info: BuildInfo = {
  version: flags.version ?? manifest.version,
  id: createHash('sha256')
    .update(JSON.stringify([sourcesId(), flags.version, flags.stamp, flags.protocol]))
    .digest('hex')
    .slice(0, 16),
  stamp: flags.stamp === undefined ? Date.now() : wholeNumber('stamp', flags.stamp),
  protocol: flags.protocol === undefined ? PROTOCOL : wholeNumber('protocol', flags.protocol),
};
const outfile = resolve(flags.outfile);
mkdirSync(dirname(outfile), { recursive: true });
const result = await Bun.build({
  entrypoints: [join(ROOT, 'browse/main.ts')],
  target: 'bun',
  format: 'esm',
  minify: true,
  bytecode: true,
  // What only the daemon needs is not even read by a command.
  splitting: true,
  define: {
    __BROWSE_BUILD__: JSON.stringify(info),
    ...(FRONT ? { __BROWSE_HANDOVER__: String(FRONT_ADDRESS) } : {}),
    'process.env.NODE_ENV': '"production"',
  },
  // Nothing that lies in the folder where a command is typed may change what runs.
  compile: { outfile, autoloadDotenv: false, autoloadBunfig: false, autoloadTsconfig: false, autoloadPackageJson: false },
  plugins: [noDebuggerForInk, clientInEntry, builtinsWhenNeeded, playwrightInside, sqliteOfThisPlatform],
});
for (const log of result.logs) console.error(log.message);
if (!result.success) process.exit(1);
finish(outfile);
// Builds for tests of upgrades have names of their own, and no scripts beside them.
if (basename(outfile) === 'browse') await buildClient(dirname(outfile));
console.log(
  `${outfile}: ${Math.round(statSync(outfile).size / 1e6)} MB, version ${info.version}, build ${info.id}, protocol ${info.protocol}`,
);
