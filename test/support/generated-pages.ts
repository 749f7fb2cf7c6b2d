/**
 * Generated pages for properties of what is printed: every element has a mark, in `data-mark` and at the beginning of its
 * name, so that a line tells which element it is of. Must not know the walk.
 */
import fc from 'fast-check';
import { pageText } from './trees.ts';

/** One element with what is in it. */
type Part = {
  readonly kind: string;
  readonly text: string;
  readonly hidden: string;
  readonly shadow: boolean;
  readonly children: readonly Part[];
};

/** A page, and what is known of it without looking. */
export type GeneratedPage = {
  readonly html: string;
  /** Marks of all that acts and is to be seen, in document order. */
  readonly acting: readonly string[];
  /** Marks of the parts that hold others, for `-s`. */
  readonly holding: readonly string[];
};

type Kind = {
  readonly html: (mark: string, label: string, inner: string) => string;
  readonly acts?: true;
  /** Takes children. */
  readonly holds?: true;
};

// A label as attribute, or as content: both ways to a name. Characters that HTML cannot hold become others; the tests
// read what is there.
const escape = (text: string): string => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
const labelled =
  (tag: string, attributes = '') =>
  (mark: string, label: string, inner: string): string =>
    `<${tag} data-mark="${mark}" aria-label="${label}" ${attributes}>${inner}</${tag}>`;
const content =
  (tag: string, attributes = '') =>
  (mark: string, label: string): string =>
    `<${tag} data-mark="${mark}" ${attributes}>${label}</${tag}>`;

const KINDS: Readonly<Record<string, Kind>> = {
  button: { html: content('button'), acts: true },
  link: { html: content('a', 'href="#"'), acts: true },
  field: { html: (mark, label) => `<input data-mark="${mark}" aria-label="${label}" value="${label}">`, acts: true },
  password: { html: (mark, label) => `<input type=password data-mark="${mark}" aria-label="${label}" value="x">`, acts: true },
  box: { html: (mark, label) => `<label><input type=checkbox checked data-mark="${mark}">${label}</label>`, acts: true },
  slider: { html: labelled('div', 'role=slider tabindex=0 aria-valuenow=4'), acts: true },
  disabled: { html: content('button', 'disabled aria-pressed=mixed'), acts: true },
  choice: { html: (mark, label) => `<select data-mark="${mark}" aria-label="${label}"></select>`, acts: true },
  card: { html: (mark, label) => `<div onclick="void 0" data-mark="${mark}" aria-label="${label}">card</div>`, acts: true },
  heading: { html: content('h3') },
  picture: { html: (mark, label) => `<img data-mark="${mark}" alt="${label}">` },
  group: { html: labelled('div', 'role=group'), holds: true },
  region: { html: labelled('section'), holds: true },
  list: { html: labelled('ul'), holds: true },
  item: { html: labelled('ul', 'role=list'), holds: true },
  alert: { html: labelled('div', 'role=alert'), holds: true },
  form: { html: labelled('form'), holds: true },
};
const HIDDEN = ['', '', '', '', 'display:none', 'visibility:hidden', 'content-visibility:hidden'];

/** Elements that nest so many levels deep. */
const part = (levels: number): fc.Arbitrary<Part> =>
  fc.record({
    kind: fc.constantFrom(...Object.keys(KINDS), 'text', 'plain'),
    text: pageText,
    hidden: fc.constantFrom(...HIDDEN),
    shadow: fc.boolean(),
    children: levels === 0 ? fc.constant([]) : fc.array(part(levels - 1), { maxLength: 4 }),
  });

/** Pages of some dozen elements, some of them nested, hidden or in shadow trees. */
export const generatedPage: fc.Arbitrary<GeneratedPage> = fc.array(part(3), { minLength: 1, maxLength: 10 }).map((parts) => {
  const acting: string[] = [];
  const holding: string[] = [];
  let next = 0;
  function write(each: Part, shown: boolean, inForm: boolean): string {
    const seen = shown && each.hidden === '';
    // A parser drops a form in a form.
    const kind = KINDS[inForm && each.kind === 'form' ? 'region' : each.kind];
    if (each.kind === 'text') return `<p style="${each.hidden}">${escape(each.text)}</p>`;
    const mark = `m${next}`;
    if (kind !== undefined) next += 1;
    if (kind?.acts === true && seen) acting.push(mark);
    if (kind?.holds === true && seen) holding.push(mark);
    const inside =
      kind?.holds === true || kind === undefined
        ? each.children.map((child) => write(child, seen, inForm || each.kind === 'form')).join('')
        : '';
    const inner = each.shadow && inside !== '' ? `<div><template shadowrootmode=open>${inside}</template></div>` : inside;
    // The mark ends with a letter of no name, so that no mark begins another.
    const html = kind === undefined ? inner : kind.html(mark, `${mark}: ${escape(each.text)}`, inner);
    return `<div style="${each.hidden}">${html}</div>`;
  }
  return { html: `<!doctype html>${parts.map((each) => write(each, true, false)).join('')}`, acting, holding };
});
