/**
 * Fetches the browser that Playwright would: the same archive, in the same folder, so that each finds the other's.
 * Playwright's own installer starts a script of its package by path, which a single executable does not have.
 */
import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { registry, utils } from 'playwright-core/lib/coreBundle';
import { BrowseError, fail } from '../../../protocol/errors.ts';
import type { Fetched } from '../../../protocol/machine.ts';

/** The headless shell: half the size, and all that most users need. */
const BROWSER = 'chromium-headless-shell';

/** `progress` gets bytes, with `total` 0 when the server does not say. Fails with `download-failed`. */
export async function downloadBrowser(progress: (done: number, total: number) => void): Promise<Fetched> {
  const wanted = registry.registry.findExecutable(BROWSER);
  const executable = wanted?.executablePath();
  if (!wanted?.directory || !executable || !wanted.downloadURLs?.length) {
    return fail('download-failed', { url: 'Playwright', reason: `there is no build for ${process.platform} on ${process.arch}` });
  }
  let failure: BrowseError | null = null;
  for (const url of wanted.downloadURLs) {
    try {
      await fetchInto(url, wanted.directory, executable, progress);
      return { name: wanted.title ?? BROWSER, version: wanted.browserVersion ?? '', executable };
    } catch (error) {
      failure = new BrowseError('download-failed', { url, reason: reasonOf(error) });
    }
  }
  throw failure ?? new BrowseError('download-failed', { url: 'Playwright', reason: 'it names no server' });
}

async function fetchInto(
  url: string,
  directory: string,
  executable: string,
  progress: (done: number, total: number) => void,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'browse-download-'));
  try {
    const archive = join(folder, 'browser.zip');
    const response = await fetch(url);
    if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
    const total = Number(response.headers.get('content-length') ?? 0);
    let done = 0;
    const counted = Readable.fromWeb(response.body as never).on('data', (chunk: Uint8Array) => progress((done += chunk.length), total));
    await pipeline(counted, createWriteStream(archive));
    if (total > 0 && done !== total) throw new Error(`${done} of ${total} bytes arrived`);
    await utils.removeFolders([directory]);
    await utils.extractZip(archive, { dir: directory });
    await chmod(executable, 0o755);
    await writeFile(registry.browserDirectoryToMarkerFilePath(directory), '');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Node's fetch says only "fetch failed"; what failed is its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
