/** The configuration's rules: what a key takes, which place wins, and what an untrusted project may not say. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../browse/adapters/jsonc/document.ts';
import { parseConfiguration } from '../../browse/daemon/configuration/user-configuration.ts';
import { parseStorageState } from '../../browse/daemon/configuration/storage-state.ts';
import { ALL, KEYS, readValues } from '../../browse/domain/configuration/keys.ts';
import type { Key, KeyFacts, Values } from '../../browse/domain/configuration/keys.ts';
import { differences, ORDER, resolvePrecedence, sift, valuesOf } from '../../browse/domain/configuration/precedence.ts';
import type { Layer, ValueSource } from '../../browse/domain/configuration/precedence.ts';

/** A value of each key, made unlike others by a number. */
const SAMPLES: { readonly [K in Key]: (n: number) => NonNullable<Values[K]> } = {
  'baseUrl': (n) => `http://host${n}/`,
  'viewport': (n) => ({ width: n + 1, height: 500, scale: 1 }),
  'storageState': (n) => `/state${n}.json`,
  'refreshAuth': (n) => ['mint', String(n)],
  'tests.specs': (n) => [`specs${n}`],
  'tests.root': (n) => `root${n}`,
  'tests.config': (n) => `config${n}.ts`,
  'browser.executable': (n) => `/bin/browser${n}`,
  'browser.args': (n) => [`--window-position=${n}`],
  'browser.proxy': (n) => `http://proxy:${n + 1}/`,
  'browser.headed': (n) => n % 2 === 0,
  'browser.cdp': (n) => n % 2 === 1,
  'logs.port': (n) => n + 1,
  'logs.origins': (n) => [`http://a${n}`],
  'logs.retention': (n) => ({ days: n + 1 }),
  'idle': (n) => n * 60_000,
  'restore': (n) => (['off', 'tabs', 'all'] as const)[n % 3] ?? 'all',
  'restoreDays': (n) => (n % 365) + 1,
};

const someValues = fc
  .record({ keys: fc.subarray([...ALL]), n: fc.integer({ min: 0, max: 5000 }) })
  .map(({ keys, n }): Values => Object.fromEntries(keys.map((key) => [key, SAMPLES[key](n)])));
const layer = (source: ValueSource, values: Values): Layer => ({ source, values, where: (key) => `${source} ${key}` });
const someLayers = fc
  .tuple(...ORDER.map((source) => someValues.map((values) => layer(source, values))))
  .chain((layers) => fc.shuffledSubarray(layers));

describe('which place wins', () => {
  test('a value is that of the first place in the order that has its key, however they are handed over', () => {
    fc.assert(
      fc.property(someLayers, (layers) => {
        const settled = resolvePrecedence(layers);
        for (const key of ALL) {
          const first = ORDER.map((source) => layers.find((each) => each.source === source)).find(
            (each) => each?.values[key] !== undefined,
          );
          const found = settled.find((each) => each.key === key);
          expect(found?.source).toBe(first?.source);
          expect(found?.value).toBe(first?.values[key]);
          expect(found?.where).toBe(found && `${found.source} ${key}`);
        }
      }),
    );
  });

  test('the order is flag, environment, project, user, default', () => {
    expect(ORDER).toEqual(['flag', 'environment', 'project', 'user', 'default']);
  });

  test('what an untrusted project says never changes a key that needs trust, whatever the others say', () => {
    fc.assert(
      fc.property(someLayers, someValues, (layers, hostile) => {
        const others = layers.filter(({ source }) => source !== 'project');
        const { used, withheld } = sift(hostile, false);
        const without = valuesOf(resolvePrecedence(others));
        const withIt = valuesOf(resolvePrecedence([...others, layer('project', used)]));
        for (const key of differences(without, withIt)) expect((KEYS[key] as KeyFacts).trust).toBe('harmless');
        expect({ ...used, ...withheld }).toEqual(hostile);
        expect(sift(hostile, true)).toEqual({ used: hostile, withheld: {} });
      }),
    );
  });

  test('everything but baseUrl, viewport and tests needs trust', () => {
    expect(ALL.filter((key) => (KEYS[key] as KeyFacts).trust === 'harmless')).toEqual([
      'baseUrl',
      'viewport',
      'tests.specs',
      'tests.root',
      'tests.config',
    ]);
  });

  test('configurations differ by value: the same said twice changed nothing', () => {
    fc.assert(
      fc.property(someValues, (values) => {
        expect(differences(values, structuredClone(values))).toEqual([]);
        expect(differences({}, values)).toEqual(ALL.filter((key) => key in values));
      }),
    );
  });
});

const read = (content: unknown): unknown => {
  const got = readValues(content);
  return 'values' in got ? got.values : got.problem;
};

