/**
 * Renderers of a browser that we launched stand still for a moment: what they have sent to it is worked off, and nothing is added. Under
 * Linux; elsewhere, and for a browser that was joined, nothing is held.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds after which they go on, whatever they are held for. */
const LONGEST = 3_000;

export type RendererHold = { release(): void };

/** Stops every renderer below the browser's process until it is released. A daemon that is killed meanwhile takes the browser along. */
export function holdRenderers(browser: number | null): RendererHold {
  const held = (browser === null ? [] : renderersOf(browser)).filter((pid) => signal(pid, 'SIGSTOP'));
  const release = (): void => {
    clearTimeout(late);
    for (const pid of held.splice(0)) signal(pid, 'SIGCONT');
  };
  const late = setTimeout(release, LONGEST);
  return { release };
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
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
