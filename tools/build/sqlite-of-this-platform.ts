/** A build plugin: the native module of SQLite for this platform. */
import type { BunPlugin } from 'bun';
import { ROOT } from '../root.ts';

/** The package's own entry picks the module at run time, by a path; the build picks it here. */
export const sqliteOfThisPlatform: BunPlugin = {
  name: 'better-sqlite3 of this platform',
  setup(build) {
    build.onResolve({ filter: /^better-sqlite3$/ }, () => ({
      path: Bun.resolveSync(`better-sqlite3/${process.platform}-${process.arch}`, ROOT),
    }));
  },
};