describe('what a key takes', () => {
  test('values are made what they mean', () => {
    expect(
      read({
        baseUrl: 'http://localhost:3000',
        viewport: { width: 800, height: 600 },
        refreshAuth: 'npm run auth',
        tests: { specs: 'e2e' },
        browser: { args: ['--mute-audio'], proxy: 'localhost:8080' },
        idle: '90s',
      }),
    ).toEqual({
      'baseUrl': 'http://localhost:3000/',
      'viewport': { width: 800, height: 600, scale: 1 },
      'refreshAuth': ['/bin/sh', '-c', 'npm run auth'],
      'tests.specs': ['e2e'],
      'browser.args': ['--mute-audio'],
      'browser.proxy': 'http://localhost:8080/',
      'idle': 90_000,
    });
    expect(read({ refreshAuth: ['npm', 'run', 'auth'] })).toEqual({ refreshAuth: ['npm', 'run', 'auth'] });
  });

  test.each([
    [{ baseURL: 'http://a' }, 'unknown key "baseURL"'],
    [{ 'browser.args': [] }, 'unknown key "browser.args"'],
    [{ browser: { flags: [] } }, 'unknown key "browser.flags"'],
    [JSON.parse('{"__proto__": {"baseUrl": "http://a"}}'), 'unknown key "__proto__"'],
    [{ browser: [] }, '"browser" is no object'],
    [[], 'it is no object'],
    [{ baseUrl: 'javascript:alert(1)' }, '"baseUrl" is an http or https URL'],
    [{ baseUrl: 'file:///etc' }, '"baseUrl" is an http or https URL'],
    [{ baseUrl: 'http://user:word@host/' }, '"baseUrl" has a name or a password'],
    [{ viewport: { width: 0, height: 1 } }, 'whole number from 1 to 10000'],
    [{ viewport: { width: 100 } }, '"viewport" is {"width", "height"}'],
    [{ viewport: { width: 100, height: 100, depth: 1 } }, 'unknown key "depth"'],
    [{ storageState: 'a\0b' }, '"storageState" is the path of a file'],
    [{ refreshAuth: [] }, '"refreshAuth" is a command line'],
    [{ refreshAuth: [1] }, '"refreshAuth" is a word of a command'],
    [{ tests: { specs: '../other' } }, 'below the folder of the project'],
    [{ tests: { specs: ['a', '/etc'] } }, 'below the folder of the project'],
    [{ tests: { root: 'a/../../b' } }, 'below the folder of the project'],
    [{ tests: { config: '~/x' } }, 'below the folder of the project'],
    [{ browser: { args: ['--remote-debugging-port=1'] } }, 'is set by browse itself'],
    [{ browser: { args: ['x'] } }, 'begin with -'],
    [{ browser: { headed: 'yes' } }, 'true or false'],
    [{ logs: { retention: { years: 1 } } }, 'unknown key "years"'],
    [{ idle: 'soon' }, '"idle" is minutes (30) or a time'],
  ])('%j is refused with the reason', (content, reason) => {
    expect(read(content)).toContain(reason);
  });

  test('what is refused of a proxy is not shown: it may hold a password', () => {
    expect(read({ browser: { proxy: 'ftp://user:PLANTED@host' } })).not.toContain('PLANTED');
  });

  test('no content makes reading throw, and what is read can be read again', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom('baseUrl', 'viewport', 'tests', 'browser', 'logs', 'idle'), fc.jsonValue())),
        (content) => {
          const got = readValues(content);
          expect('values' in got || got.problem !== '').toBe(true);
        },
      ),
    );
  });
});

describe('a file', () => {
  const problem = (text: string): string => {
    const parsed = parseConfiguration(text, '/p/browse.config.json', '/p');
    return 'problem' in parsed ? parsed.problem : 'fine';
  };

  test('paths count from its folder, and every key knows its line and column', () => {
    const parsed = parseConfiguration(
      '{\n  // ours\n  "storageState": "auth.json",\n  "browser": {"executable": "/b"},\n}',
      '/p/c.json',
      '/p',
    );
    if ('problem' in parsed) throw new Error(parsed.problem);
    expect(parsed.values).toEqual({ 'storageState': '/p/auth.json', 'browser.executable': '/b' });
    expect(parsed.where('storageState')).toBe('/p/c.json:3:3');
    expect(parsed.where('browser.executable')).toBe('/p/c.json:4:15');
  });

  test.each([
    ['{\n  "baseUrl": "http://a"\n  "idle": 1\n}', '/p/browse.config.json:3:3: a comma is missing here'],
    ['{\n  "baseUrl": 3\n}', '/p/browse.config.json:2:14: "baseUrl" is an http or https URL, not 3'],
    ['{\n  "tests": {\n    "spec": "e2e"\n  }\n}', '/p/browse.config.json:3:5: it has an unknown key "tests.spec"'],
    ['{"browser": {"args": ["--a",\n "b"]}}', '/p/browse.config.json:2:2: "browser.args" has "b"'],
    ['', '/p/browse.config.json:1:1: a value is missing here'],
    ['{"baseUrl": "http://a"', '/p/browse.config.json:1:23: a closing brace is missing here'],
  ])('%j is named with line and column', (text, said) => {
    expect(problem(text)).toContain(said);
  });

  test('what a file says is one line without what steers a terminal', () => {
    const said = problem(JSON.stringify({ 'a\u001b[31m\u202e\nb': 1 }));
    // eslint-disable-next-line no-control-regex -- it is what must not be there
    expect(said).not.toMatch(/[\u0000-\u001f\u202e]/);
  });

  test('one that is nested without end is refused, not run out of stack', () => {
    expect(problem('['.repeat(60_000))).toMatch(/^\/p\/browse\.config\.json:1:\d+: /);
    expect(parseJson('{"a":'.repeat(10_000))).toHaveProperty('problem');
  });
});

describe('a storage state', () => {
  const cookie = { name: 'a', value: 'b', domain: 'x', path: '/' };

  test('is the same one, however it is indented', () => {
    const state = { cookies: [cookie], origins: [{ origin: 'http://x', localStorage: [{ name: 'k', value: 'v' }] }] };
    const [one, two] = [parseStorageState(JSON.stringify(state)), parseStorageState(JSON.stringify(state, null, 2))];
    expect(one?.digest).toBe(two?.digest);
    expect(parseStorageState(JSON.stringify({ ...state, cookies: [{ ...cookie, value: 'c' }] }))?.digest).not.toBe(one?.digest);
  });

  test.each(['', '[]', '{}', '{"cookies": {}}', '{"cookies": [1]}', '{"origins": [{"localStorage": []}]}', 'secret'])(
    '%j is none',
    (text) => {
      expect(parseStorageState(text)).toBeNull();
    },
  );
});
