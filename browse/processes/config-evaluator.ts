/**
 * `browse __config FILE FOLDER`: evaluates one configuration that is code, in a process that is used once, and says what it exports as
 * one JSON object on descriptor 3. FILE lies in FOLDER, a private copy of exactly what is trusted. Ends by itself; the daemon ends
 * what does not.
 */
import { writeSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { confineModules } from '../adapters/node/loaded-modules.ts';
import { isObject } from '../base/json.ts';
import type { Exported } from '../domain/messages/config.ts';

const RESULT = 3;
/** Deeper nothing is looked at: it is a ring, or no configuration. */
const DEPTH = 20;

/** The path of the file, and the folder out of which nothing is loaded. */
export async function main([file = '', folder = '']: readonly string[]): Promise<void> {
  process.umask(0o077);
  const loaded = confineModules(folder);
  let said: Exported;
  // The runtime reads a module on another thread, and ends a process whose own has nothing left to do meanwhile.
  const waiting = setInterval(() => {}, 1_000);
  try {
    const module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
    const value: unknown = await module.default;
    if (value === undefined) throw new Error('it has no default export');
    const stray = unfit(value, []);
    if (stray !== null) throw new Error(`what it exports is no plain data: ${stray}`);
    said = { value, loaded: loaded() };
  } catch (error) {
    said = described(error);
  } finally {
    clearInterval(waiting);
  }
  const bytes = Buffer.from(JSON.stringify(said));
  for (let at = 0; at < bytes.length;) at += writeSync(RESULT, bytes, at);
  process.exit(0);
}

/** The first part that JSON could not say, by its name; null when there is none. */
function unfit(value: unknown, path: readonly string[]): string | null {
  const here = path.length === 0 ? 'all of it' : path.join('.');
  if (path.length > DEPTH) return `${path.slice(0, 3).join('.')}... is a ring, or nested too deeply`;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null;
  if (typeof value === 'number') return Number.isFinite(value) ? null : `${here} is ${value}`;
  if (Array.isArray(value)) return first(value.entries(), path);
  if (!isObject(value)) return `${here} is a ${typeof value}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return `${here} is a ${value.constructor?.name ?? 'strange object'}`;
  return first(Object.entries(value), path);
}

function first(parts: Iterable<readonly [string | number, unknown]>, path: readonly string[]): string | null {
  for (const [name, part] of parts) {
    const found = part === undefined ? null : unfit(part, [...path, String(name)]);
    if (found !== null) return found;
  }
  return null;
}

type Placed = {
  readonly message?: unknown;
  readonly stack?: unknown;
  readonly position?: { file: string; line: number; column: number } | null;
};

/** In words, with the place: as the runtime's parser tells it, else the first line of the stack that is no runtime's. */
function described(error: unknown): Exported {
  const { message, stack, position } = (isObject(error) ? error : { message: String(error) }) as Placed;
  const problem = typeof message === 'string' && message !== '' ? message : String(error);
  if (position) return { problem, file: position.file, line: position.line, column: position.column };
  const text = typeof stack === 'string' ? stack : '';
  // Node's parser puts the place before its message.
  const found = /(?:\(|at (?:async )?|^)((?:file:\/\/)?\/[^\n()]+?):(\d+)(?::(\d+))?\)?$/m.exec(text);
  if (found === null || /\$bunfs|evaluate\.ts$/.test(found[1] ?? '')) return { problem, file: null, line: null, column: null };
  const [, path = '', line, column] = found;
  return {
    problem,
    file: path.startsWith('file:') ? fileURLToPath(path) : path,
    line: Number(line),
    column: column === undefined ? null : Number(column),
  };
}
