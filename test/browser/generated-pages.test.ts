/** Numbers, filters and escapes as properties over generated pages: walked in a real browser, printed, read back. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keep, lines, type Filter } from '../../browse/domain/snapshot/render.ts';
import { parseRef, RefTable } from '../../browse/domain/snapshot/refs.ts';
import type { SnapshotNode } from '../../browse/domain/snapshot/tree.ts';
import { generatedPage } from '../support/generated-pages.ts';
import { rounds } from '../support/rounds.ts';
import { launchWalked, PLAIN, treeOf, type Walked } from '../support/walked.ts';

let walked: Walked;
beforeAll(async () => {
  walked = await launchWalked();
});
afterAll(() => walked[Symbol.asyncDispose]());

const RUNS = { numRuns: rounds(1_000, 30) };
const filters: fc.Arbitrary<Filter> = fc.record({
  interactive: fc.boolean(),
  compact: fc.boolean(),
  depth: fc.option(fc.nat({ max: 4 }), { nil: null }),
});

type Print = { readonly kept: readonly SnapshotNode[]; readonly refs: RefTable; readonly lines: readonly string[] };

/** A snapshot as the command prints it: `-i`, `-c`, `-d`, and `-s` by the mark of a part. */
async function snapshot(filter: Filter, part?: string): Promise<Print> {
  const within = part === undefined ? null : Number(await walked.world(`__browse.pin(${find(part)})`));
  const { interactive } = filter;
  const kept = keep(treeOf(await walked.capture({ ...PLAIN, interactive, clickable: interactive, within })), filter);
  const refs = new RefTable();
  refs.number(kept);
  return { kept, refs, lines: lines(kept, { refOf: ({ pin }) => refs.numberOf(pin), twins: interactive }) };
}

/** An expression for the element of a mark, in whatever shadow tree it lies. */
const find = (mark: string): string =>
  `(function find(root) { for (const each of root.querySelectorAll('*')) { if (each.getAttribute('data-mark') === '${mark}') return each; const inner = each.shadowRoot && find(each.shadowRoot); if (inner) return inner; } return null; })(document)`;

/** The marks of the elements of some refs, read from the page; an element without one has an empty mark. */
async function marksOf({ refs }: Print, numbers: readonly number[]): Promise<string[]> {
  const pins = numbers.map((number) => refs.resolve({ number, role: null, name: null }).pin.index);
  return (await walked.world(`${JSON.stringify(pins)}.map((pin) => __browse.element(pin).getAttribute('data-mark') ?? '')`)) as string[];
}

