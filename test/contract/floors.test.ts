import { dirname } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { packageOf, parse, sources, type Import, type Source } from '../support/sources.ts';

type Floor = {
  /** Floors, or single files, that it may import at run time. Its own folder always. */
  readonly below: readonly string[];
  /** More of them as types only. */
  readonly types?: readonly string[];
  readonly node?: true;
  readonly npm?: readonly string[];
};

/** STYLE's table of floors. A folder that is not here may not exist. */
const FLOORS: Readonly<Record<string, Floor>> = {
  'base': { below: [] },
  'protocol': { below: ['base'] },
  'domain': { below: ['base', 'protocol'] },
  'commands': { below: ['base', 'protocol', 'domain'] },
  'derive': { below: ['base', 'protocol', 'commands'], types: ['domain'], npm: ['commander'] },
  'adapters/node': { below: ['base', 'protocol', 'domain'], node: true, npm: ['proper-lockfile', 'write-file-atomic'] },
  'adapters/playwright': {
    // The in-page code reaches the adapter as two strings; its types say what they install.
    below: ['base', 'protocol', 'domain', 'adapters/injected/bundle.gen.ts'],
    types: ['adapters/injected'],
    node: true,
    npm: ['playwright', 'playwright-core'],
  },
  // It runs in the page: nothing of Node is there.
  'adapters/injected': { below: ['base', 'protocol', 'domain'] },
  // It runs in a project's own Node, and reaches the daemon as a string.
  'adapters/vitest': { below: ['base', 'protocol', 'domain'], node: true },
  // It runs in the caller's Node, beside his Playwright, and reaches the daemon as a string.
  'adapters/runner': { below: ['base', 'protocol', 'domain'], node: true, npm: ['@playwright/test'] },
  'adapters/sqlite': { below: ['base', 'protocol', 'domain'], node: true, npm: ['better-sqlite3'] },
  'adapters/jsonc': { below: ['base'], npm: ['jsonc-parser'] },
  'adapters/http': { below: ['base', 'protocol', 'domain'], node: true },
  'client': { below: ['base', 'protocol', 'domain', 'adapters/node', 'adapters/http/client.ts'], types: ['commands'], node: true },
  // The hidden processes beside the daemon, which are not the daemon.
  'processes': { below: ['base', 'protocol', 'domain', 'adapters'], node: true },
  'daemon': { below: ['base', 'protocol', 'domain', 'commands', 'derive', 'adapters'], node: true },
  'cli': { below: ['base', 'protocol', 'commands', 'derive', 'client'], types: ['domain'], node: true },
  // The one screen of ours: React components drawn in a terminal. Nothing else of the command line may load them.
  'cli/panel': {
    below: ['base', 'protocol', 'commands', 'client', 'cli'],
    types: ['domain'],
    npm: ['ink', 'react'],
  },
};

/** The rooms of the larger folders, from the top downward. A file imports its own room and those behind it, types included. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'browse/daemon': [
    'main.ts',
    'server',
    'dispatch',
    'lifecycle',
    'runs',
    'sessions',
    'ingest',
    'configuration',
    'logs',
    'browsers',
    'ports.ts',
  ],
  'browse/adapters/playwright': [
    'engine.ts',
    'connect',
    'contexts',
    'input',
    'capture',
    'page',
    'handle',
    'launch',
    'internals',
    'errors.ts',
    'core-bundle.d.ts',
  ],
  'browse/adapters/injected': [
    'world-entry.ts',
    'browse-world.ts',
    'acts',
    'guard',
    'snapshot',
    'styles',
    'hit-test.ts',
    'dom-getters.ts',
    'world.ts',
    'bundle.gen.ts',
  ],
};

const FORBIDDEN_NAMES = /(?:^|[/-])(?:utils?|helpers?|managers?|common|misc|lib|shared)(?=[/.-]|$)/;

function floorOf(path: string): string | null {
  const [first, second] = path.replace(/^browse\//, '').split('/');
  const inner = `${first}/${second}`;
  const name = first === 'adapters' || inner in FLOORS ? inner : (first ?? '');
  return name in FLOORS ? name : null;
}

/** What is wrong with one import; null when nothing is. */
function wrong(source: Source, { target, own, kind }: Import): string | null {
  const sentence = `${source.path} imports ${target}${kind === 'static' ? '' : ` (${kind})`}`;
  if (source.path === 'browse/main.ts') {
    return kind === 'dynamic' &&
      /^browse\/(?:cli\/main|daemon\/main|processes\/(?:doctor|store|config-evaluator|ingest|script))\.ts$/.test(target)
      ? null
      : `${sentence}: main.ts reaches cli and daemon by import(), nothing else`;
  }
  const name = floorOf(source.path);
  const floor = name === null ? undefined : FLOORS[name];
  if (name === null || floor === undefined) return `${source.path} is on no floor`;
  if (!own) {
    if (target.startsWith('node:')) return floor.node || kind === 'type' ? null : `${sentence}: ${name} has no node:`;
    return floor.npm?.includes(packageOf(target)) ? null : `${sentence}: that package belongs to another folder`;
  }
  const inside = (floors: readonly string[]): boolean =>
    floors.some((each) => target === `browse/${each}` || target.startsWith(`browse/${each}/`));
  if (inside([name, ...floor.below])) return null;
  return kind === 'type' && inside(floor.types ?? []) ? null : `${sentence}: ${name} may import ${floor.below.join(', ') || 'nothing'}`;
}

