/**
 * The user's own configuration: `config.json` in the state folder, written by nobody but him. A file that does not parse at the
 * start is not used, and it is said; at a refresh it makes the refresh fail, and what is in memory stays.
 */
import { isObject } from '../base/json.ts';
import { originProblem } from '../domain/ingest/origins.ts';
import type { Files } from '../domain/ports.ts';
import { fail } from '../protocol/errors.ts';

/** Null: what we choose. */
export type Configuration = { readonly logs: { readonly port: number | null; readonly origins: readonly string[] | null } };

export type ConfigurationStore = {
  current(): Configuration;
  /** Reads the file again: the keys that differ by value, and what makes them count. Fails with `refresh-failed`. */
  reread(): { readonly changed: readonly string[]; readonly next: Configuration; commit(): void };
  /** What is wrong with the file that was read at the start; null for nothing, and once it was read again. */
  warning(): string | null;
};

const NONE: Configuration = { logs: { port: null, origins: null } };

/** The file's text, or what is wrong with it. A key that nobody knows is a slip of the pen. */
export function parseConfiguration(text: string): Configuration | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: (error as Error).message };
  }
  if (!isObject(value)) return { problem: 'it is no object' };
  const { logs = {}, ...others } = value;
  if (!isObject(logs)) return { problem: '"logs" is no object' };
  const { port = null, origins = null, ...more } = logs;
  const [stray] = [...Object.keys(others), ...Object.keys(more).map((key) => `logs.${key}`)];
  if (stray !== undefined) return { problem: `it has an unknown key ${JSON.stringify(stray)}` };
  if (port !== null && !(typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536))
    return { problem: `"logs.port" is a number from 1 to 65535, not ${JSON.stringify(port)}` };
  if (origins === null) return { logs: { port, origins } };
  if (!Array.isArray(origins)) return { problem: '"logs.origins" is a list' };
  for (const origin of origins as readonly unknown[]) {
    const problem = typeof origin === 'string' ? originProblem(origin) : 'it is no text';
    if (problem !== null) return { problem: `"logs.origins" has ${JSON.stringify(origin)}: ${problem}` };
  }
  return { logs: { port, origins: origins as readonly string[] } };
}

/** Reads the file at `path`; there need be none. */
export function openConfiguration(files: Files, path: string): ConfigurationStore {
  const read = (): Configuration | { readonly problem: string } => {
    try {
      const text = files.read(path);
      return text === null ? NONE : parseConfiguration(text);
    } catch (error) {
      return { problem: (error as Error).message };
    }
  };
  const first = read();
  let current = 'problem' in first ? NONE : first;
  let warning = 'problem' in first ? `The configuration is not used: ${path}: ${first.problem}` : null;
  return {
    current: () => current,
    warning: () => warning,
    reread() {
      const next = read();
      if ('problem' in next) return fail('refresh-failed', { reason: `${path}: ${next.problem}` });
      const differs = (key: 'port' | 'origins'): boolean => JSON.stringify(current.logs[key]) !== JSON.stringify(next.logs[key]);
      return {
        next,
        changed: (['port', 'origins'] as const).filter(differs).map((key) => `config.logs.${key}`),
        commit: () => {
          current = next;
          warning = null;
        },
      };
    },
  };
}
