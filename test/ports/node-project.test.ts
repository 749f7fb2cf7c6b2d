import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { programIn, vitestRoot } from '../../browse/adapters/node/node-project.ts';
import { temporaryFolder } from '../support/folder.ts';

function scene(files: Readonly<Record<string, string>>) {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true });
    writeFileSync(join(folder.path, path), text);
  }
  return folder;
}

test('a project begins at the nearest vitest config or package from which vitest is found', () => {
  using folder = scene({
    'node_modules/vitest/package.json': '{}',
    'package.json': '{"name": "all"}',
    'packages/one/package.json': '{"name": "one"}',
    'packages/one/src/package.json': '{"type": "module"}',
    'packages/one/src/deep/a.ts': '',
    'packages/two/vite.config.mts': '',
    'packages/two/src/a.ts': '',
    'loose/a.ts': '',
  });
  const root = (path: string): string | null => vitestRoot(join(folder.path, path));
  expect(root('packages/one/src/deep')).toBe(join(folder.path, 'packages/one'));
  expect(root('packages/two/src')).toBe(join(folder.path, 'packages/two'));
  expect(root('loose')).toBe(folder.path);
  symlinkSync(join(folder.path, 'packages/two'), join(folder.path, 'link'));
  expect(root('link')).toBe(join(folder.path, 'packages/two'));
  expect(root('gone/away')).toBe(folder.path);
  using none = scene({ 'package.json': '{"name": "none"}' });
  expect(vitestRoot(none.path)).toBeNull();
});

// Only root may give a file to somebody else; the check itself asks no more than for the owner.
const asRoot = process.getuid?.() === 0;

test('what another user put above the folder is no project of the caller, and is passed over', () => {
  using folder = scene({
    'node_modules/vitest/package.json': '{}',
    'package.json': '{"name": "ours"}',
    'open/vitest.config.ts': '',
    'open/work/a.ts': '',
  });
  if (asRoot) chownSync(join(folder.path, 'open/vitest.config.ts'), 12_345, 12_345);
  expect(vitestRoot(join(folder.path, 'open/work'))).toBe(asRoot ? folder.path : join(folder.path, 'open'));
  // His own folder is what the caller says it is.
  expect(vitestRoot(join(folder.path, 'open'))).toBe(join(folder.path, 'open'));
});

test('a program is the first one in PATH that may be run; no folder of it depends on where the caller stands', () => {
  using folder = scene({ 'a/node': '', 'b/node': '', 'c/node': '' });
  chmodSync(join(folder.path, 'a/node'), 0o644);
  for (const name of ['b', 'c']) chmodSync(join(folder.path, name, 'node'), 0o755);
  const path = ['', '.', 'c', ...['a', 'b', 'c'].map((name) => join(folder.path, name))].join(':');
  expect(programIn(path, 'node')).toBe(join(folder.path, 'b/node'));
  expect([programIn('.:c', 'node'), programIn('', 'node'), programIn(folder.path, 'a')]).toEqual([null, null, null]);
});