/** The room of a file in one of the larger folders: its folder's path, and the room's place in the order (-1: in none). */
function roomOf(path: string): { readonly folder: string; readonly place: number } | null {
  const folder = Object.keys(ROOMS).find((each) => path.startsWith(`${each}/`));
  if (folder === undefined) return null;
  const [name = ''] = path.slice(folder.length + 1).split('/');
  return { folder, place: (ROOMS[folder] ?? []).indexOf(name) };
}

/** What is wrong with one import between rooms; null when nothing is. */
function upward(source: Source, { target, own }: Import): string | null {
  const from = roomOf(source.path);
  if (from === null || !own) return null;
  if (from.place === -1) return `${source.path} is in no room`;
  const to = roomOf(target);
  return to === null || to.folder !== from.folder || to.place >= from.place ? null : `${source.path} imports ${target}, a room above it`;
}

/** Files that import each other, by whatever way round; each circle as its files in order. */
function circles(files: readonly Source[]): readonly (readonly string[])[] {
  const edges = new Map(files.map(({ path, imports }) => [path, imports.filter(({ own }) => own).map(({ target }) => target)]));
  const found: (readonly string[])[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at !== -1) found.push(trail.slice(at));
    if (at !== -1 || done.has(path)) return;
    for (const target of edges.get(path) ?? []) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) walk(path, []);
  return found;
}

/** Names with a leading underscore that a file reads from objects, from its syntax tree. */
function privateNames(path: string, text: string): readonly string[] {
  const names: string[] = [];
  const take = (name: string | undefined): void => {
    if (name?.startsWith('_')) names.push(name);
  };
  new Visitor({
    MemberExpression({ property, computed }) {
      if (!computed && property.type === 'Identifier') take(property.name);
      else if (property.type === 'Literal' && typeof property.value === 'string') take(property.value);
    },
    ObjectPattern({ properties }) {
      for (const each of properties) if (each.type === 'Property' && each.key.type === 'Identifier') take(each.key.name);
    },
  }).visit(parseSync(path, text).program);
  return names;
}

const all = sources('browse');

