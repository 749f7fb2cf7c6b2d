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
  'daemon': { below: ['base', 'protocol', 'domain', 'commands', 'derive', 'adapters'], node: true },
  'cli': { below: ['base', 'protocol', 'commands', 'derive', 'client'], types: ['domain'], node: true },
  // The one screen of ours: React components drawn in a terminal. Nothing else of the command line may load them.
  'cli/panel': {
    below: ['base', 'protocol', 'commands', 'client', 'cli'],
    types: ['domain'],
    npm: ['ink', 'react'],
  },
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
    return kind === 'dynamic' && /^browse\/(?:cli\/main|daemon\/(?:main|machine|store|evaluate|ingest|script))\.ts$/.test(target)
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

const all = sources('browse');

describe('the floors of browse/', () => {
  test('more than 30 files were seen', () => {
    expect(all.length).toBeGreaterThan(30);
  });

  test('imports go downward only', () => {
    const problems = all.flatMap((source) => source.imports.map((each) => wrong(source, each)).filter((problem) => problem !== null));
    expect(problems).toEqual([]);
  });

  test.each([
    ['browse/domain/a.ts', `import { readFileSync } from 'node:fs';`],
    ['browse/domain/a.ts', `import type { Page } from 'playwright-core';`],
    ['browse/protocol/a.ts', `export { Clock } from '../domain/ports.ts';`],
    ['browse/commands/a.ts', `import '../daemon/dispatch.ts';`],
    ['browse/client/a.ts', `import { commands } from '../commands/index.ts';`],
    ['browse/client/a.ts', `import { serve } from '../adapters/http/server.ts';`],
    ['browse/cli/a.ts', `const page = await import('../adapters/playwright/page.ts');`],
    ['browse/cli/a.ts', `import { render } from 'ink';`],
    ['browse/cli/panel/a.ts', `import { connect } from '../../daemon/dispatch.ts';`],
    ['browse/daemon/a.ts', `import { type A, connect } from '../client/connect.ts';`],
    ['browse/adapters/node/a.ts', `import { chromium } from 'playwright-core';`],
    ['browse/adapters/http/a.ts', `import { clock } from '../node/clock.ts';`],
    ['browse/main.ts', `import { main } from './cli/main.ts';`],
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

  test('open by saying what they are for', () => {
    expect(all.filter(({ text }) => !/^(?:#!.*\n)?\/\*\*/.test(text)).map(({ path }) => path)).toEqual([]);
  });
});
