/**
 * The end-to-end tests of `npm run test:changed`: one file for each thing that a change may break anywhere. vitest's own
 * `--changed` would leave them out, since they import no source: they run the executable.
 */
export const SMOKE: readonly string[] = [
  // The executable, the fast client, the README's session.
  'binary-first-commands',
  'front',
  'readme',
  // The daemon's life.
  'lifecycle-verbs',
  'lifecycle-one-shot',
  // The right element, and what is said of one that is gone.
  'commands-act',
  'commands-snapshot',
  'refs-stale',
  // The log, and what must never be in it.
  'network-identity',
  'log-secrets',
];
