/** The registry: every command there is. Help, parser, routes, docs and schema are derived from it. */
import type { Command } from '../protocol/command.ts';
import { captureCommands } from './capture.ts';
import type { Context } from './context.ts';
import { configurationCommands } from './configuration.ts';
import { connectCommands } from './connect.ts';
import { consoleCommands } from './console.ts';
import { credentialCommands } from './credentials.ts';
import { daemonCommands } from './daemon.ts';
import { dialogCommands } from './dialog.ts';
import { emulateCommands } from './emulate.ts';
import { exportCommands } from './export.ts';
import { findCommands } from './find.ts';
import { frameCommands } from './frame.ts';
import { harCommands } from './har.ts';
import { inputCommands } from './input.ts';
import { logServeCommands } from './logs-serve.ts';
import { logCommands } from './logs.ts';
import { metaCommands } from './meta.ts';
import { mouseCommands } from './mouse.ts';
import { navigateCommands } from './navigate.ts';
import { networkCommands } from './network.ts';
import { poolCommands } from './pool.ts';
import { readCommands } from './read.ts';
import { routeCommands } from './route.ts';
import { runCommands } from './run.ts';
import { scriptCommands } from './script.ts';
import { sessionCommands } from './session.ts';
import { snapshotCommands } from './snapshot.ts';
import { storageCommands } from './storage.ts';
import { tabCommands } from './tabs.ts';
import { unitTestCommands } from './unit-tests.ts';
import { waitCommands } from './wait.ts';

/** In the order in which help lists them. */
export const COMMANDS: readonly Command<Context>[] = [
  ...navigateCommands,
  ...tabCommands,
  ...frameCommands,
  ...snapshotCommands,
  ...findCommands,
  ...mouseCommands,
  ...inputCommands,
  ...dialogCommands,
  ...waitCommands,
  ...readCommands,
  ...captureCommands,
  ...scriptCommands,
  ...unitTestCommands,
  ...exportCommands,
  ...runCommands,
  ...storageCommands,
  ...networkCommands,
  ...consoleCommands,
  ...logCommands,
  ...logServeCommands,
  ...harCommands,
  ...routeCommands,
  ...emulateCommands,
  ...credentialCommands,
  ...sessionCommands,
  ...poolCommands,
  ...connectCommands,
  ...daemonCommands,
  ...configurationCommands,
  ...metaCommands,
];
