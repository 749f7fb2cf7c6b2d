/** Seeing the page: snapshot. Numbers what it prints, so that every printed ref can be acted on. */
import { NO_CHANGES, unified, withoutRef } from '../domain/snapshot/diff.ts';
import { NOTHING_INTERACTIVE, behindIn, keep, lines, linesOf } from '../domain/snapshot/render.ts';
import type { PrintedLine } from '../domain/snapshot/render.ts';
import type { Identity, SnapshotNode } from '../domain/snapshot/tree.ts';
import { handOver, isPicture, pictureFile } from './capture.ts';
import { command } from './context.ts';
import type { Context } from './context.ts';

/** How many kinds of snapshots a tab remembers for a diff. */
const REMEMBERED = 4;

/** How the number of things goes on that are not printed. */
const BEHIND = 'behind, where no input reaches: --all)';

/** Below a diff whose earlier lines are of another document. */
const ANOTHER_DOCUMENT = '(the tab shows another document since: numbers printed before are not of this one)';

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
    all: { type: 'boolean', summary: 'also what no input reaches: behind the dialog on top, or inert' },
    options: { type: 'boolean', summary: 'every option of a long closed list' },
    urls: { type: 'boolean', summary: 'link targets' },
    boxes: { type: 'boolean', summary: '[x,y,w,h] of each element' },
    annotate: { type: 'boolean', short: 'a', summary: 'also a picture of the viewport with the refs drawn on it' },
    output: { type: 'string', short: 'o', value: 'FILE', summary: 'that picture (a .png or .jpg), or the text, into FILE' },
  },
  examples: ['browse snapshot -i', 'browse snapshot -s main -d 3', 'browse snapshot -i -D', 'browse snapshot -i -a -o page.png'],
  notes: [
    'A ref means one element for the life of a document: later looks keep known refs, new elements get the next.',
    'A ref may be given with what it should be: browse click \'@e4 [button] "Keep"\'.',
  ],
  async run(context, { annotate, output, ...input }) {
    const picture = annotate || (output !== undefined && isPicture(output));
    const taken = await take(context, input, picture);
    const drawn = picture ? await draw(context, taken.printed, output !== undefined && isPicture(output) ? output : undefined) : undefined;
    const saved = output === undefined || isPicture(output) ? undefined : context.path(output);
    if (saved !== undefined) await context.files.write(saved, `${taken.result.snapshot}\n`, 0o666 & ~context.caller.umask);
    return { ...taken.result, annotated: drawn, saved };
  },
  text: (result) => (result.saved === undefined ? result.snapshot : ''),
  below: ({ saved, annotated, refs }) => {
    const lines = [
      ...(saved === undefined ? [] : [`Snapshot saved: ${saved} (${refs} refs)`]),
      ...(annotated === undefined ? [] : [`[annotated screenshot: ${annotated}]`]),
    ];
    return lines.length === 0 ? null : lines.join('\n');
  },
});

type Flags = {
  readonly interactive: boolean;
  readonly compact: boolean;
  readonly depth: number | undefined;
  readonly selector: string | undefined;
  readonly clickable: boolean;
  readonly diff: boolean;
  readonly viewport: boolean;
  readonly all: boolean;
  readonly options: boolean;
  readonly urls: boolean;
  readonly boxes: boolean;
};

/** Captures, numbers and prints. `drawn`: there will be a picture, which needs boxes. */
async function take(context: Context, flags: Flags, drawn: boolean) {
  const { interactive, compact, depth, selector, clickable, diff, viewport, all, options, urls, boxes } = flags;
  const { page, refs, seen } = context.tab;
  const within = selector === undefined ? null : (await context.target(selector, { first: false, nth: undefined })).identity;
  const capture = await page.capture(
    { interactive, within, viewport, urls, boxes: boxes || drawn, clickable: clickable || interactive, options },
    context.bound,
  );
  const filter = { interactive, compact, depth: depth ?? null };
  const printed = keep(capture.nodes, { ...filter, all });
  const behind = all ? 0 : behindIn(capture.nodes);
  refs.meet(capture.documents, !diff);
  refs.number(printed, within === null && !viewport && !compact && depth === undefined && behind === 0);
  const style = { refOf: ({ pin }: Identity) => refs.numberOf(pin), twins: interactive, boxes, covered: all };
  const text = lines(printed, style);
  // What lies behind a dialog is compared, too: it did not leave the page, and comes back as it was.
  const whole =
    behind === 0 ? text.map((line) => ({ text: line, behind: false })) : linesOf(keep(capture.nodes, { ...filter, all: true }), style);
  const kind = JSON.stringify([interactive, compact, depth, selector, clickable, viewport, all, options, urls, boxes]);
  const before = seen.get(kind);
  seen.delete(kind);
  seen.set(kind, { lines: whole, document: refs.document });
  for (const old of [...seen.keys()].slice(0, -REMEMBERED)) seen.delete(old);
  context.tab.title = capture.title;
  const told = [...(diff ? [changes(before, whole, text, refs.document)] : text), ...(behind > 0 ? [`(+${behind} ${BEHIND}`] : [])].join(
    '\n',
  );
  const none = interactive ? NOTHING_INTERACTIVE : '(empty page)';
  const empty = capture.loading ? `${none.slice(0, -1)}; the page is still loading)` : none;
  const changed = diff ? !told.startsWith(NO_CHANGES) : undefined;
  const count = printed.filter(({ identity }) => identity !== null).length;
  const result = { url: capture.url, title: capture.title, refs: count, behind: behind || undefined, changed };
  return { printed, result: { ...result, snapshot: told === '' ? empty : told } };
}

type Seen = { readonly lines: readonly PrintedLine[]; readonly document: string };

/** What became of the lines of the last snapshot of the kind. */
function changes(before: Seen | undefined, now: readonly PrintedLine[], printed: readonly string[], document: string): string {
  if (before === undefined) return ['(no snapshot with these flags before; this is the whole)', ...printed].join('\n');
  const told = (lines: readonly PrintedLine[]): string[] => lines.map(({ text }) => text);
  const untold = { before: (at: number) => before.lines[at]?.behind === true, after: (at: number) => now[at]?.behind === true };
  if (before.document === document) return unified(told(before.lines), told(now), undefined, untold);
  return `${unified(told(before.lines), told(now), withoutRef, untold)}\n${ANOTHER_DOCUMENT}`;
}

/** A picture with the refs of what can be acted on; gives its path. */
async function draw(context: Context, nodes: readonly SnapshotNode[], path: string | undefined): Promise<string> {
  const { page, refs } = context.tab;
  const marks = nodes.flatMap(({ interactive, identity, box }) => {
    const number = identity === null || !interactive || box === undefined ? null : refs.numberOf(identity.pin);
    return number === null || box === undefined ? [] : [{ label: `e${number}`, box }];
  });
  const picture = await pictureFile(context, path, 'snapshot');
  await page.annotate(marks, picture.file, context.bound);
  await handOver(context, picture);
  return picture.file;
}

export const snapshotCommands = [snapshot];
