/** Who runs on this machine, read from /proc, so that a rig ends exactly what it started and sees what was left. Linux. */
import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** A process as it was seen; `birth` (ticks since boot) tells it from a later one with the same pid. */
export type Seen = {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly birth: string;
  readonly command: string;
  readonly environment: string;
};

/** One process; null when there is none or when it is a zombie of which no thread is left: that one has ended. */
export function look(pid: number): Seen | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // While a thread of a zombie runs, its ports and files are not free yet.
    if ((fields[0] === 'Z' || fields[0] === 'X') && Number(fields[17]) <= 1) return null;
    return {
      pid,
      parent: Number(fields[1]),
      group: Number(fields[2]),
      birth: fields[19] ?? '',
      command: readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim(),
      environment: readEnvironment(pid),
    };
  } catch {
    return null;
  }
}

function readEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

/** Everything that runs, zombies left out. */
export function everyone(): readonly Seen[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => look(Number(name)))
    .filter((seen) => seen !== null);
}

/** Whether a process has a handler for a signal by now: before that, it would die of it. */
export function handles(pid: number, signal: NodeJS.Signals): boolean {
  try {
    const mask = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '0';
    return (BigInt(`0x${mask}`) & (1n << BigInt(constants.signals[signal] - 1))) !== 0n;
  } catch {
    return false;
  }
}

/** Whether exactly this process still runs. */
export function alive(seen: Pick<Seen, 'pid' | 'birth'>): boolean {
  return look(seen.pid)?.birth === seen.birth;
}

/**
 * The processes that belong to a folder: it is in their command line or environment, or they are descendants or in the
 * process group of one of those (a browser's renderers name no folder). This process and those above it are never meant,
 * nor is a process for being in one of the groups to `spare`.
 */
export function processesOf(folder: string, spare: readonly number[] = []): readonly Seen[] {
  const all = everyone();
  const above = new Set<number>();
  for (let pid = process.pid; pid > 0 && !above.has(pid); pid = all.find((seen) => seen.pid === pid)?.parent ?? 0) above.add(pid);
  const outsideGroups = new Set([...spare, ...all.filter((seen) => above.has(seen.pid)).map((seen) => seen.group)]);
  const found = new Set(all.filter((seen) => seen.command.includes(folder) || seen.environment.includes(folder)));
  for (let size = -1; size !== found.size;) {
    size = found.size;
    const pids = new Set([...found].map((seen) => seen.pid));
    const groups = new Set([...found].map((seen) => seen.group).filter((group) => !outsideGroups.has(group)));
    for (const seen of all) if (pids.has(seen.parent) || groups.has(seen.group)) found.add(seen);
  }
  return [...found].filter((seen) => !above.has(seen.pid));
}

/** Ends exactly this process, if it is still the one that was seen. */
export function end(seen: Pick<Seen, 'pid' | 'birth'>, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (!alive(seen)) return;
  try {
    process.kill(seen.pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

/** Looks again every few milliseconds until `check` gives something; for what announces itself to nobody. */
export async function eventually<T>(
  what: string,
  check: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  ms = 5_000,
): Promise<T> {
  const deadline = performance.now() + ms;
  for (;;) {
    const value = await check();
    if (value !== null && value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`waited ${ms} ms in vain: ${what}`);
    await pause(5);
  }
}
