import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { has } from '../support/facilities.ts';
import { temporaryFolder } from '../support/folder.ts';
import { ROOT } from '../support/sources.ts';

/** A checkout with nothing but `setup`, on a machine with the usual small programs and those given, as shell scripts. */
function machine(
  folder: string,
  programs: Readonly<Record<string, string>>,
): (...args: string[]) => { status: number | null; stdout: string; stderr: string } {
  const path = join(folder, 'bin');
  const checkout = join(folder, 'checkout');
  for (const each of [path, checkout]) mkdirSync(each);
  for (const name of ['bash', 'dirname', 'mktemp', 'rm', 'sed', 'tail', 'sleep', 'cmp', 'cp', 'env', 'readlink']) {
    symlinkSync(spawnSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim(), join(path, name));
  }
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(path, name), `#!${path}/bash\n${script}\n`);
    chmodSync(join(path, name), 0o755);
  }
  copyFileSync(join(ROOT, 'setup'), join(checkout, 'setup'));
  writeFileSync(join(checkout, 'package-lock.json'), '{}\n');
  return (...args) =>
    spawnSync(join(checkout, 'setup'), args, {
      cwd: folder,
      env: { PATH: path, HOME: folder, TMPDIR: folder },
      encoding: 'utf8',
      input: '',
    });
}

const node = (version: string): string => `case "$1" in --version) echo v${version} ;; -p) echo ${version.split('.')[0]} ;; esac`;

test.each([
  ['there is no Node.js', {}, 'install Node.js 20 or newer with npm'],
  ['there is no npm', { node: node('20.1.0') }, 'install npm'],
  ['Node.js v18.0.0 is too old', { node: node('18.0.0'), npm: 'echo 10.0.0' }, 'install Node.js 20 or newer'],
  [
    'Packages: npm ci (about 300 MB, a minute or more) failed',
    { node: node('20.1.0'), npm: 'case "$1" in --version) echo 10.0.0 ;; *) echo "no route to the registry" >&2; exit 1 ;; esac' },
    'check the network and the disk (df -h .), then run ./setup again',
  ],
])('setup stops when %s, and says what to do', (problem, programs, next) => {
  using folder = temporaryFolder();
  const { status, stderr } = machine(folder.path, programs)();
  expect(status).toBe(1);
  expect(stderr).toContain(`setup: ${problem}\n  Next: ${next}`);
  expect(stderr.includes('  | no route to the registry')).toBe(problem.includes('npm ci'));
});

// G4: Debian's minimal system has the C library and nothing to link with it; both files are what a linker looks for.
test.runIf(has('user-namespaces'))('the fast client is built where libc.so and libc.a are out of reach', () => {
  using folder = temporaryFolder();
  const library = '/usr/lib/x86_64-linux-gnu';
  const build = `const { compileFastClient } = await import(${JSON.stringify(join(ROOT, 'tools/fast-client.ts'))});
    const { code } = compileFastClient({ version: '0', id: 'x', stamp: 0, protocol: 1 });
    console.log(code.length > 1000, require('node:fs').readdirSync(${JSON.stringify(library)}).filter((name) => /^libc\\.(so|a)$/.test(name)).length);`;
  // The folder of libraries as it is, but for what only a linker reads.
  const script = `set -e
    mkdir "$1/all" "$1/few"; mount --bind ${library} "$1/all"
    for each in "$1"/all/*; do ln -s "$each" "$1/few/"; done
    rm -f "$1"/few/libc.so "$1"/few/libc.a "$1"/few/libc_nonshared.a "$1"/few/crt*.o
    mount --bind "$1/few" ${library}
    exec "$2" -e "$3"`;
  const bun = join(ROOT, 'node_modules/.bin/bun');
  const run = spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'bash', '-c', script, 'x', folder.path, bun, build], {
    encoding: 'utf8',
  });
  expect(run.stdout, run.stderr).toBe(process.arch === 'x64' ? 'true 0\n' : '');
});

// G5
test.each([
  ['is told how to have a sandbox', 1000, 'exit 1', true],
  ['with user namespaces has one, and is told nothing', 1000, 'exit 0', false],
  ['as root is told nothing: Chromium has no sandbox for root', 0, 'exit 1', false],
])('an ordinary user %s', (_, uid, unshare, told) => {
  using folder = temporaryFolder();
  const programs = {
    'node': node('24.1.0'),
    'npm': 'echo 10.0.0',
    'unshare': unshare,
    'uname': 'echo Linux',
    'id': `echo ${uid}`,
    'bun': 'exit 0',
    'chromium-headless-shell': 'echo Chromium 156',
  };
  const setup = machine(folder.path, programs);
  const installed = join(folder.path, 'checkout/node_modules');
  mkdirSync(join(installed, '.bin'), { recursive: true });
  writeFileSync(join(installed, '.installed-lock.json'), '{}\n');
  writeFileSync(join(installed, '.bin/bun'), `#!${folder.path}/bin/bash\nexit 0\n`, { mode: 0o755 });
  const run = setup('--deps-only');
  expect([run.status, run.stderr]).toEqual([0, '']);
  expect(run.stdout.includes('as root: apt-get install chromium-sandbox')).toBe(told);
});

test('setup refuses an option that it does not know, and explains itself', () => {
  using folder = temporaryFolder();
  const setup = machine(folder.path, {});
  expect(setup('--links')).toMatchObject({ status: 2, stderr: 'setup: unknown option --links. Run: ./setup --help\n' });
  expect(setup('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--link [DIR]') as string });
});
