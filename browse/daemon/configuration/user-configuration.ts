/**
 * The user's own configuration: `config.json` in the state folder, written by nobody but him. A file that does not parse at the
 * start is not used, and it is said; at a refresh it makes the refresh fail, and what is in memory stays.
 */
import { dirname, resolve } from 'node:path';
import { parseJson } from '../../adapters/jsonc/document.ts';
import { oneLine } from '../../base/escape.ts';
import { KEYS, readValues } from '../../domain/configuration/keys.ts';
import type { Key, KeyFacts, Values } from '../../domain/configuration/keys.ts';
import { differences } from '../../domain/configuration/precedence.ts';
import { fail } from '../../protocol/errors.ts';
import type { Files } from '../../domain/ports/machine.ts';

/** What a file says, and where in it each key stands: file, line, column. */
export type ParsedConfiguration = { readonly values: Values; readonly where: (key: Key) => string };

export type ConfigurationStore = {
  readonly path: string;
  current(): ParsedConfiguration;
  /** Reads the file again: the keys that differ by value, and what makes them count. Fails with `refresh-failed`. */
  reread(): { readonly changed: readonly Key[]; readonly parsed: ParsedConfiguration; commit(): void };
  /** What is wrong with the file that was read at the start; null for nothing, and once it was read again. */
  warning(): string | null;
};

/** A file's text as values, with the places they stand at. Paths count from `folder`. */
export function parseConfiguration(text: string, path: string, folder: string): ParsedConfiguration | { readonly problem: string } {
  const document = parseJson(text);
  if ('problem' in document) return { problem: `${path}:${document.position.line}:${document.position.column}: ${document.problem}` };
  const place = (at: readonly (string | number)[], name: boolean): string => {
    const { line, column } = document.at(at, name);
    return `${path}:${line}:${column}`;
  };
  const read = readValues(document.value);
  if ('problem' in read) return { problem: oneLine(`${place(read.path, read.name)}: ${read.problem}`) };
  return { values: located(read.values, folder), where: (key) => place(key.split('.'), true) };
}

/** With every path made absolute, from `folder`. */
export function located(values: Values, folder: string): Values {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      (KEYS[key as Key] as KeyFacts).path && typeof value === 'string' ? resolve(folder, value) : value,
    ]),
  );
}

/** Reads the file at `path`; there need be none. */
export function openConfiguration(files: Files, path: string): ConfigurationStore {
  const none: ParsedConfiguration = { values: {}, where: () => path };
  const read = (): ParsedConfiguration | { readonly problem: string } => {
    try {
      const text = files.read(path);
      return text === null ? none : parseConfiguration(text, path, dirname(path));
    } catch (error) {
      return { problem: (error as Error).message };
    }
  };
  const first = read();
  let current = 'problem' in first ? none : first;
  let warning = 'problem' in first ? `The configuration is not used: ${first.problem}` : null;
  return {
    path,
    current: () => current,
    warning: () => warning,
    reread() {
      const next = read();
      if ('problem' in next) return fail('refresh-failed', { reason: next.problem });
      return {
        parsed: next,
        changed: differences(current.values, next.values),
        commit: () => {
          current = next;
          warning = null;
        },
      };
    },
  };
}
