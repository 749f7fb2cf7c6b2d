import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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
  for (const name of ['bash', 'dirname', 'mktemp', 'rm', 'sed', 'tail', 'sleep', 'cmp', 'cp', 'env']) {
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

test('setup refuses an option that it does not know, and explains itself', () => {
  using folder = temporaryFolder();
  const setup = machine(folder.path, {});
  expect(setup('--links')).toMatchObject({ status: 2, stderr: 'setup: unknown option --links. Run: ./setup --help\n' });
  expect(setup('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--link [DIR]') as string });
});
