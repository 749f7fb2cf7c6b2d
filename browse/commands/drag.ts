/** Dragging one element, or a point of it, onto another. */
import { parseRef } from '../domain/snapshot/refs.ts';
import { ACTION_DEADLINE } from '../protocol/command.ts';
import { fail } from '../protocol/errors.ts';
import { SEL, command, named, subject } from './context.ts';
import type { FoundTarget } from './context.ts';
import type { DragEnd } from '../domain/ports/page.ts';

/** `@e4+10,20`: a point of an element, from its top left corner. */
const POINT = /^(.+?)\+(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/s;

/** An operand: what it means, and which point of that. */
function operand(text: string): { readonly selector: string; readonly point: DragEnd['point'] } {
  const found = POINT.exec(text.trim());
  if (found === null) return { selector: text, point: null };
  return { selector: found[1] ?? '', point: { x: Number(found[2]), y: Number(found[3]) } };
}

function count(flag: string, value: string | undefined, least: number, most: number): number | null {
  if (value === undefined) return null;
  const number = Number(value.replace(/ms$/, ''));
  if (value.trim() !== '' && Number.isInteger(number) && number >= least && number <= most) return number;
  return fail('usage', {
    problem: `${flag} takes a whole number from ${least} to ${most}, not ${JSON.stringify(value)}`,
    hint: 'browse help drag',
  });
}

export const drag = command({
  name: 'drag',
  family: 'act',
  summary: 'drag an element onto another one',
  effect: 'write',
  scope: 'tab',
  input: true,
  recorded: ['from', 'to', 'hold', 'steps', 'force'],
  deadline: 2 * ACTION_DEADLINE,
  operands: { from: { ...SEL, label: 'FROM' }, to: { ...SEL, label: 'TO' } },
  flags: {
    hold: { type: 'string', value: 'MS', summary: 'hold still after the press, where the page waits for that' },
    steps: { type: 'string', value: 'N', summary: 'moves on the way (default 20)' },
    force: { type: 'boolean', summary: 'whatever lies over the two' },
  },
  examples: ['browse drag @e3 @e7', 'browse drag @e4+10,20 @e4+200,120', 'browse drag @e3 @e7 --hold 400'],
  notes: [
    'The mouse presses on FROM and lets go over TO, at their middle or at a point of them (@e4+10,20, from the top left corner).',
    'A drag that is given up ends with a release outside of any goal: where it began, if that can be.',
  ],
  async run(context, { from, to, hold, steps, force }) {
    const how = { hold: count('--hold', hold, 0, 60_000) ?? 0, steps: count('--steps', steps, 1, 500), force };
    const [start, end] = [operand(from), operand(to)];
    const find = (selector: string): Promise<FoundTarget> => context.target(selector, { first: false, nth: undefined });
    // A ref is there or not; a selector may be waited for.
    if (parseRef(end.selector) !== null && parseRef(start.selector) === null) await find(end.selector);
    const dragged = await find(start.selector);
    // A goal that was known is looked at again: what was dragged may have been waited for.
    const onto = await find(end.selector);
    const goal = named(onto.given, onto.identity.role, onto.identity.name);
    context.begun(`Dragged ${named(dragged.given, dragged.identity.role, dragged.identity.name)} to ${goal}`);
    const ends = [
      { identity: dragged.identity, point: start.point },
      { identity: onto.identity, point: end.point },
    ] as const;
    return { given: dragged.given, ...(await context.tab.page.drag(...ends, how, context.bound)), onto: goal };
  },
  text: (result) =>
    `Dragged ${subject(result)} to ${result.onto}${result.unchanged ? '; nothing in the page changed. Run: browse help drag' : ''}`,
});
