/** Numbers, lines, filters and diffs of a snapshot, over generated trees. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_CHANGES, unified, withoutRef } from '../../browse/domain/snapshot/diff.ts';
import { parseRef, RefTable, type Ref } from '../../browse/domain/snapshot/refs.ts';
import { keep, lines, quote, type Filter } from '../../browse/domain/snapshot/render.ts';
import type { Documents, Identity, SnapshotNode } from '../../browse/domain/snapshot/tree.ts';
import { BrowseError } from '../../browse/protocol/errors.ts';
import { pageText, tree } from '../support/trees.ts';

const filters: fc.Arbitrary<Filter> = fc.record({
  interactive: fc.boolean(),
  compact: fc.boolean(),
  depth: fc.option(fc.nat({ max: 4 }), { nil: null }),
});

function print(nodes: readonly SnapshotNode[], refs: RefTable, twins = false): string[] {
  return lines(nodes, { refOf: ({ pin }) => refs.numberOf(pin), twins });
}

function node(part: Partial<SnapshotNode> & { role: string }, index = 0): SnapshotNode {
  const { role, name = '' } = part;
  return {
    depth: 0,
    name,
    identity: role === 'text' ? null : identity(role, name, index),
    states: [],
    value: null,
    interactive: false,
    notable: false,
    ...part,
  };
}

function identity(role: string, name: string, index = 0, document = 'd'): Identity {
  return { pin: { document, index }, role, name, twin: null };
}

const at = (main: string): Documents => ({ main, living: [main], gone: [] });
const bare = (number: number): Ref => ({ number, role: null, name: null });

function failure(run: () => unknown): BrowseError {
  try {
    run();
  } catch (error) {
    if (error instanceof BrowseError) return error;
  }
  throw new Error('did not fail');
}

describe('numbers', () => {
  test('are 1..n without gaps in print order, whatever the filters leave out, and each means the node of its line', () => {
    fc.assert(
      fc.property(tree, filters, fc.boolean(), (nodes, filter, twins) => {
        const kept = keep(nodes, filter);
        const refs = new RefTable();
        refs.number(kept);
        const numbers = print(kept, refs, twins).flatMap((line) => {
          const found = /^ *@e(\d+) \[/.exec(line);
          return found === null ? [] : [Number(found[1])];
        });
        expect(numbers).toEqual(Array.from(numbers, (_, index) => index + 1));
        const identities = kept.flatMap((each) => each.identity ?? []);
        expect(numbers.length).toBe(identities.length);
        for (const [index, each] of identities.entries())
          expect(refs.resolve({ number: index + 1, role: each.role, name: { text: each.name, whole: true } })).toBe(each);
      }),
    );
  });

  test('of known nodes stay when a diff extends the table, and new nodes get the next', () => {
    fc.assert(
      fc.property(tree, tree, (before, after) => {
        const refs = new RefTable();
        refs.number(before);
        const old = before.flatMap((each) => (each.identity === null ? [] : [refs.numberOf(each.identity.pin)]));
        let highest = refs.size;
        for (const { identity: each } of after) {
          if (each === null) continue;
          const known = refs.numberOf(each.pin);
          const number = refs.extend(each);
          expect(number).toBe(known ?? (highest += 1));
        }
        expect(before.flatMap((each) => (each.identity === null ? [] : [refs.numberOf(each.identity.pin)]))).toEqual(old);
      }),
    );
  });

  test('of another document never name an element of this one', () => {
    const refs = new RefTable();
    refs.extend(identity('button', 'Pay', 4, 'first'));
    expect(refs.numberOf({ document: 'second', index: 4 })).toBeNull();
    expect(refs.extend(identity('button', 'Pay', 4, 'second'))).toBe(2);
  });

  test('mean one element for the life of a document, whatever later snapshots show', () => {
    const refs = new RefTable();
    refs.meet(at('d'), true);
    refs.number([0, 1, 2].map((index) => node({ role: 'button' }, index)));
    refs.meet(at('d'), true);
    refs.number([node({ role: 'button' }, 7), node({ role: 'button' }, 1)]);
    expect([0, 1, 2, 7].map((index) => refs.numberOf({ document: 'd', index }))).toEqual([1, 2, 3, 4]);
  });

  test('begin at 1 in a new document by a snapshot that was asked for, and go on above all others by any other look', () => {
    const refs = new RefTable();
    refs.meet(at('a'), true);
    refs.number([0, 1, 2].map((index) => node({ role: 'button' }, index)));
    const old = identity('button', 'b', 0, 'b');
    refs.meet(at('b'), true);
    expect(refs.extend(old)).toBe(1);
    // As `find` does after a click that navigated: what was printed as @e1 stays gone.
    refs.meet(at('c'), false);
    expect(refs.extend(identity('link', 'new', 0, 'c'))).toBe(4);
    expect(failure(() => refs.resolve(bare(1))).message).toBe('Ref @e1 (button "b") is stale: the page navigated');
    refs.meet(at('c'), true);
    expect(refs.extend(identity('link', 'next', 1, 'c'))).toBe(5);
    expect(failure(() => refs.resolve(bare(9))).message).toBe('Ref @e9 not found: this document has @e4-@e5');
    refs.meet(at('d'), true);
    expect(refs.extend(identity('link', 'other', 0, 'd'))).toBe(1);
    // One that comes back was numbered before.
    refs.meet(at('c'), true);
    expect(refs.extend(identity('link', 'new', 0, 'c'))).toBe(6);
  });

  test('of a frame that navigated are gone, and the tab goes on numbering', () => {
    const refs = new RefTable();
    refs.meet({ main: 'm', living: ['m', 'f'], gone: [] }, true);
    for (const document of ['m', 'f']) refs.extend(identity('button', '', 0, document));
    refs.meet({ main: 'm', living: ['m', 'g'], gone: [] }, true);
    expect(refs.extend(identity('button', '', 0, 'g'))).toBe(3);
    expect(failure(() => refs.resolve(bare(2))).code).toBe('ref-stale');
    expect(refs.resolve(bare(1)).role).toBe('button');
  });

  test('of elements that are gone keep role and name, the newest ten thousand', () => {
    const refs = new RefTable();
    refs.meet(at('d'), true);
    const name = 'x'.repeat(200);
    for (let index = 0; index < 10_500; index += 1) refs.extend(identity('button', name, index));
    refs.meet({ ...at('d'), gone: Array.from({ length: 10_400 }, (_, index) => ({ document: 'd', index })) }, true);
    expect(refs.size).toBe(100);
    expect(refs.extend(identity('button', 'Next', 20_000))).toBe(10_501);
    const kept = failure(() => refs.resolve(bare(10_400)));
    expect(kept.message).toBe(`Ref @e10400 (button "${'x'.repeat(80)}") is stale: the element left the page`);
    expect(failure(() => refs.resolve(bare(3)))).toMatchObject({
      code: 'ref-stale',
      message: 'Ref @e3 is stale: the element left the page',
    });
  });

  test('are given once over any looks at any documents, and what holds them does not grow', () => {
    const looks = fc.array(
      fc.record({
        document: fc.constantFrom('a', 'b', 'c'),
        anew: fc.boolean(),
        pins: fc.array(fc.nat({ max: 30 }), { maxLength: 12 }),
        gone: fc.array(fc.nat({ max: 30 }), { maxLength: 6 }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(looks, (all) => {
        const refs = new RefTable();
        /** What each number meant since it began at 1. */
        const meant = new Map<number, string>();
        const collected = new Set<string>();
        const met = new Set<string>();
        for (const { document, anew, pins, gone } of all) {
          if (anew && !met.has(document)) meant.clear();
          met.add(document);
          for (const index of gone) collected.add(`${document}/${index}`);
          refs.meet({ main: document, living: [document], gone: gone.map((index) => ({ document, index })) }, anew);
          for (const index of pins) {
            if (collected.has(`${document}/${index}`)) continue;
            const number = refs.extend(identity('button', '', index, document));
            expect(meant.get(number) ?? `${document}/${index}`).toBe(`${document}/${index}`);
            meant.set(number, `${document}/${index}`);
          }
        }
        expect(refs.size).toBeLessThanOrEqual(31);
      }),
    );
  });
});

