/** The pointer: click, dblclick, hover, scroll. Each answer names what was acted on. */
import { quoted } from '../base/escape.ts';
import { shellQuote } from '../base/words.ts';
import { modifierOf, modifierWords } from '../domain/modifiers.ts';
import { ACTION_DEADLINE } from '../protocol/command.ts';
import { fail } from '../protocol/errors.ts';
import { MATCH_FLAGS, SEL, command, movedSince, movedText, named, subject, whereabouts } from './context.ts';
import { drag } from './drag.ts';
import type { Answer, Context, FoundTarget, Moved } from './context.ts';
import type { MouseAct, ScrollBy } from '../domain/ports/page.ts';

function modifiersOf(words: readonly string[]): MouseAct['modifiers'] {
  return modifierWords(words).map(
    (word) =>
      modifierOf(word) ??
      fail('usage', { problem: `--modifiers takes Alt, Control, Meta, Shift, not ${JSON.stringify(word)}`, hint: 'browse help click' }),
  );
}

const CLICK_FLAGS = {
  button: { type: 'choice', choices: ['left', 'right', 'middle'], value: 'BUTTON', summary: 'left (default), right, middle' },
  modifiers: { type: 'string', repeatable: true, value: 'KEYS', summary: 'Alt, Control, Meta, Shift; several as Control+Shift' },
  force: { type: 'boolean', summary: 'without waiting until it is visible, still and uncovered; still only that very element' },
  ...MATCH_FLAGS,
} as const;

type ClickInput = {
  readonly selector: string;
  readonly button: MouseAct['button'] | undefined;
  readonly modifiers: readonly string[];
  readonly force: boolean;
  readonly first: boolean;
  readonly nth: number | undefined;
};

async function mouse(context: Context, input: ClickInput, count: 1 | 2): Promise<Answer & { moved: Moved }> {
  const modifiers = modifiersOf(input.modifiers);
  const { identity, given } = await context.target(input.selector, input);
  context.begun(`Clicked ${named(given, identity.role, identity.name)}`);
  const before = whereabouts(context);
  const acted = await context.tab.page.click(
    identity,
    { button: input.button ?? 'left', count, modifiers, force: input.force },
    context.bound,
  );
  return { given, ...acted, moved: movedSince(before, context) };
}

const controlled = ({ control }: Answer): string =>
  control === undefined ? '' : ` → [${control.role}] ${quoted(control.name)} is now ${control.checked ? 'checked' : 'unchecked'}`;
const asking = ({ asks, given }: Answer): string =>
  asks === 'chooser'
    ? `; it opened a file chooser. Run: browse upload ${shellQuote(given)} FILE`
    : asks === 'print'
      ? '; it asked to be printed'
      : '';
const clicked = (result: Answer & { moved: Moved }): string =>
  `Clicked ${subject(result)}${result.closed ? '; the tab closed itself' : `${controlled(result)}${movedText(result.moved, result.url)}${asking(result)}`}`;

const click = command({
  name: 'click',
  aliases: ['tap'],
  family: 'act',
  summary: 'click an element',
  effect: 'write',
  scope: 'tab',
  input: true,
  recorded: ['button', 'modifiers', 'force', 'double', '.by'],
  deadline: ACTION_DEADLINE,
  operands: { selector: SEL },
  flags: { double: { type: 'boolean', summary: 'twice' }, ...CLICK_FLAGS },
  examples: ['browse click @e3', `browse click '@e4 [button] "Keep"'`, `browse click 'text=Sign in' --button right`],
  run: (context, input) => mouse(context, input, input.double ? 2 : 1),
  text: clicked,
});

const dblclick = command({
  name: 'dblclick',
  family: 'act',
  summary: 'click an element twice (click --double)',
  effect: 'write',
  scope: 'tab',
  input: true,
  recorded: ['button', 'modifiers', 'force'],
  deadline: ACTION_DEADLINE,
  operands: { selector: SEL },
  flags: CLICK_FLAGS,
  examples: ['browse dblclick @e3'],
  run: (context, input) => mouse(context, input, 2),
  text: clicked,
});

