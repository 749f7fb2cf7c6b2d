/** Command lines: flags before and after, literal words, `--`, two-word names, typed values, addresses, shell words. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oneLine, quoted } from '../../browse/base/escape.ts';
import { shellQuote, shellWords } from '../../browse/base/words.ts';
import { isPath } from '../../browse/commands/capture.ts';
import { COMMANDS } from '../../browse/commands/index.ts';
import { chainLines, looksLikeFile } from '../../browse/commands/script.ts';
import { parses, reader } from '../../browse/derive/program.ts';
import { addressOf } from '../../browse/domain/address.ts';
import { keyChord } from '../../browse/domain/key-names.ts';
import { projectSession } from '../../browse/domain/project.ts';
import { milliseconds } from '../../browse/protocol/args.ts';
import { effectOf } from '../../browse/protocol/command.ts';
import type { BrowseError } from '../../browse/protocol/errors.ts';
import { commandIndex, readsStdin } from '../../browse/protocol/globals.ts';

const read = reader(COMMANDS);
/** The command's name and the part of its input and flags that is set. */
const parsed = (...argv: string[]): unknown[] => {
  const { command, input, globals } = read.parse(argv);
  const set = (values: object): object =>
    Object.fromEntries(
      Object.entries(values).filter(([, value]) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)),
    );
  return [command?.name ?? null, set(input), set(globals)];
};
const problem = (...argv: string[]): string => {
  try {
    return `parsed: ${JSON.stringify(parsed(...argv))}`;
  } catch (error) {
    return (error as Error).message;
  }
};

test('global flags stand before or after the command', () => {
  const meant = ['click', { selector: '@e3' }, { session: 'a', tab: 2, json: true, timeout: 1500 }];
  expect(parsed('-s=a', '--tab', '2', '--json', '--timeout', '1.5s', 'click', '@e3')).toEqual(meant);
  expect(parsed('click', '@e3', '--session=a', '--tab=2', '--json', '--timeout', '1500')).toEqual(meant);
  expect(parsed('--json', 'click', '-s=a', '@e3', '--tab', '2', '--timeout=1500ms')).toEqual(meant);
  // I1: behind snapshot, -s is its own, with or without =.
  expect(parsed('-s=a', 'snapshot', '-i', '-s', 'main')).toEqual(['snapshot', { interactive: true, selector: 'main' }, { session: 'a' }]);
  expect(parsed('snapshot', '-i', '-s=main')).toEqual(['snapshot', { interactive: true, selector: 'main' }, {}]);
  expect(parsed('snapshot', '-s=[id="a=b"]', '--session', 'b')).toEqual(['snapshot', { selector: '[id="a=b"]' }, { session: 'b' }]);
  expect(parsed('snapshot', '-ic', '-d2')).toEqual(['snapshot', { interactive: true, compact: true, depth: 2 }, {}]);
});

test('the words of fill, type, js, eval and find are literal, whatever they look like', () => {
  expect(parsed('fill', '@e3', '-5')).toEqual(['fill', { selector: '@e3', value: '-5' }, {}]);
  expect(parsed('fill', '@e3', '--jsonp')).toEqual(['fill', { selector: '@e3', value: '--jsonp' }, {}]);
  expect(parsed('fill', '@e3', '--json=no')).toEqual(['fill', { selector: '@e3', value: '--json=no' }, {}]);
  expect(parsed('type', '-D')).toEqual(['type', { selector: '-D' }, {}]);
  expect(parsed('js', '-1')).toEqual(['js', { expression: '-1' }, {}]);
  expect(parsed('js', '--x')).toEqual(['js', { expression: '--x' }, {}]);
});

// G11
test('a word that is exactly a flag is that flag, wherever it stands; behind -- it is a word', () => {
  expect(parsed('find', 'Keep', '--json')).toEqual(['find', { words: ['Keep'] }, { json: true }]);
  expect(parsed('find', 'Keep', '--no-fence', 'it')).toEqual(['find', { words: ['Keep', 'it'] }, { noFence: true }]);
  expect(parsed('type', 'a', '--json')).toEqual(['type', { selector: 'a' }, { json: true }]);
  expect(parsed('type', '@e3', '--tab', '2', '-x')).toEqual(['type', { selector: '@e3', text: '-x' }, { tab: 2 }]);
  expect(parsed('js', '1+1', '--timeout=5s')).toEqual(['js', { expression: '1+1' }, { timeout: 5000 }]);
  expect(parsed('type', '--', '--json')).toEqual(['type', { selector: '--json' }, {}]);
  expect(parsed('find', '--json', '--', '--json', '-D')).toEqual(['find', { words: ['--json', '-D'] }, { json: true }]);
  expect(problem('type', '--json')).toBe('type needs TEXT');
  expect(problem('type', '@e3', '--timeout')).toBe('--timeout needs MS');
});

