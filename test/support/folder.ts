/** A folder of one test, gone with it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Folder = Disposable & { readonly path: string };

/** Makes one; `using folder = temporaryFolder()`. Its path is short enough for a unix socket inside. */
export function temporaryFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'bt-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
