/**
 * One deed as statements of a test. Each command that can be done again is a row of the table; what cannot says why. Must not know
 * how tabs, popups and dialogs are put around them.
 */
import { milliseconds } from '../../protocol/args.ts';
import { modifierOf, modifierWords } from '../modifiers.ts';
import { HIDDEN } from '../traffic/redact.ts';
import type { Deed } from './recorded-action.ts';
import { filled, literal, matcher } from './literals.ts';
import { framed, locate } from './locators.ts';
import { wordBefore } from './variables.ts';

/** Names a value that was not kept, and gives the expression that reads it from the environment. */
export type Given = {
  /** `label`: what it is called on the page. `env`: the variable that the user took it from. */
  (label: string, env: string | null): string;
};

/** Lines of a test, or why there are none. No lines: there is nothing to do. */
export type Said = readonly string[] | { readonly cannot: string };

type Scope = { readonly page: string; readonly given: Given; readonly target: string; readonly second: string };
type Writer = (deed: Deed, scope: Scope) => Said;

const UNFOUND = { cannot: 'nothing finds its element again' } as const;
const UNKEPT = { cannot: 'what it was given is not kept' } as const;

const textOf = (text: string, { given }: Scope): string => filled(text, (before) => given(wordBefore(before), null));

function options(pairs: Readonly<Record<string, string | null>>): string {
  const said = Object.entries(pairs).flatMap(([key, value]) => (value === null ? [] : [`${key}: ${value}`]));
  return said.length === 0 ? '' : `{ ${said.join(', ')} }`;
}

const word = ({ words }: Deed, key: string): string | null => (typeof words[key] === 'string' ? words[key] : null);
const list = ({ words }: Deed, key: string): readonly string[] => (Array.isArray(words[key]) ? (words[key] as readonly string[]) : []);

/** What was typed, as an expression. */
function valueOf({ typed, targets }: Deed, { given }: Scope): string {
  if (typed === null || typed.value === null) return given(targets[0]?.name || (typed?.marks[0] ?? ''), typed?.env ?? null);
  return literal(typed.value);
}

const waitUntil = (deed: Deed): string => {
  const wait = word(deed, 'wait');
  return options({ waitUntil: wait === null || wait === 'load' ? null : literal(wait) });
};
const withOptions = (first: string, more: string): string => [first, more].filter((each) => each !== '').join(', ');

function clicking(deed: Deed, { target, page }: Scope): Said {
  if (deed.words['by'] === 'choice') {
    const [option] = deed.targets;
    const name = option?.name ?? '';
    const scope = framed(page, option?.frames ?? null);
    if (scope === null || name === '' || name.includes(HIDDEN)) return UNFOUND;
    const chosen = `${page}.getByRole('option', { name: ${literal(name)}, exact: true })`;
    return [`await ${scope}.locator('select').filter({ has: ${chosen} }).selectOption({ label: ${literal(name)} });`];
  }
  const [button, modifiers] = [word(deed, 'button'), modifierWords(list(deed, 'modifiers'))];
  const said = options({
    button: button === null || button === 'left' ? null : literal(button),
    modifiers: modifiers.length === 0 ? null : `[${modifiers.map((each) => literal(modifierOf(each) ?? each)).join(', ')}]`,
    force: deed.words['force'] === true ? 'true' : null,
  });
  const act = deed.command === 'dblclick' || deed.words['double'] === true ? 'dblclick' : 'click';
  return [`await ${target}.${act}(${said});`];
}

function scrolling(deed: Deed, { page, target }: Scope): Said {
  const [by, to] = [word(deed, 'by'), word(deed, 'to')];
  const on = target === '' ? [] : [`await ${target}.hover();`];
  if (by !== null) return [...on, `await ${page}.mouse.wheel(0, ${Math.round(Number(by.replace(/px$/, '')))});`];
  if (to !== null)
    return target === ''
      ? [`await ${page}.evaluate(() => window.scrollTo(0, ${to === 'top' ? '0' : 'document.documentElement.scrollHeight'}));`]
      : [`await ${target}.evaluate((element) => element.scrollTo(0, ${to === 'top' ? '0' : 'element.scrollHeight'}));`];
  return target === '' ? UNFOUND : [`await ${target}.scrollIntoViewIfNeeded();`];
}