describe('the floors of browse/', () => {
  test('more than 30 files were seen', () => {
    expect(all.length).toBeGreaterThan(30);
  });

  test('imports go downward only', () => {
    const problems = all.flatMap((source) => source.imports.map((each) => wrong(source, each)).filter((problem) => problem !== null));
    expect(problems).toEqual([]);
  });

  test('so do imports between rooms, and no files import each other', () => {
    expect(all.filter(({ path }) => roomOf(path) !== null).length).toBeGreaterThan(100);
    expect(all.flatMap((source) => source.imports.map((each) => upward(source, each)).filter((problem) => problem !== null))).toEqual([]);
    expect(circles(all)).toEqual([]);
  });

  test('an arrow that runs up between rooms is noticed, of types too, and so is a circle', () => {
    const up = parse('browse/daemon/logs/a.ts', `import type { Session } from '../sessions/session.ts';`);
    expect(up.imports.map((each) => upward(up, each))).toEqual([expect.stringContaining('a room above it')]);
    const ring = [
      parse('browse/domain/a.ts', `import type { B } from './b.ts';`),
      parse('browse/domain/b.ts', `import { c } from './c.ts';`),
      parse('browse/domain/c.ts', `export type { A } from './a.ts';`),
    ];
    expect(circles(ring)).toEqual([['browse/domain/a.ts', 'browse/domain/b.ts', 'browse/domain/c.ts']]);
    expect(circles(ring.slice(0, 2))).toEqual([]);
  });

  test.each([
    ['browse/domain/a.ts', `import { readFileSync } from 'node:fs';`],
    ['browse/domain/a.ts', `import type { Page } from 'playwright-core';`],
    ['browse/protocol/a.ts', `export { Clock } from '../domain/ports.ts';`],
    ['browse/commands/a.ts', `import '../daemon/dispatch/pipeline.ts';`],
    ['browse/client/a.ts', `import { commands } from '../commands/index.ts';`],
    ['browse/client/a.ts', `import { serve } from '../adapters/http/server.ts';`],
    ['browse/cli/a.ts', `const page = await import('../adapters/playwright/page.ts');`],
    ['browse/cli/a.ts', `import { render } from 'ink';`],
    ['browse/cli/panel/a.ts', `import { connect } from '../../daemon/dispatch/pipeline.ts';`],
    ['browse/daemon/a.ts', `import { type A, connect } from '../client/connect.ts';`],
    ['browse/adapters/node/a.ts', `import { chromium } from 'playwright-core';`],
    ['browse/adapters/http/a.ts', `import { clock } from '../node/clock.ts';`],
    ['browse/main.ts', `import { main } from './cli/main.ts';`],
    ['browse/processes/a.ts', `import { createDispatch } from '../daemon/dispatch/pipeline.ts';`],
    ['browse/daemon/a.ts', `import { main } from '../processes/store.ts';`],
    ['browse/elsewhere/a.ts', `import '../base/never.ts';`],
  ])('%s may not say %s', (path, text) => {
    const source = parse(path, text);
    expect(source.imports.map((each) => wrong(source, each))).toEqual([expect.any(String)]);
  });

  test.each([
    ['browse/client/a.ts', `import type { Command } from '../commands/index.ts';`],
    ['browse/client/a.ts', `import { type Command, type Other } from '../commands/index.ts';`],
    ['browse/cli/a.ts', `export type { Clock } from '../domain/ports.ts';`],
    ['browse/main.ts', `await import('./cli/main.ts');`],
  ])('%s may say %s', (path, text) => {
    const source = parse(path, text);
    expect(source.imports.map((each) => wrong(source, each))).toEqual([null]);
  });
});

describe('the files of browse/', () => {
  test('are called by nouns in kebab-case, and nothing is called by a word that says nothing', () => {
    const names = all.map((source) => source.path);
    expect(names.filter((path) => !/^[a-z0-9-]+(?:\/[a-z0-9-]+)*(?:\.d)?\.ts$/.test(path))).toEqual([]);
    expect(names.filter((path) => FORBIDDEN_NAMES.test(path))).toEqual([]);
    expect(FORBIDDEN_NAMES.test('browse/utils/a.ts') && FORBIDDEN_NAMES.test('browse/base/tab-manager.ts')).toBe(true);
    expect(FORBIDDEN_NAMES.test('browse/commands/daemon.ts')).toBe(false);
  });

  test('have at most 350 lines', () => {
    const long = all.map(({ path, text }) => ({ path, lines: text.split('\n').length })).filter(({ lines }) => lines > 350);
    expect(long).toEqual([]);
  });

  test('are small: a median of 90 lines at most, and no folder with more than 20 but that of the commands', () => {
    const lengths = all.map(({ text }) => text.split('\n').length).toSorted((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(90);
    const folders = Map.groupBy(all, ({ path }) => dirname(path));
    const full = [...folders].filter(([folder, files]) => folder !== 'browse/commands' && files.length > 20).map(([folder]) => folder);
    expect(full).toEqual([]);
  });

  test('touch private names of Playwright in the rooms for it only', () => {
    const ROOMS_OF_INTERNALS = /^browse\/adapters\/(?:playwright\/internals\/|runner\/fixtures\.ts$)/;
    const found = all
      .filter(({ path }) => /^browse\/adapters\/(?:playwright|runner)\//.test(path))
      .flatMap(({ path, text }) => privateNames(path, text).map((name) => ({ path, name })));
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(({ path }) => !ROOMS_OF_INTERNALS.test(path))).toEqual([]);
    expect(privateNames('a.ts', `page._guid; page['_connection']; const { _channel } = page; this.#own; '._text'`)).toEqual([
      '_guid',
      '_connection',
      '_channel',
    ]);
  });

  test('open by saying what they are for', () => {
    expect(all.filter(({ text }) => !/^(?:#!.*\n)?\/\*\*/.test(text)).map(({ path }) => path)).toEqual([]);
  });
});
