/** The source files as data: what each imports, at run time or as types only, statically or when it gets there. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

/** They load what is the user's, in a process of its own, and nothing of ours by that. */
const FOREIGN: readonly string[] = ['browse/processes/config-evaluator.ts', 'browse/processes/script.ts'];

/** Root of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export type Import = {
  /** A path below the root for our own files, else the specifier (`node:fs`, `commander`). */
  readonly target: string;
  readonly own: boolean;
  readonly kind: 'static' | 'dynamic' | 'type';
};

export type Source = {
  /** Relative to the root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
};

/** They ask for what is not ours, where the caller's project has it. */
const ASK_BY_PATH: readonly string[] = ['browse/adapters/vitest/worker-entry.ts'];

/** Parses one file. Fails on what does not parse, and on an import whose name is not written out. */
export function parse(path: string, text: string): Source {
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors.map((error) => error.message).join('; ')}`);
  const imports: Import[] = [];
  const add = (specifier: string, kind: Import['kind']): void => {
    const own = specifier.startsWith('.');
    imports.push({ target: own ? normalize(join(dirname(path), specifier)).replaceAll('\\', '/') : specifier, own, kind });
  };
  for (const each of module.staticImports) {
    const typeOnly = each.entries.length > 0 && each.entries.every((entry) => entry.isType);
    add(each.moduleRequest.value, typeOnly ? 'type' : 'static');
  }
  for (const each of module.staticExports) {
    const requests = new Map<string, boolean>();
    for (const entry of each.entries) {
      if (entry.moduleRequest) requests.set(entry.moduleRequest.value, (requests.get(entry.moduleRequest.value) ?? true) && entry.isType);
    }
    for (const [specifier, typeOnly] of requests) add(specifier, typeOnly ? 'type' : 'static');
  }
  for (const each of ASK_BY_PATH.includes(path) ? [] : module.dynamicImports) {
    const quoted = /^(['"`])(?<name>[^'"`$]+)\1$/.exec(text.slice(each.moduleRequest.start, each.moduleRequest.end).trim());
    if (quoted?.groups?.['name'] === undefined) {
      if (FOREIGN.includes(path)) continue;
      throw new Error(`${path}: import() of a name that is not written out`);
    }
    add(quoted.groups['name'], 'dynamic');
  }
  return { path, text, imports };
}

/** Every TypeScript file below a folder of the root, generated ones left out. */
export function sources(folder: string): readonly Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.gen.ts'))
    .map((path) => relative(ROOT, join(ROOT, folder, path)).replaceAll('\\', '/'))
    .map((path) => parse(path, readFileSync(join(ROOT, path), 'utf8')));
}

/** The package of a specifier: `@a/b/c` → `@a/b`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
