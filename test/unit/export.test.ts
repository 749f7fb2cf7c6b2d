/** Deeds as a test: what a page wrote stays inside of its literal, what is a secret is not kept, and every command has its place. */
import fc from 'fast-check';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../browse/commands/index.ts';
import { recordedActionFrom, recordedActionText } from '../../browse/domain/export/recorded-action.ts';
import type { RecordedAction, ActionTarget } from '../../browse/domain/export/recorded-action.ts';
import { cleanRecordedAction, looksHarmless } from '../../browse/domain/export/secret-heuristics.ts';
import { literal, wholePattern } from '../../browse/domain/export/literals.ts';
import { specOf } from '../../browse/domain/export/spec.ts';
import { isAlone } from '../../browse/domain/export/locators.ts';
import type { Identity } from '../../browse/domain/snapshot/tree.ts';
import { STATED } from '../../browse/domain/export/statements.ts';
import { RefTable } from '../../browse/domain/snapshot/refs.ts';
import { createRedactor } from '../../browse/domain/traffic/redact.ts';
import { present } from '../support/present.ts';
import { rounds } from '../support/rounds.ts';

const target = (more: Partial<ActionTarget> = {}): ActionTarget => ({
  selector: null,
  pick: null,
  role: 'button',
  name: 'Go',
  twin: null,
  among: null,
  alone: false,
  said: false,
  frames: [],
  ...more,
});
const action = (command: string, more: Partial<RecordedAction> = {}): RecordedAction => ({
  command,
  tab: 1,
  from: 'about:blank',
  targets: [],
  frames: [],
  words: {},
  typed: null,
  opened: [],
  dialogs: [],
  ...more,
});
const goto = action('goto', { words: { url: 'http://site.test/' } });
const typed = (value: string | null, ...marks: string[]): RecordedAction['typed'] => ({ value, env: null, marks });

/** The lines inside of the test. */
function lines(...actions: readonly RecordedAction[]): readonly string[] {
  const { text } = specOf('s', actions);
  return text
    .slice(text.indexOf('=> {\n') + 5, text.lastIndexOf('});'))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** What a redactor stores of a action. */
function stored(found: RecordedAction, additions: readonly string[] = [], learned: readonly string[] = []): RecordedAction {
  const redactor = createRedactor(additions);
  for (const value of learned) redactor.learn(value, false);
  const row = { kind: 'command', at: 0, level: 'info', text: '', url: null, line: null, column: null } as const;
  const { detail } = redactor.event({
    ...row,
    detail: [recordedActionText(found)],
    id: 1,
    session: 's',
    tab: 1,
    trace: null,
    request: null,
  });
  return present(recordedActionFrom(detail[0] ?? ''), 'an action that can be read again');
}

/** Strings that a hostile page would choose, among all others. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom(
      "'",
      '"',
      '`',
      '\\',
      '\n',
      '\r',
      '\u2028',
      '\u2029',
      '${',
      '}',
      '*/',
      '//',
      '/',
      '[',
      ']',
      '****',
      ');',
      ' ',
      'a',
      '\ud800',
      '\u202e',
      '\0',
    ),
  }),
);

describe('literals', () => {
  test('a literal is that text, on one line, and shows no character that cannot be seen', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const code = literal(text);
        // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval -- what the code means is what is tested
        expect(new Function(`return ${code}`)()).toBe(text);
        expect(code).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
      { numRuns: rounds(100, 20_000) },
    );
  });

  test('a pattern for a whole text matches it, however its words are broken apart, and nothing longer', () => {
    fc.assert(
      fc.property(
        hostile.filter((text) => text.trim() !== ''),
        (text) => {
          // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval -- what the code means is what is tested
          const pattern = new Function(`return ${wholePattern(text)}`)() as RegExp;
          expect(pattern.test(text)).toBe(true);
          expect(pattern.test(text.trim().split(/\s+/).join('\n '))).toBe(true);
          expect(pattern.test(`${text}x`)).toBe(false);
        },
      ),
      { numRuns: rounds(100, 20_000) },
    );
  });
});

