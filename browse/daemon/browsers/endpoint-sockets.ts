/** Where the daemon's sockets are on disk: in its folder, or in a short one where that path would be too long for the platform. */
import { createHash } from 'node:crypto';
import { rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { files } from '../../adapters/node/files.ts';
import { socketPath } from '../../protocol/paths.ts';
import type { StatePaths } from '../../protocol/paths.ts';
import type { HttpServer } from '../../adapters/http/handler.ts';

/** A private folder with a short name, for sockets whose path in the state folder would be too long. */
function shortFolder(paths: StatePaths, env: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256').update(paths.home).digest('hex').slice(0, 12);
  const uid = process.getuid?.() ?? 0;
  return env['XDG_RUNTIME_DIR'] ? `${env['XDG_RUNTIME_DIR']}/browse-${hash}` : `${tmpdir()}/browse-${uid}-${hash}`;
}

/** Where a socket of that name may be, with its folder made. */
export function socketFor(paths: StatePaths, name: string, env: Readonly<Record<string, string>>): string {
  const short = shortFolder(paths, env);
  const path = socketPath(paths, name, short);
  if (path.startsWith(`${short}/`)) files.secureFolder(short, true);
  return path;
}

/** Removes a socket of ours, with its folder when that is the short one, which nobody else needs now. */
export function removeSocket(path: string, paths: StatePaths): void {
  files.remove(path);
  const folder = dirname(path);
  if (folder !== paths.run && files.list(folder).length === 0) rmdirSync(folder);
}

/** Longest path of the folder in which Playwright still makes its sockets, in bytes. */
const SHARE_ROOM = 64;

/** A folder for what sharing a browser needs: it goes with the temp folder, or is the short one's. */
export function shareFolder(tempFolder: string, paths: StatePaths, nonce: string, env: Readonly<Record<string, string>>): string {
  const inside = `${tempFolder}/s`;
  if (Buffer.byteLength(inside) <= SHARE_ROOM) return inside;
  const short = shortFolder(paths, env);
  files.secureFolder(short, true);
  return `${short}/${nonce}`;
}

/** One that took the place of another, which goes on for whoever is connected to it. */
export function joined(before: HttpServer, now: HttpServer): HttpServer {
  return {
    endpoint: now.endpoint,
    close: async (graceMs) => void (await Promise.all([before.close(graceMs), now.close(graceMs)])),
  };
}