test('flags of a literal command stand before its operands or behind the last one', () => {
  expect(parsed('fill', '@e3', 'x', '--submit', '--json')).toEqual(['fill', { selector: '@e3', value: 'x', submit: true }, { json: true }]);
  expect(parsed('fill', '--secret-env', 'PW', '@e3')).toEqual(['fill', { selector: '@e3', secretEnv: 'PW' }, {}]);
  expect(parsed('fill', '@e3', '--secret-env', 'PW')).toEqual(['fill', { selector: '@e3', secretEnv: 'PW' }, {}]);
  expect(parsed('js', '1+1', '--json')).toEqual(['js', { expression: '1+1' }, { json: true }]);
  expect(parsed('eval', '--file', 'probe')).toEqual(['eval', { file: 'probe' }, {}]);
});

test('-- ends flags anywhere', () => {
  expect(parsed('fill', '@e3', '--', '--submit')).toEqual(['fill', { selector: '@e3', value: '--submit' }, {}]);
  expect(parsed('fill', '--json', '--', '@e3', '--')).toEqual(['fill', { selector: '@e3', value: '--' }, { json: true }]);
  expect(parsed('goto', '--', '--strange')).toEqual(['goto', { url: '--strange' }, {}]);
  expect(parsed('--json', '--', 'url')).toEqual(['url', {}, { json: true }]);
});

test('names of two words and the habits of others mean the one command', () => {
  for (const [argv, name] of [
    [['tab', 'list'], 'tabs'],
    [['get', 'url'], 'url'],
    [['daemon', 'status'], 'status'],
    [['keyboard', 'type', 'x'], 'type'],
    [['list'], 'session list'],
    [['session', 'status'], 'session status'],
    [['check'], 'status'],
    [['check', '--json'], 'status'],
    [['check', '@e1'], 'check'],
    [['tap', '@e1'], 'click'],
    [['batch'], 'chain'],
  ] as const) {
    expect(parsed(...argv)[0], argv.join(' ')).toBe(name);
  }
});

test('what is wrong with a command line is said in one sentence', () => {
  expect(problem('clck', '@e1')).toBe('Unknown command "clck"; did you mean click?');
  expect(problem('screnshoot')).toBe('Unknown command "screnshoot"; did you mean screenshot?');
  expect(problem('session', 'lst')).toBe('Unknown command "session lst"');
  expect(problem('har')).toBe('har needs one of har start, har stop, har export');
  expect(problem('goto', 'a', 'b')).toBe('goto takes at most URL; quote a word with spaces');
  expect(problem('goto', 'a', '--waite', 'load')).toBe('Unknown option "--waite" (Did you mean --wait?)');
  expect(problem('goto', 'a', '--wait', 'soon')).toBe('--wait takes load, domcontentloaded, networkidle, commit, not "soon"');
  expect(problem('goto', 'a', '--timeout', 'soon')).toBe('--timeout takes milliseconds (500, 1.5s, 2m), not "soon"');
  expect(problem('goto', 'a', '--tab', '0')).toBe('--tab must be at least 1, not 0');
  expect(problem('goto', 'a', '--tab', '-1')).toMatch(/^--tab must be at least 1/);
  expect(problem('is', 'pretty', '@e1')).toMatch(/^STATE takes visible, hidden/);
  expect(problem('select', '@e1')).toBe('select needs VALUE');
  expect(problem('type')).toBe('type needs TEXT');
});

/** The hint of a usage error. */
const hint = (...argv: string[]): string | null => {
  try {
    return `parsed: ${JSON.stringify(parsed(...argv))}`;
  } catch (error) {
    return (error as BrowseError).hint;
  }
};

// G8, I5
test.each([
  [['quit'], 'browse session close'],
  [['exit'], 'browse session close'],
  [['kill'], 'browse stop'],
  [['record'], 'browse help export spec'],
  [['choose', '@e1', 'a'], 'browse help select'],
  [['expect', '--text', 'a'], 'browse help wait'],
  [['exists', '#a'], 'browse help is'],
  [['set', 'viewport', '1280', '720'], 'browse viewport 1280x720'],
  [['set', 'nonsense'], 'browse help'],
  [["getByRole('button')"], 'browse click role=button'],
  [["getByRole('button', { name: 'Go on' })"], `browse click 'role=button[name="Go on"]'`],
  [["page.getByTestId('save')"], `browse click '[data-testid="save"]'`],
  [['screenshot', '--path', 'a.png'], 'browse screenshot page.png'],
  [['logs', '--tail'], 'browse logs --follow'],
  [['--profile', 'Default', 'open', 'http://x.test'], 'browse help pool spawn'],
  [['clsoe'], 'browse help'],
  [['zzz'], 'browse help'],
  [['trest'], 'browse help'],
  [['goto', 'a', '--zzz'], 'browse help goto'],
])('%j is told as what it is here, or as nothing', (argv, told) => {
  const said = hint(...argv);
  expect(said).toBe(told);
  expect(parses(read, String(said)), String(said)).toBe(true);
});