const hover = command({
  name: 'hover',
  family: 'act',
  summary: 'move the mouse over an element',
  effect: 'write',
  scope: 'tab',
  input: true,
  recorded: ['force'],
  deadline: ACTION_DEADLINE,
  operands: { selector: SEL },
  flags: { force: CLICK_FLAGS.force, ...MATCH_FLAGS },
  examples: ['browse hover @e3'],
  async run(context, { selector, force, ...pick }): Promise<Answer> {
    const { identity, given } = await context.target(selector, pick);
    context.begun(`Hovered ${named(given, identity.role, identity.name)}`);
    return { given, ...(await context.tab.page.hover(identity, { force }, context.bound)) };
  },
  text: (result) => `Hovered ${subject(result)}`,
});

/** Words of other tools for a direction, and what is meant. */
const DIRECTIONS: Readonly<Record<string, string>> = {
  down: 'browse scroll --by 600',
  up: 'browse scroll --by -600',
  top: 'browse scroll --to top',
  bottom: 'browse scroll --to bottom',
};

function refuseDirection(word: unknown): void {
  const hint = typeof word === 'string' && Object.hasOwn(DIRECTIONS, word) ? DIRECTIONS[word] : undefined;
  if (hint !== undefined) fail('usage', { problem: 'scroll takes no direction as a word', hint });
}

function scrollOf(by: string | undefined, to: 'top' | 'bottom' | undefined, target: FoundTarget | null): ScrollBy {
  const refuse = (problem: string): never => fail('usage', { problem, hint: 'browse help scroll' });
  if (by !== undefined && to !== undefined) return refuse('scroll takes --by or --to, not both');
  if (to !== undefined) return { to };
  if (by === undefined) return target === null ? refuse('scroll needs SEL, --by PX or --to top|bottom') : null;
  const pixels = Number(by.replace(/px$/, ''));
  return Number.isFinite(pixels) && by.trim() !== ''
    ? { by: Math.round(pixels) }
    : refuse(`--by takes pixels, such as 600 or -600, not ${JSON.stringify(by)}`);
}

const scroll = command({
  name: 'scroll',
  aliases: ['scroll-to', 'scrollintoview'],
  family: 'act',
  summary: 'scroll SEL into view; with --by or --to the page, or what SEL lies in',
  effect: 'write',
  scope: 'tab',
  input: true,
  recorded: ['by', 'to'],
  deadline: ACTION_DEADLINE,
  repeatable: true,
  operands: { selector: { ...SEL, optional: true } },
  flags: {
    by: { type: 'string', value: 'PX', summary: 'so many pixels down; up when negative' },
    to: { type: 'choice', choices: ['top', 'bottom'], value: 'END', summary: 'top or bottom' },
    ...MATCH_FLAGS,
  },
  examples: ['browse scroll @e40', 'browse scroll --by 600', 'browse scroll --to bottom', 'browse scroll @e5 --by -200'],
  notes: ['Without SEL it scrolls the page, or what fills the window where the page itself does not scroll.'],
  // Before a word that names no element is taken for a text.
  meant: (input) => {
    refuseDirection(input['selector']);
    return input;
  },
  async run(context, { selector, by, to, ...pick }) {
    refuseDirection(selector);
    const target = selector === undefined ? null : await context.target(selector, pick);
    const how = scrollOf(by, to, target);
    const scrolled = await context.tab.page.scroll(target?.identity ?? null, how, context.bound);
    const what = target === null ? null : named(target.given, target.identity.role, target.identity.name);
    return { what, how, ...scrolled };
  },
  text({ what, how, moved, at, most }) {
    if (how === null) return `Scrolled ${what} into view`;
    const end = moved !== 0 ? '' : at >= most ? ': already at the bottom' : at <= 0 ? ': already at the top' : '';
    return `Scrolled ${what ?? 'the page'} ${'to' in how ? `to ${how.to}` : `by ${moved}px`} (${at} of ${most}px)${end}`;
  },
});

export const mouseCommands = [click, dblclick, hover, drag, scroll];
