/**
 * Which projects the user trusts: by the content of every file concerned, in a file of ours that nobody else reads.
 * A file that cannot be understood trusts nobody.
 */
import { isObject } from '../../base/json.ts';
import type { Trusted, TrustStore } from '../../domain/configuration/ports.ts';
import type { Files } from '../../domain/ports/machine.ts';

/** Reads the file at `path`; there need be none. */
export function openTrust(files: Files, path: string): TrustStore {
  let all: readonly Trusted[] = parse(files.read(path));
  const write = async (next: readonly Trusted[]): Promise<void> => {
    await files.write(path, `${JSON.stringify({ version: 1, projects: next }, null, 2)}\n`);
    all = next;
  };
  return {
    of: (root) => all.find((each) => each.root === root) ?? null,
    list: () => all,
    add: (trusted) => write([...all.filter(({ root }) => root !== trusted.root), trusted]),
    async remove(root) {
      if (!all.some((each) => each.root === root)) return false;
      await write(all.filter((each) => each.root !== root));
      return true;
    },
  };
}

function parse(text: string | null): readonly Trusted[] {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    if (!isObject(value) || !Array.isArray(value['projects'])) return [];
    return (value['projects'] as readonly unknown[]).filter(isTrusted);
  } catch {
    return [];
  }
}

function isTrusted(value: unknown): value is Trusted {
  if (!isObject(value) || typeof value['root'] !== 'string' || typeof value['at'] !== 'string' || !isObject(value['files'])) return false;
  return Object.values(value['files']).every((digest) => typeof digest === 'string');
}
