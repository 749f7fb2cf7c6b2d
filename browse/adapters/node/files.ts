/** Our own files: private, replaced in one step, never through somebody else's link. Translates what the disk says. */
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { BrowseError, fail } from '../../protocol/errors.ts';
import type { Files } from '../../domain/ports/machine.ts';

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | null)?.code ?? '';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'it is on a read-only file system',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of the path is not a folder',
  ELOOP: 'it is a symbolic link',
  EEXIST: 'something else is there',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'the path is too long',
};

/** Runs `work`; whatever the disk refuses becomes `state-unusable` with the reason in words. */
function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    return refuse(path, error);
  }
}

function refuse(path: string, error: unknown): never {
  if (error instanceof BrowseError) throw error;
  return fail('state-unusable', { path, reason: reasonOf(error) });
}

/** What the platform refused, in words. */
export function reasonOf(error: unknown): string {
  return REASONS[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
}

/** What speaks against trusting a folder with secrets: a link, another owner, others who may enter. Null when it is ours. */
function objection(path: string, seen: fs.Stats): string | null {
  if (seen.isSymbolicLink()) return 'it is a symbolic link';
  if (!seen.isDirectory()) return 'it is not a folder';
  const uid = process.getuid?.();
  if (uid === undefined) return null;
  if (seen.uid !== uid) return `it belongs to another user (uid ${seen.uid})`;
  return (seen.mode & 0o077) === 0
    ? null
    : `others may enter it (mode ${(seen.mode & 0o777).toString(8)}); to make it private: chmod 700 ${path}`;
}

/** Whether a folder is there and private to us. Fails when it is there and not private. */
function checkFolder(path: string): boolean {
  return guarded(path, () => {
    const seen = fs.lstatSync(path, { throwIfNoEntry: false });
    if (seen === undefined) return false;
    const reason = objection(path, seen);
    return reason === null || fail('state-unusable', { path, reason });
  });
}

/**
 * What speaks against the folder that ours lies in: others could put another in its place, or, in a state folder, a configuration or
 * a link of theirs beside it. `shared`: it is a temp folder, where a sticky bit will do.
 */
function parentObjection(path: string, seen: fs.Stats, shared: boolean): string | null {
  const uid = process.getuid?.();
  if (uid === undefined) return null;
  if (seen.uid !== uid && seen.uid !== 0) return `it belongs to another user (uid ${seen.uid})`;
  if ((seen.mode & 0o002) !== 0 && !(shared && (seen.mode & 0o1000) !== 0))
    return `anybody may write in it; name a folder of your own, or: chmod go-w ${path}`;
  return (seen.mode & 0o020) !== 0 && !shared ? `its group may write in it; to make it yours alone: chmod go-w ${path}` : null;
}

/** Whether ours may lie where it is to lie. Fails where others could put something beside it. */
function checkPlace(path: string, shared = false): void {
  const parent = dirname(path);
  guarded(parent, () => {
    const seen = fs.statSync(parent, { throwIfNoEntry: false });
    const reason = seen === undefined ? null : parentObjection(parent, seen, shared);
    if (reason !== null) fail('state-unusable', { path: parent, reason });
  });
}

/** Makes missing parents, and the folder itself 0700; never changes one that was there. */
function secureFolder(path: string, shared = false): void {
  const parent = dirname(path);
  guarded(parent, () => fs.mkdirSync(parent, { recursive: true, mode: 0o700 }));
  checkPlace(path, shared);
  guarded(path, () => {
    try {
      fs.mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      checkFolder(path);
    }
  });
}

/** The files of this machine. */
export const files: Files = {
  read(path) {
    try {
      return fs.readFileSync(path, 'utf8');
    } catch (error) {
      const code = codeOf(error);
      return code === 'ENOENT' || code === 'ENOTDIR' ? null : refuse(path, error);
    }
  },
  async write(path, text) {
    // Loaded late: the thin client reads and never writes.
    const { default: writeFileAtomic } = await import('write-file-atomic');
    try {
      await writeFileAtomic(path, text, { mode: 0o600, fsync: false });
    } catch (error) {
      refuse(path, error);
    }
  },
  writeNow(path, text) {
    const draft = `${path}.${process.pid}`;
    guarded(path, () => {
      fs.writeFileSync(draft, text, { mode: 0o600 });
      fs.renameSync(draft, path);
    });
  },
  async claim(path, text) {
    const draft = `${path}.${process.pid}.${crypto.randomUUID().slice(0, 8)}`;
    return guarded(path, () => {
      fs.writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
      try {
        fs.linkSync(draft, path);
        return true;
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return false;
        if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(codeOf(error))) throw error;
        return claimWithoutLinks(path, text);
      } finally {
        fs.unlinkSync(draft);
      }
    });
  },
  remove(path) {
    guarded(path, () => fs.rmSync(path, { force: true }));
  },
  async removeTree(path) {
    try {
      await fs.promises.rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
    } catch (error) {
      refuse(path, error);
    }
  },
  list(path) {
    try {
      return fs.readdirSync(path);
    } catch (error) {
      return codeOf(error) === 'ENOENT' ? [] : refuse(path, error);
    }
  },
  secureFolder,
  checkPlace,
  checkFolder,
};

/** For file systems without hard links: exclusive, though a reader may see it half written and then looks again. */
function claimWithoutLinks(path: string, text: string): boolean {
  try {
    fs.writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}
