/**
 * `browse __script`: the process of one script of the caller's. It joins the browser, gives the script its tab, and says what came
 * of it. Modules are read from disk, and from nowhere else, when they are imported: nothing is ever stale.
 */
import { inspect } from 'node:util';
import { pathToFileURL } from 'node:url';
import { isObject } from '../base/json.ts';
import { unhideVariables } from '../protocol/environment.ts';
import type { ScriptGo, ScriptWord } from '../domain/messages/script.ts';

type Main = (given: object) => unknown;

/** A script may take `send` away. */
const send = process.send?.bind(process);

function say(word: ScriptWord): Promise<void> {
  return new Promise((resolve) => {
    if (send === undefined) resolve();
    else send(word, undefined, undefined, () => resolve());
  });
}

/** As JSON data, or its description where it has none. */
function dataOf(value: unknown): unknown {
  if (value === undefined) return null;
  try {
    // A function and a symbol have none, and no text either.
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? inspect(value) : (JSON.parse(text) as unknown);
  } catch {
    return inspect(value);
  }
}

/** What does not even parse has no stack: the runtime says where in a way of its own, the first of several. */
type Misread = {
  readonly name: string;
  readonly message: string;
  readonly position: { readonly file: string; readonly line: number; readonly column: number };
};

function told(error: unknown): { readonly message: string; readonly stack: string } {
  const first: unknown = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  if (isObject(first) && isObject(first['position'])) {
    const { message, position } = first as unknown as Misread;
    return { message: `SyntaxError: ${message}`, stack: `at ${position.file}:${position.line}:${position.column}` };
  }
  if (!(first instanceof Error)) return { message: String(first), stack: '' };
  return { message: `${first.name}: ${first.message}`, stack: first.stack ?? '' };
}

/** Ends with the process. */
export async function main(): Promise<void> {
  process.on('disconnect', () => process.exit(1));
  process.on('SIGTERM', () => process.exit(1));
  const { file, args, umask, endpoint, tab } = await new Promise<ScriptGo>((resolve) =>
    process.once('message', (word) => resolve(word as ScriptGo)),
  );
  process.umask(umask);
  // The runtime has read its own by now; the rest of the caller's environment is the script's.
  unhideVariables(process.env);
  try {
    const { attach } = await import('../adapters/playwright/connect/attach.ts');
    const given = await attach(endpoint, tab);
    process.argv = [process.execPath, file, ...args];
    Object.assign(globalThis, given);
    const loaded: unknown = await import(pathToFileURL(file).href);
    const begin = isObject(loaded) ? loaded['default'] : undefined;
    await say({ kind: 'value', value: typeof begin === 'function' ? dataOf(await (begin as Main)({ ...given, args })) : null });
    process.exit(0);
  } catch (error) {
    await say({ kind: 'threw', ...told(error) });
    process.exit(1);
  }
}
