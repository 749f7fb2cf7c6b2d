/**
 * Renderers of a browser that we launched stand still for a moment: what they have sent to it is worked off, and nothing is added. Under
 * Linux; elsewhere, and for a browser that was joined, nothing is held.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Seconds after which they go on, whatever they are held for. */
const LONGEST = 3;

export type RendererHold = { release(): void };

/** Stops every renderer below the browser's process until it is released. `browser`: 0 for one that we did not launch. */
export function holdRenderers(browser: number): RendererHold {
  const renderers = browser === 0 ? [] : renderersOf(browser);
  const guard = renderers.length === 0 ? null : guardOf(renderers);
  if (guard?.pid === undefined) return { release: () => {} };
  const { pid: group } = guard;
  for (const pid of renderers) signal(pid, 'SIGSTOP');
  return {
    release() {
      for (const pid of renderers.splice(0)) signal(pid, 'SIGCONT');
      if (guard.exitCode === null) signal(-group, 'SIGKILL');
    },
  };
}

/** A process that lets them go on in time: one that stands still does not see that its browser is gone, nor would a killed daemon see to it. */
function guardOf(renderers: readonly number[]): ChildProcess {
  const script = `sleep ${LONGEST}; kill -CONT "$@"`;
  const guard = spawn('/bin/sh', ['-c', script, 'sh', ...renderers.map(String)], { detached: true, stdio: 'ignore' });
  guard.on('error', () => {});
  guard.unref();
  return guard;
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone.
  }
}

function renderersOf(browser: number): number[] {
  const below = new Map<number, number[]>();
  for (const name of read(() => readdirSync('/proc')) ?? []) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    // The name of a program, in parentheses, may hold anything.
    const parent = Number(/\) \S (\d+)[^)]*$/.exec(read(() => readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? '')?.[1]);
    below.set(parent, [...(below.get(parent) ?? []), pid]);
  }
  const all = [browser];
  for (const pid of all) all.push(...(below.get(pid) ?? []));
  return all.filter((pid) => read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))?.includes('--type=renderer'));
}

/** Null for what is gone, or is not there on this machine. */
function read<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
