/** Giving elements what they take: fill, type, press, select, check, uncheck, focus, upload. Each answer names what was acted on. */
import { keyChord } from '../domain/key-names.ts';
import { oneLine, quoted } from '../base/escape.ts';
import { sizeText } from '../base/size.ts';
import type { Identity } from '../domain/snapshot/tree.ts';
import { ACTION_DEADLINE } from '../protocol/command.ts';
import { BrowseError, fail } from '../protocol/errors.ts';
import { MATCH_FLAGS, SEL, command, fileAt, movedSince, movedText, named, subject, whereabouts } from './context.ts';
import type { Answer, Context } from './context.ts';

/** What to fill: a word, the caller's stdin, or a variable of the caller. Fails with `usage`. */
function valueOf(context: Context, value: string | undefined, secretEnv: string | undefined): string {
  const refuse = (problem: string): never => fail('usage', { problem, hint: 'browse help fill' });
  if (secretEnv !== undefined) {
    if (value !== undefined) return refuse('fill takes VALUE or --secret-env, not both');
    return context.caller.env[secretEnv] ?? refuse(`The variable ${secretEnv} is not set`);
  }
  if (value === undefined) return refuse('fill needs VALUE');
  if (value !== '-') return value;
  return context.caller.stdin?.replace(/\r?\n$/, '') ?? refuse('fill - reads stdin, and there is none');
}

/** Presses Enter in a field that is filled by now, and says so when it did not get there. Gives the address after it. */
async function enter(context: Context, field: Identity): Promise<string> {
  const { page } = context.tab;
  const unsent = (reason: string): never =>
    fail('act-broken', { act: 'submit', target: `${field.role} ${quoted(field.name)}`, reason: `it was filled, and then ${reason}` });
  try {
    await page.append(field, '', context.bound);
    const { url, held } = await page.press('Enter', context.bound);
    return held === null ? url : unsent(`the page moved the focus to ${held}: Enter was held back`);
  } catch (error) {
    if (error instanceof BrowseError && ['not-actionable', 'unsuited', 'ref-stale', 'focus-moved'].includes(error.code))
      return unsent(`Enter did not reach it: ${error.message.replace('; nothing was touched', '')}`);
    throw error;
  }
}

const fill = command({
  name: 'fill',
  family: 'act',
  summary: 'replace the text of a field',
  effect: 'write',
  scope: 'tab',
  input: true,
  recorded: ['submit'],
  deadline: ACTION_DEADLINE,
  literal: true,
  stdin: 'dash',
  operands: { selector: SEL, value: { label: 'VALUE', optional: true, summary: '"" clears; - reads stdin' } },
  flags: {
    submit: { type: 'boolean', summary: 'then press Enter in it' },
    secretEnv: { type: 'string', value: 'NAME', summary: 'take the value from this variable of yours' },
    ...MATCH_FLAGS,
  },
  examples: [
    'browse fill @e3 "Ada"',
    'browse fill @e3 ""',
    'browse fill @e3 -5',
    'browse fill --secret-env PASSWORD @e4',
    'browse fill @e4 - --submit',
  ],
  notes: [
    'The value is set at once, with input and change events, and read back.',
    'Words after SEL are literal: flags go before SEL or after VALUE.',
  ],
  async run(context, { selector, value, submit, secretEnv, ...pick }) {
    const text = valueOf(context, value, secretEnv);
    // Who hands it over like this means it as a secret, whatever the field is.
    if (secretEnv !== undefined || value === '-') context.traffic.learn(text, false);
    const { page } = context.tab;
    const { identity, given } = await context.target(selector, pick);
    context.begun(`Filled ${named(given, identity.role, identity.name)}`);
    const secrecy = secretEnv !== undefined ? 'secret' : value === '-' ? 'private' : 'open';
    const before = whereabouts(context);
    const { secret, marks, value: now, altered, ...acted } = await page.fill(identity, text, context.bound, secrecy);
    let { url } = acted;
    if (submit) url = await enter(context, identity);
    const hidden = secret || secrecy !== 'open';
    context.typed({ value: hidden ? null : text, env: secretEnv ?? null, marks });
    return {
      given,
      ...acted,
      url,
      submitted: submit,
      moved: submit ? movedSince(before, context) : null,
      value: hidden ? null : now,
      altered: altered && !hidden && !submit,
    };
  },
  text: (result) =>
    `Filled ${subject(result)}${result.altered ? `; the page made it ${quoted(result.value ?? '')}` : ''}${result.elsewhere ? '; the page shows it elsewhere, not in the field' : ''}${movedText(result.moved, result.url)}`,
});

