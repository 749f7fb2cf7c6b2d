/**
 * What can be configured: every key once, with its type, whether a project must be trusted for it, and what it is for. Pure.
 * Values come from files that anybody may have written: each is looked at before it is believed.
 */
import { isObject } from '../../base/json.ts';
import { BrowseError } from '../../protocol/errors.ts';
import { idleFrom } from '../../protocol/launch.ts';
import { originProblem } from '../ingest/origins.ts';
import { browserArguments, proxyUrl } from '../pool.ts';
import type { Viewport } from '../ports/page.ts';

type Problem = { readonly problem: string; readonly path?: readonly (string | number)[] };
type Read<T> = (value: unknown) => { readonly value: T } | Problem;

/** One key of a configuration. */
export type KeyFacts<T = unknown> = {
  /** The value as it is used, or what is wrong with it. */
  readonly read: Read<T>;
  /** `harmless`: also from a project that nobody has trusted. */
  readonly trust: 'harmless' | 'needed';
  /** A file of the caller's: relative to the folder of the file that names it. */
  readonly path?: true;
  /** The daemon has one of it for all projects. */
  readonly whole?: true;
  /** The variable that says it too. */
  readonly variable?: string;
  readonly summary: string;
};

const wrong = (what: string, value: unknown): Problem => ({ problem: `is ${what}, not ${shown(value)}` });

/** A value in a sentence, not longer than one needs to find it. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

const text =
  (what: string, fits: (value: string) => boolean = (value) => value !== ''): Read<string> =>
  (value) =>
    typeof value === 'string' && fits(value) && !value.includes('\0') ? { value } : wrong(what, value);

const whole =
  (what: string, least: number, most: number): Read<number> =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? { value } : wrong(what, value);

const list =
  <T>(what: string, each: Read<T>): Read<readonly T[]> =>
  (value) => {
    if (!Array.isArray(value)) return wrong(what, value);
    const read: T[] = [];
    for (const [at, one] of (value as readonly unknown[]).entries()) {
      const got = each(one);
      if ('problem' in got) return { ...got, path: [at, ...(got.path ?? [])] };
      read.push(got.value);
    }
    return { value: read };
  };

/** An object of these members and no others; those that are left out stay so. */
const members =
  <T extends Readonly<Record<string, Read<unknown>>>>(what: string, each: T): Read<{ readonly [K in keyof T]?: Got<T[K]> }> =>
  (value) => {
    if (!isObject(value)) return wrong(what, value);
    const read: Record<string, unknown> = {};
    for (const [name, one] of Object.entries(value)) {
      if (!Object.hasOwn(each, name)) return { problem: `has an unknown key ${JSON.stringify(name)}`, path: [name] };
      const got = each[name]?.(one) ?? wrong(what, one);
      if ('problem' in got) return { ...got, path: [name, ...(got.path ?? [])] };
      read[name] = got.value;
    }
    return { value: read as { readonly [K in keyof T]?: Got<T[K]> } };
  };

type Got<R> = R extends Read<infer T> ? T : never;

/** What a check that throws says. */
function refused(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof BrowseError) return (error.data as { problem: string }).problem;
    throw error;
  }
}

/** An http or https URL that holds no name and no password: it is printed, and pages learn it. */
const baseUrl: Read<string> = (value) => {
  const what = 'an http or https URL';
  if (typeof value !== 'string' || !URL.canParse(value)) return wrong(what, value);
  const { protocol, username, password, href } = new URL(value);
  if (protocol !== 'http:' && protocol !== 'https:') return wrong(what, value);
  return username === '' && password === ''
    ? { value: href }
    : { problem: 'has a name or a password in it; browse credentials takes them' };
};

/** Below the project: a checked-out folder may not point elsewhere. */
const inside = text(
  'a path below the folder of the project',
  (value) => value !== '' && !/^([/\\~]|[a-z]:)/i.test(value) && !value.split(/[/\\]/).includes('..'),
);

