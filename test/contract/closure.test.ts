import { expect, test } from 'vitest';
import { packageOf, sources } from '../support/sources.ts';

/** What the client may never load on its way, with what it would cost. */
const NEVER: Readonly<Record<string, string>> = {
  'playwright': 'the engine lives in the daemon; loading it takes longer than a whole command',
  'playwright-core': 'as playwright',
  'commander': 'a program of 80 commands takes 10 ms to build; the daemon parses, the client loads it for help only',
  'better-sqlite3': 'the store is the daemon’s, and its native module is unpacked to disk on load',
  'ink': 'a panel in a terminal, with a layout engine in WebAssembly; `browse up` loads it, nothing else does',
  'react': 'as ink',
  'node:fs': 'loading it is a quarter of what a fresh process costs; adapters/node/fast-path/quick-files.ts does without',
  'node:http': 'its client costs 12 ms against fetch over the socket',
  'node:https': 'as node:http',
};

const all = new Map(sources('browse').map((source) => [source.path, source]));

/** Own files and specifiers that `entry` loads before its first line runs, each with the file that asks for it. */
function closure(entry: string): ReadonlyMap<string, string> {
  const reached = new Map<string, string>([[entry, '']]);
  const queue = [entry];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    for (const each of all.get(path)?.imports ?? []) {
      if (each.kind !== 'static' || reached.has(each.target)) continue;
      reached.set(each.target, path);
      if (each.own) queue.push(each.target);
    }
  }
  return reached;
}

test('what cli/main.ts reaches statically holds nothing heavy', () => {
  const reached = closure('browse/cli/main.ts');
  expect([...reached.keys()].filter((path) => all.has(path)).length).toBeGreaterThan(5);
  const heavy = [...reached].filter(([target]) => packageOf(target) in NEVER || target in NEVER);
  expect(heavy.map(([target, from]) => `${from} imports ${target}: ${NEVER[packageOf(target)] ?? NEVER[target] ?? ''}`)).toEqual([]);
});

test('what a script imports holds no package at all, nothing of the slow path and nothing that Node 20 lacks', () => {
  const reached = closure('browse/client/script.ts');
  const packages = [...reached.keys()].filter((target) => !target.startsWith('node:') && !all.has(target));
  expect(packages).toEqual([]);
  expect([...reached.keys()]).toContain('browse/client/call.ts');
  expect([...reached.keys()].filter((target) => /client\/(?:connect|launch|world)\.ts$|adapters\/node\/start-lock/.test(target))).toEqual(
    [],
  );
  // Bun has it, whatever the version.
  const late = [...reached.keys()].filter((target) => all.get(target)?.text.includes('Promise.withResolvers<'));
  expect(late).toEqual(['browse/adapters/http/bun-client.ts']);
});

test('what it says of itself imports nothing: the package ships that text', () => {
  expect(all.get('browse/client/api.ts')?.imports).toEqual([]);
});

test('the daemon does reach playwright, so the walk sees packages', () => {
  const packages = [...closure('browse/daemon/main.ts').keys()];
  const lazily = [...all.values()].some((source) => source.imports.some((each) => each.target === 'playwright'));
  expect(packages.some((target) => target.startsWith('node:')) && lazily).toBe(true);
});
