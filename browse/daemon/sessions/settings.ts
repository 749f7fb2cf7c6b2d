/**
 * What outlives a restart: a JSON file next to the record. A file that does not parse at the start is set aside and said;
 * at a refresh it makes the refresh fail, and what is in memory stays.
 */
import { isObject } from '../../base/json.ts';
import { portOf } from '../../domain/pool.ts';
import { fail } from '../../protocol/errors.ts';
import type { SessionSettings } from '../../domain/session.ts';
import type { SettingsFile, SettingsStore } from '../ports.ts';
import type { Files } from '../../domain/ports/machine.ts';
const EMPTY: SettingsFile = { version: 1, sessions: {} };

const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  userAgent: (value) => typeof value === 'string',
  viewport: (value) => isObject(value) && ['width', 'height', 'scale'].every((key) => typeof value[key] === 'number'),
  headers: (value) =>
    Array.isArray(value) && value.every((each) => isObject(each) && typeof each['name'] === 'string' && typeof each['value'] === 'string'),
  credentials: (value) =>
    Array.isArray(value) &&
    value.every((each) => isObject(each) && ['username', 'password', 'origin'].every((key) => typeof each[key] === 'string')),
  logs: (value) =>
    isObject(value) &&
    typeof value['key'] === 'string' &&
    /^[\w-]{16,100}$/.test(value['key']) &&
    typeof value['on'] === 'boolean' &&
    Array.isArray(value['origins']) &&
    value['origins'].every((each) => typeof each === 'string'),
  onDialog: (value) => value === 'accept' || value === 'dismiss',
  routes: (value) =>
    Array.isArray(value) &&
    value.every((each) => isObject(each) && typeof each['glob'] === 'string' && typeof each['delayMs'] === 'number'),
  offline: (value) => typeof value === 'boolean',
  throttle: (value) => typeof value === 'string',
  har: (value) => isObject(value) && typeof value['since'] === 'number' && (value['file'] === null || typeof value['file'] === 'string'),
};

/** The file's text as settings, or what is wrong with it. */
export function parseSettings(text: string): { settings: SettingsFile } | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: (error as Error).message };
  }
  if (!isObject(value) || !isObject(value['sessions'])) return { problem: 'it has no "sessions"' };
  for (const [name, session] of Object.entries(value['sessions'])) {
    if (!isObject(session)) return { problem: `session ${JSON.stringify(name)} is not an object` };
    for (const [key, field] of Object.entries(session)) {
      const check = FIELDS[key];
      if (check === undefined) return { problem: `session ${JSON.stringify(name)} has an unknown key ${JSON.stringify(key)}` };
      if (!check(field)) return { problem: `session ${JSON.stringify(name)} has a wrong ${JSON.stringify(key)}` };
    }
  }
  return { settings: value as unknown as SettingsFile };
}

/** Every `session.key` whose value differs. */
function differences(before: SettingsFile, after: SettingsFile): readonly string[] {
  const changed: string[] = [];
  for (const name of new Set([...Object.keys(before.sessions), ...Object.keys(after.sessions)])) {
    const a = (before.sessions[name] ?? {}) as Record<string, unknown>;
    const b = (after.sessions[name] ?? {}) as Record<string, unknown>;
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (JSON.stringify(a[key]) !== JSON.stringify(b[key])) changed.push(`${name}.${key}`);
    }
  }
  return changed;
}

/** Reads the file at `path`; `stamp` names the copy of a broken one. */
export async function openSettings(files: Files, path: string, stamp: string): Promise<SettingsStore> {
  let current = EMPTY;
  let warning: string | null = null;
  const text = files.read(path);
  if (text !== null) {
    const parsed = parseSettings(text);
    if ('settings' in parsed) current = parsed.settings;
    else {
      const aside = `${path}.broken-${stamp}`;
      await files.write(aside, text);
      files.remove(path);
      warning = `The settings file did not parse (${parsed.problem}); it is set aside as ${aside}`;
    }
  }
  // A browser of the pool ends with the daemon, and its port is somebody else's then: what was set in it is not kept.
  const passing = new Map<string, SessionSettings>();
  return {
    warning,
    all: () => current.sessions,
    session: (name) => passing.get(name) ?? current.sessions[name] ?? {},
    async setSession(name, value) {
      if (portOf(name) !== null) return void passing.set(name, value);
      current = { ...current, sessions: { ...current.sessions, [name]: value } };
      await files.write(path, `${JSON.stringify(current, null, 2)}\n`);
    },
    reread() {
      const now = files.read(path);
      const parsed = now === null ? { settings: EMPTY } : parseSettings(now);
      if ('problem' in parsed) return fail('refresh-failed', { reason: `${path}: ${parsed.problem}` });
      return {
        changed: differences(current, parsed.settings),
        sessions: parsed.settings.sessions,
        commit: () => {
          current = parsed.settings;
        },
      };
    },
  };
}