const insides: Read<readonly string[]> = (value) =>
  typeof value === 'string' ? list('', inside)([value]) : list('a path or a list', inside)(value);

const viewport: Read<Viewport> = (value) => {
  const read = members('{"width", "height"} in CSS pixels', {
    width: whole('a whole number from 1 to 10000', 1, 10_000),
    height: whole('a whole number from 1 to 10000', 1, 10_000),
    scale: (scale: unknown) =>
      typeof scale === 'number' && scale >= 0.1 && scale <= 10 ? { value: scale } : wrong('a number from 0.1 to 10', scale),
  })(value);
  if ('problem' in read) return read;
  const { width, height, scale = 1 } = read.value;
  return width === undefined || height === undefined
    ? wrong('{"width", "height"} in CSS pixels', value)
    : { value: { width, height, scale } };
};

const command: Read<readonly string[]> = (value) => {
  const word = text('words of a command');
  if (typeof value === 'string') {
    // A line means what it means in the user's shell.
    const line = word(value);
    return 'problem' in line ? line : { value: ['/bin/sh', '-c', line.value] };
  }
  const words = list(
    'a command line, or the list of its words',
    text('a word of a command', () => true),
  )(value);
  return 'problem' in words || (words.value[0] ?? '') !== '' ? words : wrong('a command line, or the list of its words', value);
};

const argument: Read<string> = (value) => {
  if (typeof value !== 'string' || value === '') return wrong('an argument of the browser', value);
  const problem = refused(() => browserArguments([value]));
  return problem === null ? { value } : { problem: `has ${shown(value)}: ${problem}` };
};

const proxy: Read<string> = (value) => {
  const what = 'http://HOST:PORT or socks5://HOST:PORT';
  // Not shown: it may hold a password.
  if (typeof value !== 'string' || value === '') return wrong(what, typeof value);
  return refused(() => proxyUrl(value)) === null ? { value: proxyUrl(value) } : { problem: `is ${what}` };
};

const origin: Read<string> = (value) => {
  if (typeof value !== 'string') return wrong('an origin', value);
  const problem = originProblem(value);
  return problem === null ? { value } : { problem: `has ${shown(value)}: ${problem}` };
};

const idle: Read<number> = (value) => {
  const what = 'minutes (30) or a time ("90s", 0 for never)';
  if (typeof value !== 'number' && typeof value !== 'string') return wrong(what, value);
  return refused(() => idleFrom(String(value))) === null ? { value: idleFrom(String(value)) } : wrong(what, value);
};

const restore: Read<'off' | 'tabs' | 'all'> = (value) =>
  value === 'off' || value === 'tabs' || value === 'all' ? { value } : wrong('off, tabs or all', value);

/** Days for which a session waits to be restored. */
export const RESTORE_DAYS = 7;

const yes: Read<boolean> = (value) => (typeof value === 'boolean' ? { value } : wrong('true or false', value));

const key = <T>(facts: KeyFacts<T>): KeyFacts<T> => facts;

