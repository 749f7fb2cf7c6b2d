/** What the daemon and the process of a script say to each other. Plain data. */
import { isObject } from '../../base/json.ts';

/** Begin. */
export type ScriptGo = {
  readonly go: true;
  /** Absolute. */
  readonly file: string;
  readonly args: readonly string[];
  readonly umask: number;
  readonly endpoint: string;
  /** The tab it works on, as clients who joined know it. */
  readonly tab: string;
};

export type ScriptWord =
  /** What its default export returned, as JSON data or as a description. */
  | { readonly kind: 'value'; readonly value: unknown }
  /** It threw. */
  | { readonly kind: 'threw'; readonly message: string; readonly stack: string };

/** A word as it must be; null for anything else: somebody's code runs where it comes from. */
export function scriptWord(value: unknown): ScriptWord | null {
  if (!isObject(value)) return null;
  const { kind, message, stack } = value;
  if (kind === 'value') return { kind, value: value['value'] ?? null };
  return kind === 'threw' && typeof message === 'string' && typeof stack === 'string' ? { kind, message, stack } : null;
}
