/**
 * `fill` and `type` in ten editors from npm: afterwards the library's own getter has exactly the text, whatever the editor
 * makes of a line (the table below). The pages are in pages/editors; `__text()` there is the getter.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedCli } from '../support/shared-cli.ts';
import type { Run } from '../support/cli.ts';
import type { Site } from '../support/site.ts';
import { hand } from './support/hand.ts';
import { js, open, said, shown } from './support/looks.ts';
import { servePage } from './support/pages.ts';

/**
 * | editor | a line of the text is | `__text()` |
 * |---|---|---|
 * | Lexical (rich text) | a paragraph, or a line break in one | text of the root's children, joined by newlines |
 * | Slate | a paragraph, or a soft break in one | `Node.string` of the children, joined by newlines |
 * | ProseMirror | a paragraph, or a hard break in one | `doc.textBetween` with newlines for both |
 * | Quill | a line of the delta | `getText()` without the newline that ends every document |
 * | CKEditor 5 | a paragraph, or a soft break in one | text of the model's children, joined by newlines |
 * | TinyMCE | a paragraph, or a `br` in one | `getContent()`, a newline for both, blanks for no-break spaces |
 * | Trix | a line of a block, or a block | `getDocument().toString()` without the newline that ends it |
 * | CodeMirror 5 and 6, Monaco | a line | `getValue()`, `doc.toString()`, `getValue()` |
 */
type Editor = {
  readonly name: string;
  /** What an agent would name; in TinyMCE's frame once `frame` was said. */
  readonly field: string;
  readonly frame?: string;
};

const EDITORS: readonly Editor[] = [
  { name: 'lexical', field: '[contenteditable]' },
  { name: 'slate', field: '[data-slate-editor]' },
  { name: 'prosemirror', field: '.ProseMirror' },
  { name: 'quill', field: '.ql-editor' },
  { name: 'ckeditor5', field: '.ck-content' },
  { name: 'tinymce', field: 'body', frame: 'iframe' },
  { name: 'trix', field: 'trix-editor' },
  { name: 'codemirror5', field: '.CodeMirror textarea' },
  { name: 'codemirror6', field: '.cm-content' },
  { name: 'monaco', field: '.monaco-editor .native-edit-context' },
];

const paragraphs = (count: number, length: number): string =>
  Array.from({ length: count }, (_, at) => `${`Line ${at + 1} has words in it `.repeat(length).slice(0, length - 1)}.`).join('\n');

const TEXTS: Readonly<Record<string, string>> = {
  'one line': 'The quick brown fox, 42 jumps; done.',
  'three paragraphs': 'The first one.\nThe second one.\nThe third one.',
  'emoji': 'Grüße 👍🏽 and 👩‍👩‍👧 and 日本語, done.',
  '20,000 characters': paragraphs(100, 199),
};

const OLD_LINES = 200;
const OLD = Array.from({ length: OLD_LINES }, (_, at) => `Old line ${at + 1}.`).join('\n');

const shell = sharedCli();
const handAt = hand();

/** An end of a failed comparison is enough to see what happened. */
const short = (text: string): string => (text.length <= 300 ? text : `${text.slice(0, 200)} ... ${text.slice(-60)} (${text.length})`);

describe.each(EDITORS)('$name', ({ name, field, frame }) => {
  let site: Site;
  beforeAll(async () => {
    site = await servePage('editors', name);
  });
  afterAll(() => site[Symbol.asyncDispose]());

  const at = (query: string): string => `${site.origin}/?${query}`;
  const chooseFrame = async (): Promise<void> => void (frame !== undefined && (await shell().ok('frame', frame)));
  const text = async (): Promise<string> => {
    if (frame !== undefined) await shell().ok('frame', 'main');
    return js<string>(shell(), 'window.__text()');
  };
  const enter = async (query: string): Promise<void> => {
    await open(shell(), at(query));
    await chooseFrame();
  };
  /** Exit status and document after a command; a failure also shows what was said. */
  const expectOutcome = async (run: Run, exit: number, wanted: string): Promise<void> => {
    const got = await text();
    expect({ exit: run.exit, text: short(got) }, `${said(run)}\ndocument: ${short(got)}`).toEqual({ exit, text: short(wanted) });
    expect(got).toBe(wanted);
  };

  test('the page takes three paragraphs from a hand', async () => {
    const page = await handAt(at('lines=3'));
    const place = frame === undefined ? page.locator(field) : page.frameLocator(frame).locator(field);
    await place.focus();
    await page.keyboard.press('Control+A', { delay: 100 });
    await page.keyboard.type(TEXTS['three paragraphs'] ?? '', { delay: 30 });
    await expect.poll(() => page.evaluate('window.__text()')).toBe(TEXTS['three paragraphs']);
    await page.context().close();
  });

  // C1, C2, C7
  test.each(Object.entries({ nothing: '', ...TEXTS }))('fill replaces the whole document by %s', async (_, wanted) => {
    await enter(`lines=${OLD_LINES}`);
    const run = await shell().run(['fill', field, wanted, '--timeout', '20000']);
    await expectOutcome(run, 0, wanted);
  });

  test('fill works as the first command after the page opened', async () => {
    await shell().ok('goto', at('lines=3'));
    await chooseFrame();
    const wanted = TEXTS['three paragraphs'] ?? '';
    const run = await shell().run(['fill', field, wanted]);
    await expectOutcome(run, 0, wanted);
  });

  test('a second fill replaces the first', async () => {
    await enter('lines=3');
    await shell().run(['fill', field, 'First.']);
    const run = await shell().run(['fill', field, 'Second.']);
    await expectOutcome(run, 0, 'Second.');
  });

  // C3
  test('the snapshot gives the field a ref, by which it is filled', async () => {
    await open(shell(), at('lines=3'));
    const lines = await shown(shell(), '-i');
    const refs = lines.filter(({ role }) => role === 'textbox').map(({ ref }) => ref);
    expect(refs, lines.map(({ line }) => line).join('\n')).toHaveLength(1);
    const run = await shell().run(['fill', refs[0] ?? '', 'By its ref.']);
    await expectOutcome(run, 0, 'By its ref.');
  });

  test('a fill that a read-only document refuses is rc 1 and leaves it as it was', async () => {
    await enter(`lines=${OLD_LINES}&readonly`);
    const run = await shell().run(['fill', field, 'Never.']);
    await expectOutcome(run, 1, OLD);
  });

  test.each(Object.entries(TEXTS))(
    'type into the field puts %s at its end',
    async (_, wanted) => {
      await enter('lines=1');
      const run = await shell().run(['type', field, ` ${wanted}`, '--timeout', '230000'], { limit: 240_000 });
      await expectOutcome(run, 0, `Old line 1. ${wanted}`);
    },
    300_000,
  );

  test('type of nothing changes nothing', async () => {
    await enter('lines=3');
    await shell().run(['type', field, '']);
    expect(await text()).toBe('Old line 1.\nOld line 2.\nOld line 3.');
  });

  test.each(Object.entries(TEXTS).slice(0, 3))('type into the focused empty document gives %s', async (_, wanted) => {
    await enter('lines=0');
    await shell().ok('focus', field);
    const run = await shell().run(['type', wanted]);
    await expectOutcome(run, 0, wanted);
  });

  test('type works as the first command after the page opened', async () => {
    await shell().ok('goto', at('lines=0'));
    await chooseFrame();
    const wanted = TEXTS['three paragraphs'] ?? '';
    const run = await shell().run(['type', field, wanted]);
    await expectOutcome(run, 0, wanted);
  });
});
