/**
 * Which of several places a value comes from. One order: flag, environment, the project's file, the user's file, the default.
 * What a project may not say until it is trusted is set aside here, in the one place. Pure.
 */
import { ALL, KEYS } from './keys.ts';
import type { Key, KeyFacts, Values } from './keys.ts';

/** The first that says something wins. */
export const ORDER = ['flag', 'environment', 'project', 'user', 'default'] as const;
export type ValueSource = (typeof ORDER)[number];

/** What one place says. */
export type Layer = {
  readonly source: ValueSource;
  readonly values: Values;
  /** Where a key of it stands, in words: a file with its line, a variable. */
  readonly where: (key: Key) => string;
};

/** A value with the place it came from. */
export type ResolvedValue = { readonly key: Key; readonly value: unknown; readonly source: ValueSource; readonly where: string };

/** Every key that some layer has, with the value that counts. */
export function resolvePrecedence(layers: readonly Layer[]): readonly ResolvedValue[] {
  const ordered = layers.toSorted((a, b) => ORDER.indexOf(a.source) - ORDER.indexOf(b.source));
  return ALL.flatMap((key) => {
    const layer = ordered.find(({ values }) => values[key] !== undefined);
    return layer ? [{ key, value: layer.values[key], source: layer.source, where: layer.where(key) }] : [];
  });
}

/** The same as one configuration. */
export function valuesOf(settled: readonly ResolvedValue[]): Values {
  return Object.fromEntries(settled.map(({ key, value }) => [key, value]));
}

/** What a project's file says → what is used of it, and what waits until somebody trusts it. */
export function sift(values: Values, trusted: boolean): { readonly used: Values; readonly withheld: Values } {
  const needs = (key: string): boolean => (KEYS[key as Key] as KeyFacts).trust === 'needed';
  const pick = (chosen: (key: string) => boolean): Values => Object.fromEntries(Object.entries(values).filter(([key]) => chosen(key)));
  return { used: pick((key) => trusted || !needs(key)), withheld: pick((key) => !trusted && needs(key)) };
}

/** The keys whose values differ, in order. */
export function differences(before: Values, after: Values): readonly Key[] {
  return ALL.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}
