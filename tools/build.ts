/**
 * `npm run build`: compiles browse/main.ts and everything it needs into one executable, `dist/browse`. Runs under Bun.
 * Flags, for tests of upgrades: `--outfile PATH`, `--stamp MS`, `--protocol N`, `--version V`.
 */
import { mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildInfo } from './build/build-info.ts';
import { builtinsWhenNeeded } from './build/builtins-when-needed.ts';
import { clientInEntry } from './build/client-in-entry.ts';
import { inkWithoutDebugger } from './build/ink-without-debugger.ts';
import { makeExecutable } from './build/executable.ts';
import { playwrightInside } from './build/playwright-inside.ts';
import { writeClientPackage } from './build/client-package.ts';
import { sqliteOfThisPlatform } from './build/sqlite-of-this-platform.ts';
import { FAST_CLIENT_ADDRESS } from './fast-client.ts';
import { ROOT } from './root.ts';

const { values: flags } = parseArgs({
  options: {
    outfile: { type: 'string', default: join(ROOT, 'dist/browse') },
    stamp: { type: 'string' },
    protocol: { type: 'string' },
    version: { type: 'string' },
    'test-build': { type: 'boolean' },
  },
});

/** The fast client is machine code for this platform only. */
const FAST_CLIENT = process.platform === 'linux' && process.arch === 'x64';

const generated = Bun.spawnSync([process.execPath, 'run', join(ROOT, 'tools/generate.ts'), '--bundle'], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
if (!generated.success) process.exit(generated.exitCode ?? 1);

const info = buildInfo(flags);
const outfile = resolve(flags.outfile);
mkdirSync(dirname(outfile), { recursive: true });
const result = await Bun.build({
  entrypoints: [join(ROOT, 'browse/main.ts')],
  target: 'bun',
  format: 'esm',
  minify: true,
  bytecode: true,
  // A command does not even read what only the daemon needs.
  splitting: true,
  define: {
    __BROWSE_BUILD__: JSON.stringify(info),
    __BROWSE_TEST_BUILD__: String(flags['test-build'] === true),
    ...(FAST_CLIENT ? { __BROWSE_HANDOVER__: String(FAST_CLIENT_ADDRESS) } : {}),
    'process.env.NODE_ENV': '"production"',
  },
  // No file in the folder where a command is typed may change what runs.
  compile: { outfile, autoloadDotenv: false, autoloadBunfig: false, autoloadTsconfig: false, autoloadPackageJson: false },
  plugins: [inkWithoutDebugger, clientInEntry, builtinsWhenNeeded, playwrightInside, sqliteOfThisPlatform],
});
for (const log of result.logs) console.error(log.message);
if (!result.success) process.exit(1);
makeExecutable(outfile, FAST_CLIENT ? info : null);
// Builds for tests of upgrades have names of their own, and no client package beside them.
if (basename(outfile) === 'browse') await writeClientPackage(dirname(outfile), info);
console.log(
  `${outfile}: ${Math.round(statSync(outfile).size / 1e6)} MB, version ${info.version}, build ${info.id}, protocol ${info.protocol}`,
);
