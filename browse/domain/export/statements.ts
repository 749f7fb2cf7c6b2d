/**
 * One action as statements of a test. Each command that can be done again is a row of the table; what cannot says why. Must not know
 * how tabs, popups and dialogs are put around them.
 */
import { milliseconds } from '../../protocol/args.ts';
import { modifierOf, modifierWords } from '../modifiers.ts';
import { HIDDEN } from '../traffic/printable-url.ts';
import type { RecordedAction } from './recorded-action.ts';
import { filled, literal, matcher } from './literals.ts';
import { framed, locate } from './locators.ts';
import { wordBefore } from './variables.ts';

/** Names a value that was not kept, and gives the expression that reads it from the environment. */
export type Given = {
  /** `label`: what it is called on the page. `env`: the variable that the user took it from. */
  (label: string, env: string | null, own?: boolean): string;
};

/** Where the test will be: what is below that folder is named from there. */
export type Place = { readonly folder: string | null };

/** Lines of a test, or why there are none. No lines: there is nothing to do. */
export type Statements = readonly string[] | { readonly cannot: string };

type Scope = Place & { readonly page: string; readonly given: Given; readonly target: string; readonly second: string };
type Writer = (action: RecordedAction, scope: Scope) => Statements;

const UNFOUND = { cannot: 'nothing finds its element again' } as const;
const UNKEPT = { cannot: 'what it was given is not kept' } as const;

const textOf = (text: string, { given }: Scope): string => filled(text, (before) => given(wordBefore(before), null));

function options(pairs: Readonly<Record<string, string | null>>): string {
  const said = Object.entries(pairs).flatMap(([key, value]) => (value === null ? [] : [`${key}: ${value}`]));
  return said.length === 0 ? '' : `{ ${said.join(', ')} }`;
}

const word = ({ words }: RecordedAction, key: string): string | null => (typeof words[key] === 'string' ? words[key] : null);
const list = ({ words }: RecordedAction, key: string): readonly string[] =>
  Array.isArray(words[key]) ? (words[key] as readonly string[]) : [];

/** What was typed, as an expression. */
function valueOf({ typed, targets }: RecordedAction, { given }: Scope): string {
  if (typed === null || typed.value === null) return given(targets[0]?.name || (typed?.marks[0] ?? ''), typed?.env ?? null, true);
  return literal(typed.value);
}

const waitUntil = (action: RecordedAction): string => {
  const wait = word(action, 'wait');
  return options({ waitUntil: wait === null || wait === 'load' ? null : literal(wait) });
};
const withOptions = (first: string, more: string): string => [first, more].filter((each) => each !== '').join(', ');

function clicking(action: RecordedAction, { target, page }: Scope): Statements {
  if (action.words['by'] === 'choice') {
    const [option] = action.targets;
    const name = option?.name ?? '';
    const scope = framed(page, option?.frames ?? null);
    if (scope === null || name === '' || name.includes(HIDDEN)) return UNFOUND;
    const chosen = `${page}.getByRole('option', { name: ${literal(name)}, exact: true })`;
    return [`await ${scope}.locator('select').filter({ has: ${chosen} }).selectOption({ label: ${literal(name)} });`];
  }
  const [button, modifiers] = [word(action, 'button'), modifierWords(list(action, 'modifiers'))];
  const said = options({
    button: button === null || button === 'left' ? null : literal(button),
    modifiers: modifiers.length === 0 ? null : `[${modifiers.map((each) => literal(modifierOf(each) ?? each)).join(', ')}]`,
    force: action.words['force'] === true ? 'true' : null,
  });
  const act = action.command === 'dblclick' || action.words['double'] === true ? 'dblclick' : 'click';
  return [`await ${target}.${act}(${said});`];
}

function scrolling(action: RecordedAction, { page, target }: Scope): Statements {
  const [by, to] = [word(action, 'by'), word(action, 'to')];
  const on = target === '' ? [] : [`await ${target}.hover();`];
  if (by !== null) return [...on, `await ${page}.mouse.wheel(0, ${Math.round(Number(by.replace(/px$/, '')))});`];
  if (to !== null)
    return target === ''
      ? [`await ${page}.evaluate(() => window.scrollTo(0, ${to === 'top' ? '0' : 'document.documentElement.scrollHeight'}));`]
      : [`await ${target}.evaluate((element) => element.scrollTo(0, ${to === 'top' ? '0' : 'element.scrollHeight'}));`];
  return target === '' ? UNFOUND : [`await ${target}.scrollIntoViewIfNeeded();`];
}