describe('a ref as it is typed', () => {
  test('is a number, with or without the sign', () => {
    expect(parseRef('@e3')).toEqual({ number: 3, role: null, name: null });
    expect(parseRef('e3')).toEqual({ number: 3, role: null, name: null });
    expect(parseRef(' @e12 ')?.number).toBe(12);
  });

  test.each(['@e0', 'e', 'em', 'e1x', '#e1', '@e1b', 'text=e1', '@e1 button', '@', '', 'e1 e2', '@e1.x', '@f1', 'E1'])(
    '%j is no ref',
    (text) => {
      expect(parseRef(text)).toBeNull();
    },
  );

  test('every printed line of an element is read back as exactly that element', () => {
    fc.assert(
      fc.property(tree, fc.boolean(), (nodes, twins) => {
        const refs = new RefTable();
        refs.number(nodes);
        for (const line of print(nodes, refs, twins)) {
          const ref = parseRef(line);
          expect(ref !== null, line).toBe(/^ *@e/.test(line));
          if (ref === null) continue;
          expect(refs.resolve(ref).role).toBe(ref.role);
        }
      }),
    );
  });

  test('with another role or name than its own is stale, and says what the snapshot has', () => {
    const refs = new RefTable();
    refs.number([node({ role: 'button', name: 'Keep' })]);
    const wrongName = failure(() => refs.resolve({ number: 1, role: 'button', name: { text: 'Delete', whole: true } }));
    expect(wrongName.code).toBe('ref-stale');
    expect(wrongName.message).toBe('Ref @e1 (button "Delete") is stale: this document has @e1 [button] "Keep"');
    expect(failure(() => refs.resolve({ number: 1, role: 'link', name: null })).code).toBe('ref-stale');
    expect(refs.resolve({ number: 1, role: 'button', name: { text: 'Ke', whole: false } }).name).toBe('Keep');
  });

  test('that was never given is unknown, and says which are', () => {
    const refs = new RefTable();
    const none = failure(() => refs.resolve({ number: 1, role: null, name: null }));
    expect(none.code).toBe('ref-unknown');
    expect(none.message).toBe('Ref @e1 not found: this tab has no snapshot with refs yet');
    refs.number([node({ role: 'button' }, 0), node({ role: 'link' }, 1)]);
    expect(failure(() => refs.resolve({ number: 99, role: null, name: null })).message).toBe(
      'Ref @e99 not found: this document has @e1-@e2',
    );
  });
});