/** In the order in which `browse config` prints them. */
export const KEYS = {
  'baseUrl': key({ read: baseUrl, trust: 'harmless', variable: 'BROWSE_BASE_URL', summary: 'where goto /path goes' }),
  'viewport': key({ read: viewport, trust: 'harmless', summary: "size of a new session's pages" }),
  'storageState': key({
    read: text('the path of a file'),
    trust: 'needed',
    path: true,
    summary: 'file of cookies and storage that new sessions begin with, as Playwright writes it',
  }),
  'refreshAuth': key({ read: command, trust: 'needed', summary: 'command of browse refresh-auth' }),
  'tests.specs': key({ read: insides, trust: 'harmless', summary: 'where specs are' }),
  'tests.root': key({ read: inside, trust: 'harmless', summary: 'folder of the unit tests' }),
  'tests.config': key({ read: inside, trust: 'harmless', summary: 'configuration of the unit tests' }),
  'browser.executable': key({
    read: text('the path of a program'),
    trust: 'needed',
    path: true,
    variable: 'BROWSE_CHROMIUM',
    summary: 'browser to start',
  }),
  'browser.args': key({ read: list('a list', argument), trust: 'needed', summary: 'more arguments for it' }),
  'browser.proxy': key({ read: proxy, trust: 'needed', summary: 'proxy for it' }),
  'browser.headed': key({ read: yes, trust: 'needed', summary: 'whether it has a window' }),
  'browser.cdp': key({
    read: yes,
    trust: 'needed',
    whole: true,
    summary: 'whether the default browser has a CDP port, which every local user can open',
  }),
  'logs.port': key({
    read: whole('a number from 1 to 65535', 1, 65_535),
    trust: 'needed',
    whole: true,
    summary: 'where logs serve listens',
  }),
  'logs.origins': key({ read: list('a list', origin), trust: 'needed', whole: true, summary: 'pages that may post logs' }),
  'logs.retention': key({
    read: members('{"days", "megabytes"}', {
      days: whole('a whole number from 1 to 3650', 1, 3650),
      megabytes: whole('a whole number from 1 to 1000000', 1, 1_000_000),
    }),
    trust: 'needed',
    whole: true,
    summary: 'how long and how much of the log is kept',
  }),
  'idle': key({
    read: idle,
    trust: 'needed',
    whole: true,
    variable: 'BROWSE_IDLE',
    summary: 'after how long without a command the daemon ends',
  }),
  'restore': key({
    read: restore,
    trust: 'needed',
    whole: true,
    summary: 'what of a session comes back after an end that nobody asked for: off, tabs, or all (cookies and storage too)',
  }),
  'restoreDays': key({
    read: whole('a whole number from 1 to 365', 1, 365),
    trust: 'needed',
    whole: true,
    summary: 'for how many days it is kept on disk',
  }),
} as const;

export type Key = keyof typeof KEYS;
/** What is configured; a key that is not there is not. */
export type Values = { readonly [K in Key]?: (typeof KEYS)[K] extends KeyFacts<infer T> ? T : never };

/** Every key there is. */
export const ALL = Object.keys(KEYS) as readonly Key[];

/** What is wrong with a configuration, and with which part of it. `name`: its key stands wrongly, not its value. */
export type Misfit = { readonly problem: string; readonly path: readonly (string | number)[]; readonly name: boolean };

const isKey = (name: string): name is Key => Object.hasOwn(KEYS, name);

/** A file's content as values, or the first thing that is wrong with it. A key that nobody knows is a slip of the pen. */
export function readValues(content: unknown): { readonly values: Values } | Misfit {
  if (!isObject(content)) return { problem: 'it is no object', path: [], name: false };
  const values: Partial<Record<Key, unknown>> = {};
  const read = (name: string, path: readonly string[], value: unknown): Misfit | null => {
    if (!isKey(name)) return { problem: `it has an unknown key ${shown(name)}`, path, name: true };
    const got = (KEYS[name] as KeyFacts).read(value);
    if ('problem' in got) return { problem: `${JSON.stringify(name)} ${got.problem}`, path: [...path, ...(got.path ?? [])], name: false };
    values[name] = got.value;
    return null;
  };
  for (const [name, value] of Object.entries(content)) {
    if (isKey(name) || !ALL.some((each) => each.startsWith(`${name}.`))) {
      const misfit = name.includes('.')
        ? { problem: `it has an unknown key ${shown(name)}`, path: [name], name: true }
        : read(name, [name], value);
      if (misfit !== null) return misfit;
      continue;
    }
    if (!isObject(value)) return { problem: `${JSON.stringify(name)} is no object`, path: [name], name: false };
    for (const [member, each] of Object.entries(value)) {
      const misfit = read(`${name}.${member}`, [name, member], each);
      if (misfit !== null) return misfit;
    }
  }
  return { values: values as Values };
}