test('a slip of the hand is one letter, from eight letters on two, and never leads to what destroys something', () => {
  for (const [typed, meant] of [
    ['gote', 'goto'],
    ['snapsot', 'snapshot'],
    ['snpashott', 'snapshot'],
    ['tbas', 'tabs'],
  ] as const)
    expect(problem(typed)).toBe(`Unknown command ${JSON.stringify(typed)}; did you mean ${meant}?`);
  for (const typed of ['closse', 'killl', 'waaiit']) expect(problem(typed), typed).toBe(`Unknown command ${JSON.stringify(typed)}`);
});

// I6
test.each([
  [['click', 'Go'], '"Go" is no element', 'browse click text=Go'],
  [['click', 'Sign in'], '"Sign in" is no element', "browse click 'text=Sign in'"],
  [['hover', 'Größe'], '"Größe" is no element', "browse hover 'text=Größe'"],
  [['is', 'visible', 'Saved'], '"Saved" is no element', 'browse is visible text=Saved'],
  [['wait', 'Sign in'], '"Sign in" is no element', "browse wait --text 'Sign in'"],
  [['fill', 'Email', 'a@b.c'], '"Email" is no element', 'browse find Email'],
  [['drag', 'Card', '#done'], '"Card" is no element', "browse drag text=Card '#done'"],
  [['text', 'Total'], '"Total" is no element', 'browse text text=Total'],
  [['snapshot', '-s', 'Sidebar'], '"Sidebar" is no element', 'browse find Sidebar'],
  [['frame', 'checkout'], '"checkout" is no element', 'browse frame --name checkout'],
  [['type', 'hello', '-D'], '"hello" is no element', 'browse find hello'],
])('%j is a text and no selector: said at once', (argv, said, told) => {
  expect(problem(...argv)).toBe(said);
  expect(hint(...argv)).toBe(told);
  expect(parses(read, told)).toBe(true);
});

test('what may be a selector is left alone, and a state that wait knows is its flag', () => {
  for (const selector of ['main', 'UL li', 'button', 'svg path', 'my-part', '#Go', 'Go.x', '@e3', 'text=Go', 'h1', 'a:has(b)'])
    expect(parsed('click', selector)).toEqual(['click', { selector }, {}]);
  expect(parsed('type', 'hello')).toEqual(['type', { selector: 'hello' }, {}]);
  expect(parsed('wait', 'networkidle')).toEqual(['wait', { networkidle: true }, {}]);
  expect(parsed('wait', '--load', 'networkidle')).toEqual(['wait', { networkidle: true }, {}]);
  expect(parsed('wait', 'load')).toEqual(['wait', { load: true }, {}]);
  expect(parsed('wait', '1.5s')).toEqual(['wait', { target: '1.5s' }, {}]);
});

// I4
test('what a call does depends on its flags', () => {
  const effect = (...argv: string[]): string => {
    const { command, input } = read.parse(argv);
    return command === null ? '' : effectOf(command, input);
  };
  for (const line of ['network --clear', 'console --clear', 'errors --clear', 'dialog --on-dialog accept', 'dialog --clear', 'wait --fn 1'])
    expect(effect(...line.split(' ')), line).toBe('write');
  for (const line of ['network', 'console', 'dialog', 'wait --load', 'har export a.har', 'screenshot a.png', 'snapshot -o a.txt'])
    expect(effect(...line.split(' ')), line).toBe('read');
});

// G8
test('keys are known in any case and by the names of other tools; a character keeps its case', () => {
  for (const [typed, meant] of [
    ['arrowleft', 'ArrowLeft'],
    ['ENTER', 'Enter'],
    ['esc', 'Escape'],
    ['ctrl+shift+k', 'Control+Shift+k'],
    ['cmd+A', 'Meta+A'],
    ['Control++', 'Control++'],
    ['+', '+'],
    ['a', 'a'],
    ['A', 'A'],
    ['f5', 'F5'],
    ['option+pgdn', 'Alt+PageDown'],
    ['nonsense', 'nonsense'],
  ] as const)
    expect(keyChord(typed), typed).toBe(meant);
});

test('any words at all end in a parse or in one line of a usage error', () => {
  const word = fc.oneof(
    fc.constantFrom('fill', 'click', 'type', '--json', '--', '-', '-s=a', '--tab', '@e1', '--timeout', '-i', 'session', 'tab'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
      const said = problem(...argv);
      expect(said.split('\n'), said).toHaveLength(1);
    }),
  );
});

