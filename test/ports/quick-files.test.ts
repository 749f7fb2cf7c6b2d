/** The same looks at files in both runtimes: in Bun by the C library, in Node by `node:fs`. */
import { spawnSync } from 'node:child_process';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { ROOT } from '../support/sources.ts';

test.each([
  ['Node', process.execPath, (asked: number) => asked > 0],
  ['Bun', join(ROOT, 'node_modules/.bin/bun'), (asked: number) => process.platform !== 'linux' || asked === 0],
])('quick looks at files see in %s what is there, and say why when they fail', (_name, runtime, plausible) => {
  using folder = temporaryFolder();
  chmodSync(folder.path, 0o750);
  writeFileSync(`${folder.path}/small`, '{"käse": 1}\n');
  writeFileSync(`${folder.path}/empty`, '');
  writeFileSync(`${folder.path}/large`, 'x'.repeat(100_000));
  symlinkSync(folder.path, `${folder.path}/link`);
  const { stdout, stderr } = spawnSync(runtime, [join(ROOT, 'test/support/quick-files-probe.ts'), folder.path], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { byNode, easy, hard } = JSON.parse(stdout) as { byNode: number; easy: object; hard: object };
  const uid = process.getuid?.() ?? 0;
  expect(easy).toEqual({
    folder: `${uid} 40750`,
    link: `${uid} 120777`,
    text: '{"käse": 1}\n',
    empty: '',
    devices: [true, false],
    written: 5,
  });
  expect(stderr).toBe('häh\n');
  expect(hard).toEqual({ missing: 'ENOENT', unread: 'ENOENT', directory: 'EISDIR', large: 100_000, closed: 'EBADF' });
  expect(plausible(byNode), `node:fs was asked for ${byNode} times`).toBe(true);
});
