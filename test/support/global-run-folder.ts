/** Before any test: one folder for all temporary files of this run. It is removed, with every process that belongs to it, when the run ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { look } from './processes.ts';

/** The run's folder; the projects of one run share it. */
type RunFolder = { projects: number; remove(): Promise<void> };
const run = globalThis as { browseTestRun?: RunFolder };

/** Makes the folder, unless another project has made it. */
export default function setup(): () => Promise<void> {
  const folder = (run.browseTestRun ??= runFolder());
  folder.projects += 1;
  return async () => {
    folder.projects -= 1;
    if (folder.projects > 0) return;
    delete run.browseTestRun;
    await folder.remove();
  };
}

function runFolder(): RunFolder {
  const before = process.env['TMPDIR'];
  const path = mkdtempSync(join(tmpdir(), 'bt-'));
  // Some tests become another user, whose own folders are inside.
  chmodSync(path, 0o711);
  // The workers inherit it, and with it everything that a test starts: so the reaper knows what belongs to the run.
  process.env['TMPDIR'] = path;
  const script = fileURLToPath(new URL('reaper.ts', import.meta.url));
  const reaper = spawn(process.execPath, [script, path, String(look(process.pid)?.group)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
    env: {},
  });
  reaper.unref();
  return {
    projects: 0,
    async remove() {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
      reaper.ref();
      reaper.stdin.end();
      if (reaper.exitCode === null) await once(reaper, 'exit');
    },
  };
}
