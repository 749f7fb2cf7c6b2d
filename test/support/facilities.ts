/**
 * What this machine may lack that some tests need. Those tests are left out where it is missing, which the first lines of a
 * run say; `BROWSE_TEST_REQUIRE` names facilities, with commas, that must be there (.ci/run). Must not know the tests.
 */
import { spawnSync } from 'node:child_process';
import { findExecutables } from '../../browse/adapters/playwright/launch/executables.ts';

type Facts = {
  /** The project that needs it. */
  readonly project: 'browser' | 'e2e';
  /** The tests that need it, in words. */
  readonly tests: string;
  readonly remedy: string;
  readonly probe: () => boolean;
};

const runs = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args, { stdio: 'ignore' }).status === 0;

const FACILITIES = {
  'tmux': {
    project: 'e2e',
    tests: 'the panel of `browse up`',
    remedy: 'Debian: apt-get install tmux',
    probe: () => runs('tmux', '-V'),
  },
  'curl': {
    project: 'e2e',
    tests: 'a client that is not ours at the daemon’s socket',
    remedy: 'Debian: apt-get install curl',
    probe: () => runs('curl', '--version'),
  },
  'user-namespaces': {
    project: 'e2e',
    tests: 'a full disk, and other pid namespaces',
    remedy: 'The kernel or the container forbids `unshare --user`',
    probe: () => runs('unshare', '--user', '--map-root-user', '--mount', '--pid', '--fork', '--mount-proc', 'true'),
  },
  'full-browser': {
    project: 'browser',
    tests: 'a browser with windows',
    remedy: 'Debian: apt-get install chromium',
    probe: () => findExecutables(false, process.env).found.some(({ shell }) => !shell),
  },
} as const satisfies Readonly<Record<string, Facts>>;

export type Facility = keyof typeof FACILITIES;

/** The workers learn by this variable what the run has found missing. */
const MISSING = 'BROWSE_TEST_MISSING';

/** Looks at everything that the projects of a run need; gives a line for each thing that is missing. Fails if it is required. */
export function probeFacilities(project: string): readonly string[] {
  const all = Object.entries(FACILITIES) as [Facility, Facts][];
  const missing = all.filter(([, facts]) => facts.project === project && !facts.probe());
  const before = missingFacilities();
  process.env[MISSING] = [...new Set([...before, ...missing.map(([name]) => name)])].join(',');
  const lines = missing.map(([name, { tests, remedy }]) => `This machine lacks ${name}: the tests of ${tests} are left out. ${remedy}`);
  const required = (process.env['BROWSE_TEST_REQUIRE'] ?? '').split(',');
  if (missing.some(([name]) => required.includes(name))) throw new Error(lines.join('\n'));
  return lines;
}

function missingFacilities(): readonly string[] {
  return (process.env[MISSING] ?? '').split(',').filter((name) => name !== '');
}

/** Whether the machine has it: `test.runIf(has('tmux'))`. */
export function has(facility: Facility): boolean {
  return !missingFacilities().includes(facility);
}

/** Whether Chromium can have its sandbox here. */
export function sandboxed(): boolean {
  return process.getuid?.() !== 0 && runs('unshare', '--user', 'true');
}
