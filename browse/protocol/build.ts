/** Who this program is: version, sources, age, protocol. Stamped by the build; knows nothing of how it is built. */
import type { BuildInfo } from './record.ts';

/** What client and daemon must agree on. It goes up when an old client could no longer be understood. */
export const PROTOCOL = 1;

/** Replaced by the build's `define`; absent when the program runs from source. */
declare const __BROWSE_BUILD__: BuildInfo | undefined;

/** This program. From source the stamp is 0, so a built one always counts as newer. */
export const BUILD: BuildInfo =
  typeof __BROWSE_BUILD__ === 'undefined' ? { version: '0.0.0-source', id: 'source', stamp: 0, protocol: PROTOCOL } : __BROWSE_BUILD__;

/** Replaced by the build's `define`: true only in builds that tests make for themselves. */
declare const __BROWSE_TEST_BUILD__: boolean | undefined;

/** Whether this program obeys what only tests may say (`BROWSE_TEST_CLOCK`). A constant, so that no other build contains the code. */
export const TEST_BUILD: boolean = typeof __BROWSE_TEST_BUILD__ === 'undefined' ? false : __BROWSE_TEST_BUILD__;