const QUOTED = /^ *@e\d+ \[[^\]]+\] ("(?:[^"\\]|\\.)*")/u;
const numbersIn = (print: Print): number[] => print.lines.flatMap((line) => /^ *@e(\d+) \[/.exec(line)?.[1] ?? []).map(Number);
const markIn = (name: string): string => /^(m\d+):/.exec(name)?.[1] ?? '';

test('numbers are 1..n in print order whatever is left out, and each means the element whose mark its line has', async () => {
  let named = 0;
  await fc.assert(
    fc.asyncProperty(generatedPage, filters, fc.nat(), async ({ html, holding }, filter, chosen) => {
      await walked.content(html);
      for (const part of [undefined, holding[chosen % Math.max(1, holding.length)]]) {
        const print = await snapshot(filter, part);
        const numbers = numbersIn(print);
        expect(numbers).toEqual(Array.from(numbers, (_, index) => index + 1));
        expect(print.refs.size).toBe(numbers.length);
        const marks = await marksOf(print, numbers);
        const referred = print.lines.filter((line) => /^ *@e/.test(line));
        for (const [index, line] of referred.entries()) {
          const ref = parseRef(line);
          if (ref === null) throw new Error(`unread: ${line}`);
          const { name } = print.refs.resolve(ref);
          // A name without a mark tells nothing of whose it is.
          const mark = markIn(name) === '' ? marks[index] : markIn(name);
          expect({ line, mark }).toEqual({ line, mark: marks[index] });
          const quoted = QUOTED.exec(line)?.[1];
          if (quoted === undefined) continue;
          named += 1;
          expect(JSON.parse(quoted)).toBe(name);
        }
      }
    }),
    RUNS,
  );
  expect(named).toBeGreaterThan(RUNS.numRuns);
});

test('a printed name is the one in the page, and no line holds a character that is not seen', async () => {
  await fc.assert(
    fc.asyncProperty(generatedPage, async ({ html }) => {
      await walked.content(html);
      const print = await snapshot({ interactive: false, compact: false, depth: null });
      for (const line of print.lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      const marks = await marksOf(print, numbersIn(print));
      const labels = (await walked.world(
        `${JSON.stringify(marks)}.map((mark) => { const found = mark === '' ? null : (${find('MARK').replace("'MARK'", 'mark')}); return found === null ? null : found.getAttribute('aria-label') ?? found.getAttribute('alt') ?? found.closest('label')?.textContent ?? found.textContent; })`,
      )) as (string | null)[];
      for (const [index, label] of labels.entries()) {
        if (label === null) continue;
        const { name } = print.refs.resolve({ number: index + 1, role: null, name: null });
        // The characters of icon fonts are no part of a name.
        const said = (text: string): string =>
          text
            .replace(/\p{Co}/gu, ' ')
            .replace(/[ \t\n\r\f]+/g, ' ')
            .trim();
        expect(said(name)).toBe(said(label));
      }
    }),
    RUNS,
  );
});

test('under -i all that acts is printed once, in the order of the page, and nothing that is hidden', async () => {
  await fc.assert(
    fc.asyncProperty(generatedPage, async ({ html, acting }) => {
      await walked.content(html);
      const print = await snapshot({ interactive: true, compact: false, depth: null });
      const acts = print.kept.filter((node) => node.interactive).flatMap(({ identity }) => identity ?? []);
      const marks = await marksOf(
        print,
        acts.map(({ pin }) => print.refs.numberOf(pin) ?? 0),
      );
      expect(marks).toEqual(acting);
    }),
    RUNS,
  );
});

test('-d prints nothing deeper, -c no structure without name or text, -s nothing from outside', async () => {
  await fc.assert(
    fc.asyncProperty(generatedPage, fc.nat({ max: 3 }), fc.nat(), async ({ html, holding }, depth, chosen) => {
      await walked.content(html);
      const whole = await snapshot({ interactive: false, compact: false, depth: null });
      const shallow = await snapshot({ interactive: false, compact: false, depth });
      for (const line of shallow.lines) expect(/^ */.exec(line)?.[0].length).toBeLessThanOrEqual(2 * depth);
      const compact = await snapshot({ interactive: false, compact: true, depth: null });
      for (const line of compact.lines) expect(line).not.toMatch(/^ *@e\d+ \[(?:list|listitem|group|region|form)\]$/);
      const part = holding[chosen % Math.max(1, holding.length)];
      if (part === undefined) return;
      const inner = await snapshot({ interactive: false, compact: false, depth: null }, part);
      const inside = await marksOf(inner, numbersIn(inner));
      expect(inside[0]).toBe(part);
      // A part is printed as it is printed in the whole page: the same lines, one after the other, without the numbers.
      const bare = (print: Print): string => print.lines.map((line) => line.trim().replace(/^@e\d+ /, '')).join('\n');
      expect(`\n${bare(whole)}\n`).toContain(`\n${bare(inner)}\n`);
    }),
    RUNS,
  );
});

test('a part of a shadow tree is printed as it is in the whole page: what a label says is not said again', async () => {
  await walked.content(
    '<!doctype html><div><template shadowrootmode=open><form data-mark="m0" aria-label="m0:"><label><input type=checkbox data-mark="m1">m1:</label></form></template></div>',
  );
  const plain = { interactive: false, compact: false, depth: null };
  expect((await snapshot(plain, 'm0')).lines).toEqual((await snapshot(plain)).lines);
});
