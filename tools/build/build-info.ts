/** What a build says of itself: its version, an id made from its sources, its age, and its protocol. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PROTOCOL } from '../../browse/protocol/build.ts';
import type { BuildInfo } from '../../browse/protocol/record.ts';
import { ROOT } from '../root.ts';

/** Facts that tests of upgrades claim; each has a default. */
export type Claims = {
  readonly version?: string | undefined;
  readonly stamp?: string | undefined;
  readonly protocol?: string | undefined;
  readonly 'test-build'?: boolean | undefined;
};

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The id of the sources: equal sources, packages and build scripts make the same program. */
function sourcesId(): string {
  const hash = createHash('sha256');
  const sources = ['browse', 'tools'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => !path.endsWith('.md'))
      .map((path) => join(folder, path)),
  );
  for (const path of [...sources, 'package-lock.json'].sort()) {
    const file = join(ROOT, path);
    if (statSync(file).isFile()) hash.update(`${path}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} takes a whole number, not "${text}"`);
  return value;
}

/** The facts that are compiled into the executable. */
export function buildInfo({ version, stamp, protocol, 'test-build': test }: Claims): BuildInfo {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return {
    version: version ?? manifest.version,
    id: shortHash(JSON.stringify([sourcesId(), version, stamp, protocol, test])),
    stamp: stamp === undefined ? Date.now() : wholeNumber('stamp', stamp),
    protocol: protocol === undefined ? PROTOCOL : wholeNumber('protocol', protocol),
  };
}