describe('lines', () => {
  test('show role, name, states and value as the interface says', () => {
    const refs = new RefTable();
    const nodes = [
      node({ role: 'form', name: 'Sign in' }, 0),
      node({ depth: 1, role: 'textbox', name: 'Username', states: ['required'], value: 'bob', interactive: true }, 1),
      node({ depth: 1, role: 'listitem' }, 2),
      node({ depth: 2, role: 'text', name: 'Say "hi"' }),
      node({ depth: 1, role: 'text', name: 'loose' }),
      node({ depth: 1, role: 'link', name: 'Home', url: 'http://x/', box: { x: 1, y: 2, width: 3, height: 4 }, interactive: true }, 3),
    ];
    refs.number(nodes);
    expect(print(nodes, refs)).toEqual([
      '@e1 [form] "Sign in"',
      '  @e2 [textbox] "Username" [required] : bob',
      '  @e3 [listitem]: "Say \\"hi\\""',
      '  "loose"',
      '  @e4 [link] "Home" [1,2,3,4] → http://x/',
    ]);
  });

  test('leave out the name of a structure whose children say it, and only then', () => {
    const nodes = [
      node({ role: 'cell', name: 'Edit Delete' }, 0),
      node({ depth: 1, role: 'button', name: 'Edit', interactive: true }, 1),
      node({ depth: 1, role: 'button', name: 'Delete', interactive: true }, 2),
      node({ role: 'cell', name: '5 Buy' }, 3),
      node({ depth: 1, role: 'button', name: 'Buy', interactive: true }, 4),
    ];
    expect(print(nodes, new RefTable())).toEqual([
      '[cell]',
      '  [button] "Edit"',
      '  [button] "Delete"',
      '[cell] "5 Buy"',
      '  [button] "Buy"',
    ]);
  });

  test('tell twins apart where the rows are left out', () => {
    const at = (index: number, twin: string) =>
      node({ role: 'button', name: 'Delete', interactive: true, identity: { ...identity('button', 'Delete', index), twin } }, index);
    const nodes = [
      at(0, 'row1.1:Ann'),
      at(1, 'head1.1:Mail'),
      at(2, 'item1.1:Milk'),
      at(3, `row1.2:${'x'.repeat(60)}\nitem1.1~:unprinted`),
    ];
    expect(print(nodes, new RefTable(), true)).toEqual([
      '[button] "Delete" (row "Ann")',
      '[button] "Delete" (under "Mail")',
      '[button] "Delete" (in "Milk")',
      `[button] "Delete" (row "${'x'.repeat(40)}"…)`,
    ]);
    expect(print(nodes, new RefTable())[0]).toBe('[button] "Delete"');
  });

  test('hold no character that is not seen, and no second line, whatever the page says', () => {
    fc.assert(
      fc.property(tree, fc.boolean(), (nodes, twins) => {
        const refs = new RefTable();
        refs.number(nodes);
        for (const line of print(nodes, refs, twins)) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
  });

  test('quoted text is JSON and gives the text back', () => {
    fc.assert(
      fc.property(pageText, (text) => {
        expect(JSON.parse(quote(text))).toBe(text);
      }),
    );
    expect(quote('\u202ea\n"')).toBe('"\\u202ea\\n\\""');
  });

  test('a long name is cut behind its quote and still believed', () => {
    const name = 'word '.repeat(200).trim();
    const refs = new RefTable();
    const nodes = [node({ role: 'link', name, interactive: true })];
    refs.number(nodes);
    const [line = ''] = print(nodes, refs);
    expect(line.length).toBeLessThan(330);
    expect(line.endsWith('"…')).toBe(true);
    const ref = parseRef(line);
    expect(ref === null ? null : refs.resolve(ref).name).toBe(name);
  });
});

describe('filters', () => {
  test('-i keeps what acts and what must not be missed, and frames around it', () => {
    const nodes = [
      node({ role: 'main' }, 0),
      node({ depth: 1, role: 'alert', notable: true }, 1),
      node({ depth: 2, role: 'text', name: 'No', notable: true }),
      node({ depth: 1, role: 'iframe', name: 'Pay' }, 2),
      node({ depth: 2, role: 'button', name: 'Go', interactive: true }, 3),
      node({ depth: 1, role: 'iframe', name: 'Empty' }, 4),
    ];
    const kept = keep(nodes, { interactive: true, compact: false, depth: null });
    expect(print(kept, new RefTable())).toEqual(['[alert]: "No"', '[iframe] "Pay"', '  [button] "Go"']);
  });

  test('-c leaves out structure without name or text, -d what is deeper', () => {
    const nodes = [
      node({ role: 'list' }, 0),
      node({ depth: 1, role: 'listitem' }, 1),
      node({ depth: 2, role: 'text', name: 'One' }),
      node({ depth: 1, role: 'listitem' }, 2),
      node({ depth: 2, role: 'link', name: 'Two', interactive: true }, 3),
    ];
    expect(print(keep(nodes, { interactive: false, compact: true, depth: null }), new RefTable())).toEqual([
      '[listitem]: "One"',
      '[link] "Two"',
    ]);
    expect(print(keep(nodes, { interactive: false, compact: false, depth: 1 }), new RefTable())).toEqual([
      '[list]',
      '  [listitem]',
      '  [listitem]',
    ]);
  });

  test('keep depths of a tree: never more than one deeper than the line before', () => {
    fc.assert(
      fc.property(tree, filters, (nodes, filter) => {
        let before = -1;
        for (const { depth } of keep(nodes, filter)) {
          expect(depth).toBeLessThanOrEqual(before + 1);
          expect(filter.depth === null || depth <= filter.depth).toBe(true);
          before = depth;
        }
      }),
    );
  });
});

describe('a diff', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', '  d', '@e1 [x]'), { maxLength: 14 });

  /** Applies a unified diff, checking its context. */
  function apply(before: readonly string[], diff: string): string[] {
    if (diff === NO_CHANGES) return [...before];
    const result: string[] = [];
    let at = 0;
    for (const line of diff.split('\n')) {
      const header = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@$/.exec(line);
      if (header !== null) {
        const start = header[2] === '0' ? Number(header[1]) : Number(header[1]) - 1;
        while (at < start) result.push(before[at++] as string);
        continue;
      }
      const rest = line.slice(1);
      const added = line.startsWith('+');
      expect(added ? rest : before[at]).toBe(rest);
      if (!added) at += 1;
      if (!line.startsWith('-')) result.push(rest);
    }
    return [...result, ...before.slice(at)];
  }

  test('applied to the old lines gives the new ones', () => {
    const applied = fc.property(text, text, (before, after) => {
      expect(apply(before, unified(before, after))).toEqual(after);
    });
    fc.assert(applied, { numRuns: 500 });
  });

  test('of equal lines says so, and has nothing but what changed and a line around it', () => {
    expect(unified(['a', 'b'], ['a', 'b'])).toBe(NO_CHANGES);
    expect(unified(['a', 'b', 'c', 'd', 'e'], ['a', 'b', 'x', 'd', 'e'])).toBe('@@ -2,3 +2,3 @@\n b\n-c\n+x\n d');
    expect(unified([], ['q'])).toBe('@@ -0,0 +1 @@\n+q');
  });

  test('across a new numbering compares without refs, prints the ones that hold and none that do not', () => {
    const diff = unified(['@e5 [button] "Keep"', '@e6 [button] "Gone"'], ['@e1 [button] "Keep"', '@e2 [button] "New"'], withoutRef);
    expect(diff).toBe('@@ -1,2 +1,2 @@\n @e1 [button] "Keep"\n-[button] "Gone"\n+@e2 [button] "New"');
  });

  test('of two long lists that share nothing ends in a moment', () => {
    const many = (prefix: string): string[] => Array.from({ length: 8_000 }, (_, index) => `${prefix}${index}`);
    const before = performance.now();
    unified(many('a'), many('b'));
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});
