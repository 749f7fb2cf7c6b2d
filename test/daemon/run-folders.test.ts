/** What failed runs keep: the latest, and never one that is still written to. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KEPT, RunFolders } from '../../browse/daemon/runs/run-folders.ts';
import { temporaryFolder } from '../support/folder.ts';

const MOMENT = Date.parse('2026-01-02T03:04:05Z');

test('a run that kept nothing leaves no folder, and of those that did the latest stay', () => {
  using home = temporaryFolder();
  const folders = new RunFolders(home.path);
  mkdirSync(join(home.path, 'run-of-somebody'));
  writeFileSync(join(home.path, 'abc-run.txt'), '');
  const make = (at: number): string => {
    const folder = folders.of(MOMENT + at, `r${at}`);
    folders.make(folder);
    return folder;
  };
  const going = make(0);
  writeFileSync(join(going, 'trace.zip'), '');
  const kept: string[] = [];
  for (let at = 1; at <= KEPT + 3; at += 1) {
    const folder = make(at);
    writeFileSync(join(folder, '.last-run.json'), '{}');
    if (at % 2 === 0 || at > 3) {
      mkdirSync(join(folder, 'a test'));
      kept.push(folder);
    }
    folders.leave(folder);
    expect(existsSync(folder)).toBe(kept.includes(folder));
  }
  expect(kept.filter((folder) => existsSync(folder))).toEqual(kept.slice(-KEPT));
  expect(existsSync(join(going, 'trace.zip'))).toBe(true);
  folders.leave(going);
  expect(existsSync(going)).toBe(false);
  expect(readdirSync(home.path).filter((name) => !/^run-\d/.test(name))).toEqual(['abc-run.txt', 'run-of-somebody']);
});