const type = command({
  name: 'type',
  aliases: ['keyboard type'],
  family: 'act',
  summary: 'type into the focused element, or at the end of the field SEL',
  effect: 'write',
  scope: 'tab',
  input: true,
  untargeted: 'text',
  recorded: [],
  deadline: ACTION_DEADLINE,
  literal: true,
  operands: {
    selector: { label: '[SEL]', summary: 'the field; without it the focused element' },
    text: { label: 'TEXT', optional: true, summary: 'literal, whatever it looks like' },
  },
  flags: {
    followFocus: { type: 'boolean', summary: 'go on in the next field when the page moves the focus, within its own document' },
    ...MATCH_FLAGS,
  },
  examples: ['browse type "hello"', 'browse type @e3 " more"', 'browse type 123456 --follow-focus'],
  async run(context, { selector, text, followFocus, ...pick }) {
    const { page } = context.tab;
    const follow = followFocus ? 'always' : 'editor';
    // One word alone is the text.
    if (text === undefined) {
      const { secret, marks, ...done } = await page.type(selector, context.bound, follow);
      context.typed({ value: secret ? null : selector, env: null, marks });
      return { given: null, ...done };
    }
    const { identity, given } = await context.target(selector, pick);
    const { secret, marks, ...acted } = await page.append(identity, text, context.bound, follow);
    context.typed({ value: secret ? null : text, env: null, marks });
    return { ...acted, given };
  },
  text: (result) =>
    `Typed ${result.typed === result.total ? '' : `${result.typed} of `}${result.total} characters in ${result.given === null ? where(result.field) : named(result.given, result.role, result.name)}`,
});

/** What had the focus. */
const where = (field: { readonly role: string; readonly name: string } | null): string =>
  field === null ? 'the page' : `[${field.role}] ${quoted(field.name)}`;

const press = command({
  name: 'press',
  family: 'act',
  summary: 'press a key, such as Enter, Tab, Control+A',
  effect: 'write',
  scope: 'tab',
  input: true,
  untargeted: 'always',
  recorded: [],
  deadline: ACTION_DEADLINE,
  operands: { key: { label: 'KEY', summary: "a key's name or a character, with modifiers as Control+Shift+K" } },
  flags: {},
  examples: ['browse press Enter', 'browse press Control+A', 'browse press esc'],
  notes: ['Names in any case, and esc, return, del, space, up, down, left, right, ctrl, cmd, option. A character keeps its case.'],
  async run(context, { key: typed }) {
    const key = keyChord(typed);
    context.begun(`Pressed ${key}`);
    const { secret, marks, ...pressed } = await context.tab.page.press(key, context.bound);
    // A character by itself may be one of a secret; a key with a name is none.
    const single = [...key].length === 1;
    context.typed({ value: single && secret ? null : key, env: null, marks: single ? marks : [] });
    return { key, ...pressed };
  },
  text: ({ key: pressed, field, held }) =>
    `Pressed ${pressed} in ${where(field)}${held === null ? '' : `; the page moved the focus to ${held} meanwhile, and the rest of the key was held back`}`,
});

const select = command({
  name: 'select',
  family: 'act',
  summary: 'choose options of a list, by value, then by label',
  effect: 'write',
  scope: 'tab',
  input: true,
  recorded: ['values'],
  deadline: ACTION_DEADLINE,
  operands: { selector: SEL, values: { label: 'VALUE', variadic: true, summary: 'a value or a label; "" is the empty option' } },
  flags: MATCH_FLAGS,
  examples: ['browse select @e5 fr', 'browse select @e5 ""'],
  async run(context, { selector, values, ...pick }) {
    const { identity, given } = await context.target(selector, pick);
    context.begun(`Selected ${values.map(quoted).join(', ')} in ${given}`);
    return { given, ...(await context.tab.page.select(identity, values, context.bound)) };
  },
  text: (result) => `Selected ${result.selected.map(quoted).join(', ')} in ${result.given}`,
});

