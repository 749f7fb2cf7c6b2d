/** A project with unit tests, in the folder of a user's shell; its vitest is this repository's own, by a link. */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunReport } from '../../browse/protocol/results.ts';
import type { Cli, Run } from './cli.ts';
import { look, type Seen } from './processes.ts';
import { ROOT } from './sources.ts';

export type UnitProject = {
  readonly root: string;
  /** Writes a file of it, in place. */
  write(path: string, text: string): void;
  edit(path: string, from: string | RegExp, to: string): void;
  remove(path: string): void;
  has(path: string): boolean;
  read(path: string): string;
};

/** One that has vitest, and these files. */
export function unitProject(root: string, files: Readonly<Record<string, string>>): UnitProject {
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules/vitest'), join(root, 'node_modules/vitest'));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries({ 'package.json': '{"name": "shop", "type": "module"}', ...files })) write(path, text);
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  return {
    root,
    write,
    read,
    has: (path) => existsSync(join(root, path)),
    edit: (path, from, to) => write(path, read(path).replace(from, to)),
    remove: (path) => rmSync(join(root, path), { recursive: true }),
  };
}

/** A test file: names, each with its body. */
export function testFile(tests: Readonly<Record<string, string>>, head = ''): string {
  const bodies = Object.entries(tests).map(([name, body]) => `test(${JSON.stringify(name)}, async () => { ${body} });`);
  return [`import { expect, test } from 'vitest';`, head, ...bodies, ''].join('\n');
}

/** What `browse test --json` printed, whatever its exit status. */
export function reportOf(run: Run): RunReport {
  const value = JSON.parse(run.stdout) as RunReport;
  if (!Array.isArray(value.results)) throw new Error(`there is no report\n${String(run)}`);
  return value;
}

/** The workers of the daemon. */
export async function testWorkers(shell: Cli): Promise<readonly Seen[]> {
  const { pids } = await shell.json<{ pids: readonly number[] }>('status', 'tests');
  return pids.map((pid) => {
    const seen = look(pid);
    if (seen === null) throw new Error(`the worker ${pid} of the status does not run`);
    return seen;
  });
}