describe('specs', () => {
  test('whatever stands in the actions, the spec is one import, one helper and one test, and parses', () => {
    const anyTarget = fc.record({
      selector: fc.option(hostile),
      pick: fc.option(fc.nat(5)),
      role: fc.oneof(fc.constantFrom('button', 'row', 'clickable'), hostile),
      name: hostile,
      twin: fc.option(
        fc.oneof(
          hostile,
          hostile.map((text) => `row1.1:${text}`),
          hostile.map((text) => `item1,2:${text}`),
        ),
      ),
      among: fc.option(fc.record({ at: fc.nat(5), of: fc.nat(5) })),
      alone: fc.boolean(),
      said: fc.boolean(),
      frames: fc.option(fc.array(fc.record({ selector: hostile, nth: fc.option(fc.nat(3)) }), { maxLength: 2 })),
    });
    const keys = [...new Set(COMMANDS.flatMap(({ recorded = [] }) => recorded))].map((key) => key.replace('.', ''));
    const anyDeed = fc.record({
      command: fc.constantFrom(...COMMANDS.map(({ name }) => name)),
      tab: fc.option(fc.nat(3)),
      from: fc.option(hostile),
      targets: fc.array(anyTarget, { maxLength: 2 }),
      frames: fc.option(fc.array(fc.record({ selector: hostile, nth: fc.constant(null) }), { maxLength: 1 })),
      words: fc.dictionary(fc.constantFrom(...keys), fc.oneof(hostile, fc.nat(9), fc.boolean(), fc.array(hostile, { maxLength: 2 }))),
      typed: fc.option(fc.record({ value: fc.option(hostile), env: fc.option(hostile), marks: fc.array(hostile, { maxLength: 2 }) })),
      opened: fc.uniqueArray(fc.integer({ min: 10, max: 20 }), { maxLength: 1 }),
      dialogs: fc.array(fc.constantFrom('open' as const, 'accepted' as const, 'dismissed' as const), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(hostile, fc.array(anyDeed, { maxLength: 6 }), (session, actions) => {
        const { text } = specOf(session, actions);
        const { program, errors } = parseSync('x.ts', text);
        const redeclared = /has already been declared/;
        expect(errors.filter(({ message }) => !redeclared.test(message)).map(({ message }) => `${message}\n${text}`)).toEqual([]);
        expect(program.body.map(({ type }) => type).filter((type) => type !== 'FunctionDeclaration')).toEqual([
          'ImportDeclaration',
          'ExpressionStatement',
        ]);
        expect(text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|[^\P{Cc}\n]/u);
      }),
      { numRuns: rounds(200, 5_000) },
    );
  });

  // F9
  test('a name that no other one holds is written short, capitals in letters of whatever size, and others exactly', () => {
    const click = (more: Partial<ActionTarget>): string | undefined => lines(goto, action('click', { targets: [target(more)] }))[1];
    expect(click({ name: 'LOG IN', alone: true })).toBe(`await page.getByRole('button', { name: 'LOG IN' }).click();`);
    expect(click({ name: 'LOG IN' })).toBe(String.raw`await page.getByRole('button', { name: /^\s*LOG\s*IN\s*$/i }).click();`);
    expect(click({ name: 'Log in' })).toBe(`await page.getByRole('button', { name: 'Log in', exact: true }).click();`);
    expect(click({ name: '42' })).toBe(`await page.getByRole('button', { name: '42', exact: true }).click();`);
    expect(click({ twin: 'row1.1:BOB', alone: true })).toContain(
      String.raw`getByRole('row').filter({ has: page.getByText(/^\s*BOB\s*$/i) })`,
    );
    const named = (name: string, index: number, role = 'button'): Identity => ({ pin: { document: 'd', index }, role, name, twin: null });
    const aloneAmong = (...names: readonly string[]): boolean => {
      const all = names.map((name, index) => named(name, index));
      const standing: RefTable['standing'] = (one, like) => ({ at: 0, of: all.filter(like).length });
      return isAlone({ standing }, named(names[0] ?? '', 0));
    };
    expect([aloneAmong('Log in', 'Save'), aloneAmong('Log in', 'Log in'), aloneAmong('Log in', 'log  in with a key')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('each value that is not kept has a variable of its own, the one that the user named stays one', () => {
    const fill = (name: string, env: string | null = null): RecordedAction =>
      action('fill', { targets: [target({ role: 'textbox', name, alone: true })], typed: { value: null, env, marks: ['password'] } });
    const { text, variables } = specOf('s', [
      goto,
      fill('Password'),
      fill('Repeat password'),
      fill('Password'),
      fill('', 'MINE'),
      fill('', 'MINE'),
    ]);
    expect(variables).toEqual(['SPEC_PASSWORD', 'SPEC_REPEAT_PASSWORD', 'SPEC_PASSWORD_2', 'MINE']);
    expect(text.match(/given\('MINE'\)/g)).toHaveLength(2);
  });

  test('the language is that of the file, and files below the folder are named from there', () => {
    const upload = action('upload', {
      targets: [target({ selector: '#f' })],
      words: { files: ['/home/ada/p/a.txt', '/home/ada/pp/b.txt'] },
    });
    const secret = action('fill', { targets: [target()], typed: typed(null) });
    const of = (language: 'typescript' | 'javascript' | 'commonjs'): string =>
      specOf('s', [goto, upload, secret], { language, folder: '/home/ada/p' }).text;
    expect(of('typescript')).toContain('function given(name: string): string {');
    expect(of('javascript')).toContain('function given(name) {');
    expect(of('javascript')).toContain(`.setInputFiles(['a.txt', '/home/ada/pp/b.txt']);`);
    expect(of('commonjs')).toContain(`const { test, expect } = require('@playwright/test');`);
    expect(parseSync('x.js', of('javascript')).errors).toEqual([]);
    expect(parseSync('x.cjs', of('commonjs')).errors).toEqual([]);
  });

  test('a drag goes from the first to the last, at its points and as slowly as it was; a box that is gone is clicked; what ended halfway is a comment', () => {
    const [a, b] = [target({ name: 'A', alone: true }), target({ name: 'B', alone: true })];
    const drag = (words: RecordedAction['words'], ...targets: ActionTarget[]): readonly string[] =>
      lines(goto, action('drag', { targets, words })).slice(1);
    const [at, onto] = [`page.getByRole('button', { name: 'A' })`, `page.getByRole('button', { name: 'B' })`];
    expect(drag({ from: '@e1', to: '@e2' }, a, b)).toEqual([`await ${at}.dragTo(${onto});`]);
    expect(drag({ from: '#a+1,2', to: '@e2+30,4', steps: '5' }, b, a, b)).toEqual([
      `await ${at}.dragTo(${onto}, { sourcePosition: { x: 1, y: 2 }, targetPosition: { x: 30, y: 4 }, steps: 5 });`,
    ]);
    expect(drag({ from: '@e1', to: '@e2', hold: '300' }, a, b)).toEqual([
      `await ${at}.hover();`,
      'await page.mouse.down();',
      'await page.waitForTimeout(300);',
      `await ${onto}.hover({ force: true });`,
      'await page.mouse.up();',
    ]);
    expect(lines(goto, action('check', { targets: [a], words: { gone: true } }))[1]).toBe(`await ${at}.click();`);
    const { text, leftOut } = specOf('s', [goto, action('type', { words: { halfway: 'Typed 2 of 3 characters' } })]);
    expect(text).toContain('// Left out: browse type (it ended halfway: Typed 2 of 3 characters)');
    expect(leftOut).toHaveLength(1);
  });

  test('an element is found by role and name, its row where it has twins, its place with their number where nothing tells', () => {
    const click = (more: Partial<ActionTarget>): string | undefined =>
      lines(goto, action('click', { targets: [target(more)] }))
        .slice(1)
        .join(' ');
    expect(click({})).toBe(`await page.getByRole('button', { name: 'Go', exact: true }).click();`);
    expect(click({ twin: 'row1.1:Bob' })).toBe(
      `await page.getByRole('row').filter({ has: page.locator('text="Bob"') }).getByRole('button', { name: 'Go', exact: true }).click();`,
    );
    // Its own context, not that of a twin.
    expect(click({ twin: 'row1.1~:Bob' })).toBe(click({}));
    expect(click({ twin: 'up2.1:Bob', among: { at: 1, of: 3 } })).toBe(
      `await expect(page.getByRole('button', { name: 'Go', exact: true })).toHaveCount(3); await page.getByRole('button', { name: 'Go', exact: true }).nth(1).click();`,
    );
    expect(click({ selector: '#go', pick: 2 })).toBe(`await page.locator('#go').nth(1).click();`);
    expect(click({ role: 'clickable', said: true })).toBe(`await page.locator('text="Go"').click();`);
    expect(
      click({
        frames: [
          { selector: 'iframe[name="a"]', nth: null },
          { selector: 'iframe', nth: 1 },
        ],
        selector: 'b',
      }),
    ).toBe(`await page.frameLocator('iframe[name="a"]').locator('iframe').nth(1).contentFrame().locator('b').click();`);
    // A part of its name is a secret.
    expect(click({ name: 'Key ****' })).toBe(`await page.getByRole('button', { name: /^Key .*$/ }).click();`);
    for (const lost of [{ name: '****' }, { frames: null }, { role: 'clickable' }, { selector: '#a-****' }])
      expect(click(lost)).toBe('// Left out: browse click (nothing finds its element again)');
  });

  test('a popup becomes a variable where its tab was opened, a dialog is answered before what opened it', () => {
    expect(
      lines(
        goto,
        action('click', { targets: [target({ name: 'Ask' })], dialogs: ['open'] }),
        action('dialog-accept', { typed: typed('Ada', 'Your name?') }),
        action('click', { targets: [target({ name: 'Open' })] }),
        // Told only with the next answer.
        action('snapshot', { words: { looked: true }, opened: [4] }),
        action('click', { tab: 4, from: 'http://site.test/popup', targets: [target({ name: 'Yes' })] }),
        action('newtab', { words: { url: 'http://site.test/b', tab: 5 } }),
        action('closetab', { tab: 5, words: { closed: 5, blank: false } }),
      ),
    ).toEqual([
      `await page.goto('http://site.test/');`,
      `page.once('dialog', (dialog) => dialog.accept('Ada'));`,
      `await page.getByRole('button', { name: 'Ask', exact: true }).click();`,
      `const opening4 = page.waitForEvent('popup');`,
      `await page.getByRole('button', { name: 'Open', exact: true }).click();`,
      `const page4 = await opening4;`,
      `await page4.getByRole('button', { name: 'Yes', exact: true }).click();`,
      `const page5 = await page.context().newPage();`,
      `await page5.goto('http://site.test/b');`,
      `await page5.close();`,
    ]);
  });

  test('a spec that begins in the middle goes where the tab was; one after a closed session begins behind it', () => {
    const click = action('click', { from: 'http://site.test/a', targets: [target()] });
    expect(lines(click, click).map((line) => line.split('(')[0])).toEqual([
      'await page.goto',
      'await page.getByRole',
      'await page.getByRole',
    ]);
    expect(lines(click, action('session close', { words: { closed: 's' } }), goto)).toEqual([`await page.goto('http://site.test/');`]);
    expect(lines(click, action('session close', { words: { closed: 'other' } }))).toHaveLength(2);
  });

  test('what was hidden is asked of the environment, by a name no page can choose, and one per site', () => {
    const secret = (from: string, env: string | null = null): RecordedAction =>
      action('fill', { from, targets: [target({ role: 'textbox', name: 'AWS secret key' })], typed: { value: null, env, marks: [] } });
    const { text, variables } = specOf('s', [
      action('goto', { words: { url: 'http://site.test/?token=****&page=7' } }),
      secret('http://site.test/'),
      secret('http://site.test/other'),
      secret('http://evil.test/'),
      secret('http://site.test/', 'MY_KEY'),
    ]);
    expect(variables).toEqual(['SPEC_TOKEN', 'SPEC_AWS_SECRET_KEY', 'SPEC_AWS_SECRET_KEY_2', 'SPEC_AWS_SECRET_KEY_3', 'MY_KEY']);
    expect(text).toContain(`goto('http://site.test/?token=' + given('SPEC_TOKEN') + '&page=7')`);
    expect(text).toContain(`//   SPEC_AWS_SECRET_KEY_3: "AWS secret key" on http://evil.test`);
  });

  test('every command that changes a page or a session says whether it is a step, and each step can be written', () => {
    const silent = ['newtab', 'tab', 'closetab', 'dialog-accept', 'dialog-dismiss', 'session close'];
    const steps = COMMANDS.filter(({ recorded }) => recorded !== undefined).map(({ name }) => name);
    expect([...STATED, ...silent].toSorted()).toEqual(steps.toSorted());
    const writes = COMMANDS.filter(({ effect, scope }) => effect !== 'read' && /^(tab|browser)$/.test(scope));
    expect(writes.length).toBeGreaterThan(30);
    for (const { name, recorded, notRecorded } of writes) expect([recorded, notRecorded].filter(Boolean), name).toHaveLength(1);
    const without = COMMANDS.filter(({ notRecorded }) => notRecorded === 'a test has no such step');
    for (const { name } of without) expect(lines(goto, action(name))[1], name).toContain(`// Left out: browse ${name} (`);
  });
});

describe('values', () => {
  test.each([
    'ada',
    'ada@example.com',
    'Grace Hopper',
    '2026-11-30',
    '12.50',
    'Hello, world! (again)',
    'https://example.com/a?b=c',
    'TEN',
    '+49 30 1234567',
    'Straße 7',
    'antidisestablishmentarianism',
  ])('%s is kept', (value) => {
    expect(looksHarmless(value)).toBe(true);
    expect(stored(action('fill', { targets: [target({ role: 'textbox', name: 'Search' })], typed: typed(value, 'q') })).typed?.value).toBe(
      value,
    );
  });

  test.each([
    'sk-proj-a8Fk29dkLq02',
    'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
    'AKIAIOSFODNN7EXAMPLE',
    'P@ssw0rd#1',
    '4111 1111 1111 1111',
    'DE89370400440532013000',
    'dGhpcyBpcyBub3QgYSBzZWNyZXQ',
    'my key is 8f14e45fceea167a5a36dedd4bea2543',
    'x'.repeat(2000),
  ])('%s is not: it looks like a secret', (value) => {
    expect(looksHarmless(value)).toBe(false);
    expect(stored(action('fill', { targets: [target({ role: 'textbox', name: 'Search' })], typed: typed(value) })).typed?.value).toBeNull();
  });

  test('a field that is called like a secret keeps no value, whatever says so: its name, its attributes, the question, the user', () => {
    const kept = (name: string, marks: readonly string[], additions: readonly string[] = []): string | null | undefined =>
      stored(action('fill', { targets: [target({ role: 'textbox', name })], typed: typed('ordinary', ...marks) }), additions).typed?.value;
    expect(kept('Name', ['name', 'given-name'])).toBe('ordinary');
    expect(kept('Boarding', ['card number'])).toBeNull();
    for (const name of ['API token', 'Your PIN (4 digits)', 'Passphrase', 'One-time code']) expect(kept(name, []), name).toBeNull();
    for (const mark of ['user[password]', 'otp', 'cc-number', 'cc-csc', 'one-time-code', 'csrf_token'])
      expect(kept('Field', [mark]), mark).toBeNull();
    expect(kept('Internal note', [], ['internal_note'])).toBeNull();
    const asked = action('dialog-accept', { typed: typed('ordinary', 'What is the password?') });
    expect(stored(asked).typed?.value).toBeNull();
  });

  test('what was typed as a secret before is hidden wherever else it stands', () => {
    const found = action('click', {
      from: 'http://site.test/?q=hunter22',
      targets: [
        target({
          name: 'Delete hunter22',
          twin: 'row1.1:hunter22',
          selector: 'text=hunter22',
          frames: [{ selector: '[src="hunter22"]', nth: null }],
        }),
      ],
      words: { url: 'http://a.test/?password=x&b=hunter22', text: 'hunter22', values: ['hunter22'] },
      typed: typed('hunter22', 'hunter22'),
    });
    const text = recordedActionText(stored(found, [], ['hunter22']));
    expect(text).not.toContain('hunter22');
    expect(text).toContain('password=****');
  });

  test('a action without room is kept as having been, and nothing of it', () => {
    const text = recordedActionText(action('fill', { typed: typed('y'.repeat(20_000)) }));
    expect(text).not.toContain('yyy');
    expect(lines(goto, recordedActionFrom(text) ?? goto)[1]).toContain('it is too long to be kept');
    expect([recordedActionFrom('{'), recordedActionFrom('3'), recordedActionFrom('{}')]).toEqual([null, null, null]);
  });

  test('cleaning what is clean changes nothing', () => {
    const plain = action('select', { targets: [target({ role: 'combobox', name: 'Size' })], words: { values: ['Large'] } });
    expect(cleanRecordedAction(plain, { secret: () => false, free: (text) => text, address: (text) => text })).toEqual(plain);
  });
});

test('a table of refs knows which of its like an element is, and only as far as the snapshot saw all of them', () => {
  const refs = new RefTable();
  const node = (index: number, name: string, document = 'a') => ({
    depth: 0,
    role: 'button',
    name,
    identity: { pin: { document, index }, role: 'button', name, twin: null },
    states: [],
    value: null,
    interactive: true,
    notable: false,
  });
  const like = (name: string) => (other: { readonly name: string }) => other.name === name;
  const [one, two, other, framed] = [node(1, 'More'), node(2, 'More'), node(3, 'Less'), node(1, 'More', 'b')] as const;
  refs.number([one, other, two, framed]);
  expect(refs.standing(two.identity, like('More'))).toEqual({ at: 1, of: 2 });
  expect(refs.standing(framed.identity, like('More'))).toEqual({ at: 0, of: 1 });
  const late = node(9, 'More');
  refs.extend(late.identity);
  expect(refs.standing(late.identity, like('More'))).toBeNull();
  refs.number([one, two], false);
  expect(refs.standing(one.identity, like('More'))).toBeNull();
});