async function toggle(
  context: Context,
  selector: string,
  checked: boolean,
  pick: { first: boolean; nth: number | undefined },
): Promise<Answer> {
  const { identity, given } = await context.target(selector, pick);
  context.begun(`${checked ? 'Checked' : 'Unchecked'} ${named(given, identity.role, identity.name)}`);
  return { given, ...(await context.tab.page.setChecked(identity, checked, context.bound)) };
}

const check = command({
  name: 'check',
  bare: 'status',
  family: 'act',
  summary: 'tick a checkbox, radio button or switch (without SEL: status)',
  effect: 'write',
  scope: 'tab',
  input: true,
  recorded: ['.gone'],
  deadline: ACTION_DEADLINE,
  operands: { selector: SEL },
  flags: MATCH_FLAGS,
  examples: ['browse check @e6'],
  run: (context, { selector, ...pick }) => toggle(context, selector, true, pick),
  text: (result) => `Checked ${subject(result)}`,
});

const uncheck = command({
  name: 'uncheck',
  family: 'act',
  summary: 'clear a checkbox or switch',
  effect: 'write',
  scope: 'tab',
  input: true,
  recorded: ['.gone'],
  deadline: ACTION_DEADLINE,
  operands: { selector: SEL },
  flags: MATCH_FLAGS,
  examples: ['browse uncheck @e6'],
  run: (context, { selector, ...pick }) => toggle(context, selector, false, pick),
  text: (result) => `Unchecked ${subject(result)}`,
});

const focus = command({
  name: 'focus',
  family: 'act',
  summary: 'give an element the focus',
  effect: 'write',
  scope: 'tab',
  input: true,
  recorded: [],
  deadline: ACTION_DEADLINE,
  operands: { selector: SEL },
  flags: MATCH_FLAGS,
  examples: ['browse focus @e3'],
  async run(context, { selector, ...pick }): Promise<Answer> {
    const { identity, given } = await context.target(selector, pick);
    context.begun(`Focused ${named(given, identity.role, identity.name)}`);
    return { given, ...(await context.tab.page.focus(identity, context.bound)) };
  },
  text: (result) => `Focused ${subject(result)}`,
});

/** A file of the caller's, or a folder, for the fields that take a whole one. */
async function fileOrFolder(context: Context, file: string): Promise<{ readonly path: string; readonly bytes: number | null }> {
  const path = context.path(file);
  const folder = (await context.files.stat(path))?.kind === 'folder';
  return folder ? { path, bytes: null } : fileAt(context, file);
}

const upload = command({
  name: 'upload',
  family: 'act',
  summary: 'give files, or a folder, to a file field',
  effect: 'write',
  scope: 'tab',
  input: true,
  recorded: ['files', '.by'],
  deadline: ACTION_DEADLINE,
  operands: {
    selector: SEL,
    files: { label: 'FILE', variadic: true, summary: 'paths from your folder; a folder where the field takes one' },
  },
  flags: MATCH_FLAGS,
  examples: ['browse upload @e7 a.png'],
  async run(context, { selector, files, ...pick }) {
    const found = await Promise.all(files.map((file) => fileOrFolder(context, file)));
    const { identity, given } = await context.target(selector, pick);
    context.begun(`Uploaded to ${named(given, identity.role, identity.name)}`);
    const paths = found.map(({ path }) => path);
    const acted = await context.tab.page.upload(identity, paths, context.bound);
    return {
      given,
      ...acted,
      files: found.map(({ path, bytes }) => ({ name: path.split('/').findLast((part) => part !== '') ?? path, bytes })),
    };
  },
  text: (result) =>
    `Uploaded: ${result.files.map(({ name, bytes }) => `${oneLine(name)} (${bytes === null ? 'folder' : sizeText(bytes)})`).join(', ')}`,
});

export const inputCommands = [fill, type, press, select, check, uncheck, focus, upload];