function waiting(deed: Deed, scope: Scope): Said {
  const { page, target } = scope;
  const { words } = deed;
  const [text, url, what] = [word(deed, 'text'), word(deed, 'url'), word(deed, 'target')];
  if (text !== null) {
    const around = framed(page, deed.frames);
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
  const shown = (deed.targets[0]?.selector ?? null) === null ? target : `${target}.filter({ visible: true }).first()`;
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

function checking(deed: Deed, { target }: Scope): Said {
  const check = CHECKS[word(deed, 'check') ?? ''];
  return check === undefined ? UNKEPT : [`await expect(${target})${deed.words['is'] === true ? '' : '.not'}.${check}();`];
}

/** Fields whose value a test can ask for: what others are said to hold is how it looks. */
const FIELDS = new Set(['textbox', 'searchbox', 'spinbutton']);

function holding({ typed, targets }: Deed, { target }: Scope): Said {
  const value = typed?.value ?? null;
  if (value === null || !FIELDS.has(targets[0]?.role ?? '')) return [];
  return [`await expect(${target}).toHaveValue(${literal(value)});`];
}

function uploading(deed: Deed, { page, target }: Scope): Said {
  const files = `[${list(deed, 'files').map(literal).join(', ')}]`;
  if (files.includes(HIDDEN) || files === '[]') return UNKEPT;
  if (deed.words['by'] !== 'chooser') return [`await ${target}.setInputFiles(${files});`];
  const chosen = `${page}.waitForEvent('filechooser').then((chooser) => chooser.setFiles(${files}))`;
  return [`await Promise.all([${chosen}, ${target}.click()]);`];
}

function selecting(deed: Deed, scope: Scope): Said {
  const values = list(deed, 'values');
  const said =
    values.length === 0 ? scope.given(deed.targets[0]?.name ?? '', null) : `[${values.map((value) => textOf(value, scope)).join(', ')}]`;
  return [`await ${scope.target}.selectOption(${said});`];
}

const going =
  (how: string): Writer =>
  (deed, { page }) => [`await ${page}.${how}(${waitUntil(deed)});`];
const doing =
  (how: string): Writer =>
  (_, { target }) => [`await ${target}.${how}();`];

const TABLE: Readonly<Record<string, Writer>> = {
  'goto': (deed, scope) => [`await ${scope.page}.goto(${withOptions(textOf(word(deed, 'url') ?? '', scope), waitUntil(deed))});`],
  'back': going('goBack'),
  'forward': going('goForward'),
  'reload': going('reload'),
  'click': clicking,
  'dblclick': clicking,
  'hover': ({ words }, { target }) => [`await ${target}.hover(${words['force'] === true ? '{ force: true }' : ''});`],
  'focus': doing('focus'),
  'check': doing('check'),
  'uncheck': doing('uncheck'),
  'drag': (_, { target, second }) => [`await ${target}.dragTo(${second});`],
  'scroll': scrolling,
  'fill': (deed, scope) => [
    `await ${scope.target}.fill(${valueOf(deed, scope)});`,
    ...(deed.words['submit'] === true ? [`await ${scope.target}.press('Enter');`] : []),
  ],
  'type': (deed, scope) =>
    scope.target === ''
      ? [`await ${scope.page}.keyboard.type(${valueOf(deed, scope)});`]
      : [`await ${scope.target}.press('ControlOrMeta+End');`, `await ${scope.target}.pressSequentially(${valueOf(deed, scope)});`],
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
export function statementsOf(deed: Deed, page: string, given: Given): Said {
  const write = TABLE[deed.command];
  if (deed.words['tooLong'] === true) return { cannot: 'it is too long to be kept' };
  if (write === undefined) return { cannot: 'a test has no such step, or what it was given is not kept' };
  const found = deed.targets.map((target) => locate(target, page));
  const [first, second] = found;
  if (found.includes(null)) return UNFOUND;
  if (AIMED.has(deed.command) && (first === undefined || (deed.command === 'drag' && second === undefined))) return UNFOUND;
  const said = write(deed, { page, given, target: first?.code ?? '', second: second?.code ?? '' });
  if ('cannot' in said || said.length === 0) return said;
  return [...found.flatMap((each) => each?.checks ?? []), ...said];
}
