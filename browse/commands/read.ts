/** Reading the page: text, html, css, attrs, value, is. */
import { oneLine, quoted } from '../base/escape.ts';
import { ACTION_DEADLINE } from '../protocol/command.ts';
import { fail } from '../protocol/errors.ts';
import { MATCH_FLAGS, SEL, command } from './context.ts';
import type { Context, MatchChoice } from './context.ts';
import type { Check } from '../domain/ports/page.ts';

async function part(context: Context, selector: string | undefined, pick: MatchChoice) {
  return selector === undefined ? null : (await context.target(selector, pick)).identity;
}

const text = command({
  name: 'text',
  aliases: ['get text'],
  family: 'read',
  summary: 'print the visible text of the page, or of SEL',
  effect: 'read',
  scope: 'tab',
  fenced: true,
  operands: { selector: { ...SEL, optional: true } },
  flags: MATCH_FLAGS,
  examples: ['browse text', 'browse text main', 'browse text @e3'],
  async run(context, { selector, ...pick }) {
    const { page } = context.tab;
    const read = await page.text(await part(context, selector, pick), context.bound);
    const loading = read === '' && selector === undefined && (await page.loading(context.bound));
    return { text: read, ...(loading && { loading }) };
  },
  text: (result) => (result.loading === true ? '(no text yet: the page is still loading)' : result.text),
});

const html = command({
  name: 'html',
  aliases: ['get html'],
  family: 'read',
  summary: 'print the HTML of the page, or of SEL',
  effect: 'read',
  scope: 'tab',
  fenced: true,
  operands: { selector: { ...SEL, optional: true } },
  flags: MATCH_FLAGS,
  examples: ['browse html', 'browse html "#main" --no-fence'],
  run: async (context, { selector, ...pick }) => ({
    html: await context.tab.page.html(await part(context, selector, pick), context.bound),
  }),
  text: (result) => result.html,
});

const css = command({
  name: 'css',
  family: 'read',
  summary: 'print a computed style property of an element',
  effect: 'read',
  scope: 'tab',
  deadline: ACTION_DEADLINE,
  operands: { selector: SEL, property: { label: 'PROP', summary: 'as in a style sheet, such as background-color' } },
  flags: MATCH_FLAGS,
  examples: ['browse css @e3 color'],
  async run(context, { selector, property, ...pick }) {
    const { identity } = await context.target(selector, pick);
    return { property, value: await context.tab.page.style(identity, property, context.bound) };
  },
  text: (result) => oneLine(result.value),
});

const attrs = command({
  name: 'attrs',
  family: 'read',
  summary: "print an element's attributes as JSON",
  effect: 'read',
  scope: 'tab',
  deadline: ACTION_DEADLINE,
  operands: { selector: SEL },
  flags: MATCH_FLAGS,
  examples: ['browse attrs @e3'],
  async run(context, { selector, ...pick }) {
    const { identity } = await context.target(selector, pick);
    return { attributes: await context.tab.page.attributes(identity, context.bound) };
  },
  text: (result) => JSON.stringify(result.attributes, null, 2),
});

/** What a password is printed as. */
const MASKED = '••••';

const value = command({
  name: 'value',
  aliases: ['get value'],
  family: 'read',
  summary: 'print what a field holds; a line per selected option',
  effect: 'read',
  scope: 'tab',
  recorded: [],
  deadline: ACTION_DEADLINE,
  operands: { selector: SEL },
  flags: MATCH_FLAGS,
  examples: ['browse value @e3'],
  notes: ['A password is printed as dots.'],
  async run(context, { selector, ...pick }) {
    const { identity } = await context.target(selector, pick);
    const held = await context.tab.page.value(identity, context.bound);
    if (held === null)
      fail('unsuited', { act: 'read the value of', target: `${identity.role} ${quoted(identity.name)}`, reason: 'it holds none' });
    context.typed({ value: held === MASKED ? null : held, env: null, marks: [] });
    return { value: held };
  },
  text: (result) => result.value,
});

const CHECKS = ['visible', 'hidden', 'enabled', 'disabled', 'checked', 'editable', 'focused'] as const satisfies readonly Check[];

const is = command({
  name: 'is',
  family: 'read',
  summary: 'print true or false: whether an element is visible, hidden, enabled, disabled, checked, editable, focused',
  effect: 'read',
  scope: 'tab',
  recorded: ['check', '.is'],
  deadline: ACTION_DEADLINE,
  operands: { check: { label: 'STATE', choices: CHECKS, summary: CHECKS.join(', ') }, selector: SEL },
  flags: MATCH_FLAGS,
  examples: ['browse is visible @e3', 'browse is checked "#agree"'],
  async run(context, { check, selector, ...pick }) {
    const { identity } = await context.target(selector, pick);
    return { is: await context.tab.page.is(identity, check, context.bound) };
  },
  text: (result) => String(result.is),
});

export const readCommands = [text, html, css, attrs, value, is];
