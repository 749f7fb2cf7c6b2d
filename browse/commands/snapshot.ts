/** Seeing the page: snapshot. Numbers what it prints, so that every printed ref can be acted on. */
import { NO_CHANGES, unified, withoutRef } from '../domain/snapshot/diff.ts';
import { NOTHING_INTERACTIVE, keep, lines } from '../domain/snapshot/render.ts';
import { command } from './context.ts';

/** How many kinds of snapshots a tab remembers for a diff. */
const REMEMBERED = 4;

/** Below a diff whose earlier lines had numbers that mean something else by now. */
const NUMBERED_ANEW = '(another snapshot has numbered anew since: a number printed before it may mean another element now)';

const snapshot = command({
  name: 'snapshot',
  family: 'snapshot',
  summary: 'print the page as a tree, with a ref @eN for each element',
  effect: 'read',
  scope: 'tab',
  fenced: true,
  operands: {},
  flags: {
    interactive: { type: 'boolean', short: 'i', summary: 'only what can be acted on, and alerts, status, errors and open dialogs' },
    compact: { type: 'boolean', short: 'c', summary: 'leave out structure without name or text' },
    depth: { type: 'integer', short: 'd', value: 'N', summary: 'at most N deep; 0 is the top' },
    selector: { type: 'string', short: 's', value: 'SEL', summary: 'SEL and what is below it' },
    clickable: { type: 'boolean', short: 'C', summary: 'also mark what acts only by cursor or handler (implied by -i)' },
    diff: { type: 'boolean', short: 'D', summary: "what changed since the tab's last snapshot with the same flags" },
    viewport: { type: 'boolean', summary: 'only what is in the viewport' },
    urls: { type: 'boolean', summary: 'link targets' },
    boxes: { type: 'boolean', summary: '[x,y,w,h] of each element' },
  },
  examples: ['browse snapshot -i', 'browse snapshot -s main -d 3', 'browse snapshot -i -D'],
  notes: [
    'A snapshot numbers from @e1; -D keeps the numbers and adds.',
    'A ref may be given with what it should be: browse click \'@e4 [button] "Keep"\'.',
  ],
  async run(context, { interactive, compact, depth, selector, clickable, diff, viewport, urls, boxes }) {
    const { page, refs, seen } = context.tab;
    const within = selector === undefined ? null : (await context.target(selector, { first: false, nth: undefined })).identity;
    const capture = await page.capture(
      { interactive, within, viewport, urls, boxes, clickable: clickable || interactive, extend: diff },
      context.bound,
    );
    const nodes = keep(capture.nodes, { interactive, compact, depth: depth ?? null });
    if (diff) for (const { identity } of nodes) identity && refs.extend(identity);
    else refs.replace(nodes);
    const printed = lines(nodes, { refOf: ({ pin }) => refs.numberOf(pin), twins: interactive });
    const kind = JSON.stringify([interactive, compact, depth, selector, clickable, viewport, urls, boxes]);
    const before = seen.get(kind);
    seen.delete(kind);
    seen.set(kind, { lines: printed, numbering: refs.generation });
    for (const old of [...seen.keys()].slice(0, -REMEMBERED)) seen.delete(old);
    context.tab.title = capture.title;
    const anew = diff && before !== undefined && before.numbering !== refs.generation && before.lines.join('\n') !== printed.join('\n');
    const text = diff
      ? before === undefined
        ? ['(no snapshot with these flags before; this is the whole)', ...printed].join('\n')
        : unified(before.lines, printed, before.numbering === refs.generation ? undefined : withoutRef)
      : printed.join('\n');
    const empty = text === '' ? (interactive ? NOTHING_INTERACTIVE : '(empty page)') : null;
    return {
      url: capture.url,
      title: capture.title,
      refs: refs.size,
      changed: diff ? text !== NO_CHANGES : undefined,
      snapshot: anew ? `${text}\n${NUMBERED_ANEW}` : (empty ?? text),
    };
  },
  text: (result) => result.snapshot,
});

export const snapshotCommands = [snapshot];
