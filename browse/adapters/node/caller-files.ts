/** The caller's own files, by absolute path: what a command reads from or writes to for him. */
import * as fs from 'node:fs/promises';
import { existsSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CallerFiles } from '../../domain/caller-files.ts';
import { fail } from '../../protocol/errors.ts';

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | null)?.code ?? '';
const missing = (error: unknown): boolean => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'it is on a read-only file system',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
};
const reasonOf = (error: unknown): string => REASONS[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));

/** Where the variables name a folder that is not there, the system's own. */
function tempFolder(): string {
  try {
    return realpathSync(tmpdir());
  } catch {
    return realpathSync('/tmp');
  }
}

/** The files of this machine, with this user's rights. */
export const callerFiles: CallerFiles = {
  temp: tempFolder(),
  nearest(folder, names, except) {
    for (let at = folder; ; at = dirname(at)) {
      if (!except.includes(at) && names.some((name) => existsSync(join(at, name)))) return at;
      if (dirname(at) === at) return null;
    }
  },
  async realPath(path) {
    try {
      return await fs.realpath(path);
    } catch (error) {
      return missing(error) ? null : fail('file-unreadable', { path, reason: reasonOf(error) });
    }
  },
  async readText(path) {
    try {
      return await fs.readFile(path, 'utf8');
    } catch (error) {
      return missing(error) ? fail('file-missing', { path }) : fail('file-unreadable', { path, reason: reasonOf(error) });
    }
  },
  async stat(path) {
    try {
      const seen = await fs.stat(path);
      return { kind: seen.isDirectory() ? 'folder' : 'file', bytes: seen.size };
    } catch (error) {
      return missing(error) ? null : fail('file-unreadable', { path, reason: reasonOf(error) });
    }
  },
  async write(path, data, mode) {
    const draft = join(dirname(path), `.${crypto.randomUUID()}.tmp`);
    try {
      await fs.writeFile(draft, data, { mode, flag: 'wx' });
      await fs.chmod(draft, mode);
      await fs.rename(draft, path);
    } catch (error) {
      await fs.rm(draft, { force: true }).catch(() => {});
      fail('file-unwritable', { path, reason: reasonOf(error) });
    }
  },
  async makeFolder(path, mode) {
    try {
      await fs.mkdir(path, { recursive: true, mode });
    } catch (error) {
      fail('file-unwritable', { path, reason: reasonOf(error) });
    }
  },
  async setMode(path, mode) {
    try {
      await fs.chmod(path, mode);
    } catch (error) {
      fail('file-unwritable', { path, reason: reasonOf(error) });
    }
  },
};