function waiting(action: RecordedAction, scope: Scope): Statements {
  const { page, target } = scope;
  const { words } = action;
  const [text, url, what] = [word(action, 'text'), word(action, 'url'), word(action, 'target')];
  if (text !== null) {
    const around = framed(page, action.frames);
    if (around === null) return { cannot: 'nobody knows its frame' };
    const shown = text.includes(HIDDEN) ? matcher(text).replace('/^', '/').replace('$/', '/') : literal(text);
    return [`await expect(${around}.getByText(${shown}).filter({ visible: true }).first()).toBeVisible();`];
  }
  if (url !== null) return url.includes(HIDDEN) ? UNKEPT : [`await ${page}.waitForURL(${literal(url)});`];
  if (words['networkidle'] === true) return [`await ${page}.waitForLoadState('networkidle');`];
  if (words['load'] === true) return [`await ${page}.waitForLoadState('load');`];
  if (what === null) return UNKEPT;
  const ms = milliseconds(what);
  if (ms !== null) return [`await ${page}.waitForTimeout(${ms});`];
  if (target === '') return UNFOUND;
  const shown = (action.targets[0]?.selector ?? null) === null ? target : `${target}.filter({ visible: true }).first()`;
  return [words['hidden'] === true ? `await expect(${shown}).toBeHidden();` : `await expect(${shown}).toBeVisible();`];
}

const CHECKS: Readonly<Record<string, string>> = {
  visible: 'toBeVisible',
  hidden: 'toBeHidden',
  enabled: 'toBeEnabled',
  disabled: 'toBeDisabled',
  checked: 'toBeChecked',
  editable: 'toBeEditable',
  focused: 'toBeFocused',
};

function checking(action: RecordedAction, { target }: Scope): Statements {
  const check = CHECKS[word(action, 'check') ?? ''];
  return check === undefined ? UNKEPT : [`await expect(${target})${action.words['is'] === true ? '' : '.not'}.${check}();`];
}

/** Fields whose value a test can ask for: what others are said to hold is how it looks. */
const FIELDS = new Set(['textbox', 'searchbox', 'spinbutton']);

function holding({ typed, targets }: RecordedAction, { target }: Scope): Statements {
  const value = typed?.value ?? null;
  if (value === null || !FIELDS.has(targets[0]?.role ?? '')) return [];
  return [`await expect(${target}).toHaveValue(${literal(value)});`];
}

function uploading(action: RecordedAction, { page, target, folder }: Scope): Statements {
  const near = (file: string): string => (folder !== null && file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file);
  const all = list(action, 'files').map((file) => literal(near(file)));
  const files = all.length === 1 ? (all[0] ?? '') : `[${all.join(', ')}]`;
  if (files.includes(HIDDEN) || all.length === 0) return UNKEPT;
  if (action.words['by'] !== 'chooser') return [`await ${target}.setInputFiles(${files});`];
  const chosen = `${page}.waitForEvent('filechooser').then((chooser) => chooser.setFiles(${files}))`;
  return [`await Promise.all([${chosen}, ${target}.click()]);`];
}

function selecting(action: RecordedAction, scope: Scope): Statements {
  const values = list(action, 'values');
  const said =
    values.length === 0
      ? scope.given(action.targets[0]?.name ?? '', null, true)
      : `[${values.map((value) => textOf(value, scope)).join(', ')}]`;
  return [`await ${scope.target}.selectOption(${said});`];
}

/** A box that is gone with its click cannot be looked at afterwards, as Playwright's `check` does. */
const ticking =
  (how: string): Writer =>
  ({ words }, { target }) => [`await ${target}.${words['gone'] === true ? 'click' : how}();`];

/** The point of an operand such as `@e4+10,20`. */
function pointOf(operand: string | null): string | null {
  const found = /\+(\d{1,5}),(\d{1,5})$/.exec(operand ?? '');
  return found === null ? null : `{ x: ${found[1]}, y: ${found[2]} }`;
}

