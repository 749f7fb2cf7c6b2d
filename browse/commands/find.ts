/** Finding a text on the page: find. What has a number keeps it. */
import { quoted } from '../base/escape.ts';
import type { SnapshotNode } from '../domain/snapshot/tree.ts';
import { keep, lines } from '../domain/snapshot/render.ts';
import { saidOf, says, soughtIn, surroundings } from '../domain/snapshot/search.ts';
import type { Sought } from '../domain/snapshot/search.ts';
import { fail } from '../protocol/errors.ts';
import { command } from './context.ts';
import type { Context } from './context.ts';

/** Matches shown at most. */
const SHOWN = 50;

/** Acts that other tools put behind a locator; they have the same names here. */
const ACTS: readonly string[] = ['click', 'dblclick', 'fill', 'type', 'hover', 'check', 'uncheck', 'focus', 'text'];
/** Locators of other tools as selectors. */
const LOCATORS: Readonly<Record<string, (word: string) => string>> = {
  role: (word) => `role=${word}`,
  text: (word) => `text=${word}`,
  label: (word) => `[aria-label=${quoted(word)}]`,
  placeholder: (word) => `[placeholder=${quoted(word)}]`,
  alt: (word) => `[alt=${quoted(word)}]`,
  title: (word) => `[title=${quoted(word)}]`,
  testid: (word) => `[data-testid=${quoted(word)}]`,
};

/** `find role button click` and the like mean an act by a selector. */
function refuseLocator(words: readonly string[]): void {
  const [kind = '', word = '', act = ''] = words;
  const locator = LOCATORS[kind];
  if (locator === undefined || words.length < 2 || (words.length === 2 && kind !== 'role')) return;
  const selector = locator(word);
  const known = ACTS.includes(act) ? act : 'click';
  const line = [known, `'${selector.replaceAll("'", '')}'`, ...(known === 'fill' || known === 'type' ? ['VALUE'] : [])];
  fail('usage', {
    problem: `find looks for a text; to act by ${kind}, give the act a selector`,
    hint: ['browse', ...line].join(' '),
  });
}

async function matchesIn(context: Context, nodes: readonly SnapshotNode[], sought: Sought): Promise<readonly number[]> {
  const all = nodes.map((_, at) => at);
  if (sought.kind === 'text') return all.filter((at) => says(nodes[at] as SnapshotNode, sought.text));
  const found = await context.tab.page.matching(sought, nodes.map(saidOf), context.bound);
  return all.filter((at) => found[at] === true);
}

/** Without those that only repeat a match below them: a row is named by what it holds. */
function innermost(nodes: readonly SnapshotNode[], matches: readonly number[]): readonly number[] {
  return matches.filter((at, place) => {
    const node = nodes[at];
    const next = matches[place + 1];
    if (node === undefined || next === undefined || node.interactive || node.role === 'heading') return true;
    for (let inner = at + 1; inner < nodes.length && (nodes[inner]?.depth ?? 0) > node.depth; inner += 1) if (inner === next) return false;
    return true;
  });
}

const find = command({
  name: 'find',
  family: 'snapshot',
  summary: 'print what says TEXT, with refs and what is around it',
  effect: 'read',
  scope: 'tab',
  fenced: true,
  literal: true,
  operands: { words: { label: 'TEXT|/re/', variadic: true, summary: 'a text in any case, or an expression such as /sign (in|up)/i' } },
  flags: {},
  examples: ['browse find "Sign in"', "browse find '/total: \\d+/i'"],
  notes: ['Known elements keep their refs, new ones get the next. A match is marked with ←.'],
  async run(context, { words }) {
    refuseLocator(words);
    const sought = soughtIn(words.join(' '));
    const { page, refs } = context.tab;
    const capture = await page.capture(
      { interactive: false, within: null, viewport: false, urls: false, boxes: false, clickable: true, options: true },
      context.bound,
    );
    const nodes = keep(capture.nodes, { interactive: false, compact: false, depth: null, all: true });
    const matches = innermost(nodes, await matchesIn(context, nodes, sought));
    if (matches.length === 0) return fail('element-missing', { selector: words.join(' ') });
    const shown = matches.slice(0, SHOWN);
    const printed = keep(surroundings(nodes, shown), { interactive: false, compact: false, depth: null, all: true });
    refs.meet(capture.documents, false);
    for (const { identity } of printed) if (identity !== null) refs.extend(identity);
    const marked = new Set(shown.map((at) => nodes[at] as SnapshotNode));
    const text = lines(printed, { refOf: ({ pin }) => refs.numberOf(pin), marked, covered: true });
    return { url: capture.url, matches: matches.length, shown: shown.length, found: text.join('\n') };
  },
  text: ({ matches, shown, found }) =>
    `${matches} ${matches === 1 ? 'match' : 'matches'}${shown < matches ? `, of which ${shown}:` : ':'}\n${found}`,
});

export const findCommands = [find];
