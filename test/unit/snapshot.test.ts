/** Numbers, lines, filters and diffs of a snapshot, over generated trees. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_CHANGES, unified, withoutRef } from '../../browse/domain/snapshot/diff.ts';
import { parseRef, RefTable } from '../../browse/domain/snapshot/refs.ts';
import { keep, lines, quote, type Filter } from '../../browse/domain/snapshot/render.ts';
import type { Identity, SnapshotNode } from '../../browse/domain/snapshot/tree.ts';
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
        refs.replace(kept);
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
        refs.replace(before);
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

  test('begin at 1 again after a snapshot, and its numbering is another one', () => {
    const refs = new RefTable();
    refs.replace([node({ role: 'button', name: 'a' })]);
    const { generation } = refs;
    refs.extend(identity('button', 'b', 7));
    expect(refs.generation).toBe(generation);
    refs.replace([node({ role: 'button', name: 'b' }, 7)]);
    expect(refs.generation).not.toBe(generation);
    expect(refs.numberOf({ document: 'd', index: 7 })).toBe(1);
    expect(refs.numberOf({ document: 'd', index: 0 })).toBeNull();
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
        refs.replace(nodes);
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
    refs.replace([node({ role: 'button', name: 'Keep' })]);
    const wrongName = failure(() => refs.resolve({ number: 1, role: 'button', name: { text: 'Delete', whole: true } }));
    expect(wrongName.code).toBe('ref-stale');
    expect(wrongName.message).toBe('Ref @e1 (button "Delete") is stale: this tab\'s last snapshot has @e1 [button] "Keep"');
    expect(failure(() => refs.resolve({ number: 1, role: 'link', name: null })).code).toBe('ref-stale');
    expect(refs.resolve({ number: 1, role: 'button', name: { text: 'Ke', whole: false } }).name).toBe('Keep');
  });

  test('that was never given is unknown, and says which are', () => {
    const refs = new RefTable();
    const none = failure(() => refs.resolve({ number: 1, role: null, name: null }));
    expect(none.code).toBe('ref-unknown');
    expect(none.message).toBe('Ref @e1 not found: this tab has no snapshot with refs yet');
    refs.replace([node({ role: 'button' }, 0), node({ role: 'link' }, 1)]);
    expect(failure(() => refs.resolve({ number: 99, role: null, name: null })).message).toBe(
      "Ref @e99 not found: this tab's last snapshot has @e1-@e2",
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
    refs.replace(nodes);
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
    const nodes = [at(0, 'row:Ann'), at(1, 'head:Mail'), at(2, 'item:Milk'), at(3, `rows:${'x'.repeat(60)}`)];
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
        refs.replace(nodes);
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
    refs.replace(nodes);
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