function dragging(action: RecordedAction, { page, target, second }: Scope): Statements {
  const [from, to] = [pointOf(word(action, 'from')), pointOf(word(action, 'to'))];
  const steps = word(action, 'steps');
  const count = steps !== null && /^\d+$/.test(steps) ? steps : null;
  const force = action.words['force'] === true ? 'true' : null;
  const hold = milliseconds(word(action, 'hold') ?? '');
  if (hold === null || hold === 0)
    return [`await ${target}.dragTo(${withOptions(second, options({ sourcePosition: from, targetPosition: to, steps: count, force }))});`];
  // Held still before it moves, which a drag of Playwright's does not do.
  return [
    `await ${target}.hover(${options({ position: from, force })});`,
    `await ${page}.mouse.down();`,
    `await ${page}.waitForTimeout(${hold});`,
    `await ${second}.hover(${options({ position: to, force: 'true' })});`,
    `await ${page}.mouse.up();`,
  ];
}

const going =
  (how: string): Writer =>
  (action, { page }) => [`await ${page}.${how}(${waitUntil(action)});`];
const doing =
  (how: string): Writer =>
  (_, { target }) => [`await ${target}.${how}();`];

const TABLE: Readonly<Record<string, Writer>> = {
  'goto': (action, scope) => [`await ${scope.page}.goto(${withOptions(textOf(word(action, 'url') ?? '', scope), waitUntil(action))});`],
  'back': going('goBack'),
  'forward': going('goForward'),
  'reload': going('reload'),
  'click': clicking,
  'dblclick': clicking,
  'hover': ({ words }, { target }) => [`await ${target}.hover(${words['force'] === true ? '{ force: true }' : ''});`],
  'focus': doing('focus'),
  'check': ticking('check'),
  'uncheck': ticking('uncheck'),
  'drag': dragging,
  'scroll': scrolling,
  'fill': (action, scope) => [
    `await ${scope.target}.fill(${valueOf(action, scope)});`,
    ...(action.words['submit'] === true ? [`await ${scope.target}.press('Enter');`] : []),
  ],
  'type': (action, scope) =>
    scope.target === ''
      ? [`await ${scope.page}.keyboard.type(${valueOf(action, scope)});`]
      : [`await ${scope.target}.press('ControlOrMeta+End');`, `await ${scope.target}.pressSequentially(${valueOf(action, scope)});`],
  'press': ({ typed }, { page }) =>
    typed === null || typed.value === null
      ? { cannot: 'a key that may be part of a secret is not kept' }
      : [`await ${page}.keyboard.press(${literal(typed.value)});`],
  'select': selecting,
  'upload': uploading,
  'wait': waiting,
  'is': checking,
  'value': holding,
  'viewport': ({ words }, { page }) => [
    `await ${page}.setViewportSize({ width: ${Number(words['width'])}, height: ${Number(words['height'])} });`,
  ],
};
/** Those of them that need their element. */
const AIMED = new Set(['click', 'dblclick', 'hover', 'focus', 'check', 'uncheck', 'drag', 'fill', 'select', 'upload', 'is', 'value']);

/** The commands that this writes. */
export const STATED: readonly string[] = Object.keys(TABLE);

/** Writes one. `page` is the variable of its tab. */
export function statementsOf(action: RecordedAction, page: string, given: Given, { folder }: Place): Statements {
  const write = TABLE[action.command];
  const halfway = word(action, 'halfway');
  if (halfway !== null) return { cannot: `it ended halfway: ${halfway}` };
  if (action.words['tooLong'] === true) return { cannot: 'it is too long to be kept' };
  if (write === undefined) return { cannot: 'a test has no such step, or what it was given is not kept' };
  // The goal of a drag may have been looked at once more, before what was dragged.
  const targets = action.command === 'drag' ? action.targets.slice(-2) : action.targets;
  const found = targets.map((target) => locate(target, page));
  const [first, second] = found;
  if (found.includes(null)) return UNFOUND;
  if (AIMED.has(action.command) && (first === undefined || (action.command === 'drag' && second === undefined))) return UNFOUND;
  const said = write(action, { page, given, folder, target: first?.code ?? '', second: second?.code ?? '' });
  if ('cannot' in said || said.length === 0) return said;
  return [...found.flatMap((each) => each?.checks ?? []), ...said];
}
