/**
 * A file of cookies and storage, as Playwright writes it. What is in it are secrets: nothing of it is ever said, not even of a part
 * that is wrong.
 */
import { createHash } from 'node:crypto';
import { readCheckedOut } from '../../adapters/node/checked-out.ts';
import { isObject } from '../../base/json.ts';

const LARGEST = 16 * 1024 * 1024;

/** Cookies and storage, with the hash that tells whether they are others than before. */
export type StorageState = { readonly state: unknown; readonly digest: string };

/** The file's content, null when there is none yet, or what is wrong with it. */
export function readStorageState(path: string): StorageState | { readonly problem: string } | null {
  const read = readCheckedOut(path, { bytes: LARGEST, within: null });
  if (read === null) return null;
  if ('problem' in read) return { problem: `${path}: ${read.problem}` };
  return parseStorageState(read.text) ?? { problem: `${path}: it is no storage state ({"cookies": [...], "origins": [...]})` };
}

/** Null for what is none. */
export function parseStorageState(text: string): StorageState | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(value)) return null;
  const { cookies = [], origins = [] } = value;
  if (!Array.isArray(cookies) || !Array.isArray(origins) || (value['cookies'] ?? value['origins']) === undefined) return null;
  if (!cookies.every(isCookie) || !origins.every(isOrigin)) return null;
  // By its meaning: another indentation is no other state.
  const state = { cookies: cookies as readonly unknown[], origins: origins as readonly unknown[] };
  return { state, digest: createHash('sha256').update(JSON.stringify(state)).digest('hex') };
}

function isCookie(value: unknown): boolean {
  return isObject(value) && ['name', 'value', 'domain', 'path'].every((key) => typeof value[key] === 'string');
}

function isOrigin(value: unknown): boolean {
  if (!isObject(value) || typeof value['origin'] !== 'string' || !Array.isArray(value['localStorage'] ?? [])) return false;
  return ((value['localStorage'] ?? []) as readonly unknown[]).every(
    (entry) => isObject(entry) && typeof entry['name'] === 'string' && typeof entry['value'] === 'string',
  );
}