test('the command’s place is found behind global flags, and stdin is read only for who declares it', () => {
  expect(commandIndex(['--tab', '2', '--json', 'url'])).toBe(3);
  expect(commandIndex(['--session=a', 'url'])).toBe(1);
  expect(commandIndex(['--json'])).toBe(-1);
  expect(readsStdin(['chain'])).toBe(true);
  expect(readsStdin(['--json', 'fill', '@e1', '-'])).toBe(true);
  expect(readsStdin(['fill', '@e1', 'x'])).toBe(false);
  expect(readsStdin(['press', '-'])).toBe(false);
});

test('times are milliseconds unless they say otherwise', () => {
  expect(['500', '500ms', '1.5s', '2m', '0', '-1', 'soon', ''].map(milliseconds)).toEqual([500, 500, 1500, 120_000, 0, null, null, null]);
});

test('an address is read as a person means it', () => {
  for (const [typed, url] of [
    ['example.com', 'https://example.com'],
    ['example.com:8080/x', 'https://example.com:8080/x'],
    ['localhost:3000', 'http://localhost:3000'],
    ['localhost', 'http://localhost'],
    ['127.0.0.1:80/x?y', 'http://127.0.0.1:80/x?y'],
    ['[::1]:8080', 'http://[::1]:8080'],
    ['app.localhost', 'http://app.localhost'],
    ['//example.com', 'https://example.com'],
    ['HTTP://Example.com', 'HTTP://Example.com'],
    ['about:blank', 'about:blank'],
    ['data:text/html,<p>x', 'data:text/html,<p>x'],
    ['user@example.com/x', 'https://user@example.com/x'],
  ] as const) {
    expect(addressOf(typed), typed).toEqual({ kind: 'url', url });
  }
  expect(addressOf('file:///a%20b/c.html#d')).toEqual({ kind: 'file', path: '/a b/c.html', suffix: '#d' });
  expect(addressOf('./c.html')).toEqual({ kind: 'file', path: './c.html', suffix: '' });
  for (const refused of [
    '',
    '/x',
    'javascript:alert(1)',
    'a b',
    'ftp://x',
    'file://host/x',
    'http://',
    'mailto:x@y.z',
    'view-source:file:///etc/passwd',
    'chrome://version',
    'blob:https://x/1',
  ])
    expect(() => addressOf(refused), refused).toThrow();
});

test('two checkouts of one name are two sessions, and a folder’s name never breaks a session’s', () => {
  expect(projectSession('/a/shop')).toMatch(/^shop-[0-9a-f]{6}$/);
  expect(projectSession('/a/shop')).not.toBe(projectSession('/b/shop'));
  expect(projectSession('/a/my shop (2)')).toMatch(/^my-shop-2--[0-9a-f]{6}$/);
  expect(projectSession(null)).toBe('default');
});

test('one operand of screenshot is a path iff it has a slash or an image’s ending; selectors with slashes stay selectors', () => {
  expect(['a.png', './a', '/tmp/x.jpg', 'B.JPEG'].map(isPath)).toEqual([true, true, true, true]);
  expect(['main', '#png', '@e3', 'xpath=//a', '//div', 'text=a/b'].map(isPath)).toEqual([false, false, false, false, false, false]);
});

test('one word of eval is a file iff it has a slash or a script’s ending, and does not look like code', () => {
  expect(['a.js', './probe', 'lib/a.mjs', 'x.ts', '/tmp/x'].map(looksLikeFile)).toEqual([true, true, true, true, true]);
  expect(['1+1', 'document.title', '"a/b"', 'a.split("/")', '1 / 2', 'x=>x/2', 'probe'].map(looksLikeFile)).toEqual([
    false,
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('a chain is lines or a JSON array', () => {
  expect(chainLines('goto a\n\n# no\nbrowse fill @e1 "A B"\n')).toEqual([
    ['goto', 'a'],
    ['fill', '@e1', 'A B'],
  ]);
  expect(chainLines('[["tab", 2], "url --json"]')).toEqual([
    ['tab', '2'],
    ['url', '--json'],
  ]);
  for (const wrong of ['[', '[1]', '[[]]', 'fill "x']) expect(() => chainLines(wrong), wrong).toThrow();
});

test('words that were quoted for a shell are read back as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      expect(shellWords(words.map(shellQuote).join(' '))).toEqual(words);
    }),
  );
});

test('page text on a line of ours is one line and steers nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(oneLine(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
  );
  expect(oneLine('a\nb\u202e\u001b[31m')).toBe(String.raw`a\nb\u202e\u001b[31m`);
  expect(JSON.parse(quoted('say "hi": \\ok\n'))).toBe('say "hi": \\ok\n');
});
