/** Looks at what browse needs of a machine, by trying it: launches the browser, loads the native module. Changes nothing. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engine } from '../adapters/playwright/engine.ts';
import { findExecutables } from '../adapters/playwright/launch/executables.ts';
import { sqliteVersion } from '../adapters/sqlite/probe.ts';
import { BrowseError } from '../protocol/errors.ts';
import type { Finding } from '../protocol/machine.ts';

const LAUNCH_DEADLINE = 20_000;
const FETCH_ONE = 'Fetch one: browse install (or install Chrome, Chromium or Edge)';

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

/** Browser, windows, sandbox, database. `env` is the user's own. */
export async function examine(env: Readonly<Record<string, string | undefined>>): Promise<readonly Finding[]> {
  return [...(await lookAtBrowser()), lookAtWindows(env), await lookAtDatabase()];
}

async function lookAtBrowser(): Promise<readonly Finding[]> {
  const tempFolder = await mkdtemp(join(tmpdir(), 'browse-doctor-'));
  const bound = { timeout: LAUNCH_DEADLINE, signal: new AbortController().signal };
  const started = performance.now();
  try {
    const browser = await engine.launch({ headless: true, tempFolder, env: {} }, bound);
    const ms = Math.round(performance.now() - started);
    const { on, reason } = browser.sandbox;
    const found: readonly Finding[] = [
      { subject: 'browser', verdict: 'ok', fact: `${browser.name} ${browser.version} starts in ${ms} ms`, next: null },
      on
        ? { subject: 'sandbox', verdict: 'ok', fact: 'on', next: null }
        : {
            subject: 'sandbox',
            verdict: 'warn',
            fact: `off: ${reason ?? 'it cannot be had here'}`,
            next: `Open only pages you trust, or ${sandboxRemedy(process.getuid?.() === 0)}`,
          },
    ];
    await browser.close(bound);
    return found;
  } catch (error) {
    const missing = error instanceof BrowseError && error.code === 'browser-missing';
    const next = missing
      ? FETCH_ONE
      : 'Install what it misses (Debian: apt-get install chromium), or name another: BROWSE_CHROMIUM=/path/of/chromium';
    return [{ subject: 'browser', verdict: 'bad', fact: reasonOf(error), next }];
  } finally {
    await rm(tempFolder, { recursive: true, force: true });
  }
}

/** What gives the browser a sandbox. */
function sandboxRemedy(root: boolean): string {
  return root
    ? 'run browse as an ordinary user'
    : 'have root install the helper of the sandbox (Debian: apt-get install chromium-sandbox) or allow user namespaces';
}

function lookAtWindows(env: Readonly<Record<string, string | undefined>>): Finding {
  const windowed = findExecutables(false, env).found[0];
  if (windowed === undefined) {
    return {
      subject: 'windows',
      verdict: 'warn',
      fact: 'no browser here can show a window',
      next: 'Only --headed needs one: install Chrome, Chromium or Edge',
    };
  }
  const display = process.platform !== 'linux' || env['DISPLAY'] || env['WAYLAND_DISPLAY'];
  return display
    ? { subject: 'windows', verdict: 'ok', fact: `${windowed.name}, ${windowed.path}`, next: null }
    : {
        subject: 'windows',
        verdict: 'warn',
        fact: `${windowed.path}, but there is no display`,
        next: 'Only --headed needs one: set DISPLAY or WAYLAND_DISPLAY',
      };
}

async function lookAtDatabase(): Promise<Finding> {
  try {
    return { subject: 'database', verdict: 'ok', fact: `SQLite ${await sqliteVersion()}`, next: null };
  } catch (error) {
    return {
      subject: 'database',
      verdict: 'warn',
      fact: reasonOf(error),
      next: 'Let TMPDIR name a folder that can be written and allows execution',
    };
  }
}
