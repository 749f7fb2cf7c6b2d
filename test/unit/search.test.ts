/** Looking for a text in a tree. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { says, soughtIn, surroundings } from '../../browse/domain/snapshot/search.ts';
import type { SnapshotNode } from '../../browse/domain/snapshot/tree.ts';

function node(depth: number, role: string, name = '', more: Partial<SnapshotNode> = {}): SnapshotNode {
  return { depth, role, name, identity: null, states: [], value: null, interactive: false, notable: false, ...more };
}

/** Preorder trees: no node is more than one deeper than the one before it. */
const tree = fc
  .array(fc.tuple(fc.nat(4), fc.constantFrom('row', 'cell', 'listitem', 'text', 'button', 'main'), fc.constantFrom('', 'a', 'b')), {
    minLength: 1,
    maxLength: 40,
  })
  .map((steps) => {
    let depth = -1;
    return steps.map(([step, role, name]) => {
      depth = Math.min(step, depth + 1);
      return node(depth, role, name);
    });
  });

test('what is sought is a text, or an expression between slashes', () => {
  expect(soughtIn('sign in')).toEqual({ kind: 'text', text: 'sign in' });
  expect(soughtIn('/sign (in|up)/i')).toEqual({ kind: 'expression', source: 'sign (in|up)', flags: 'i' });
  expect(soughtIn('/path')).toEqual({ kind: 'text', text: '/path' });
  expect(soughtIn('//')).toEqual({ kind: 'text', text: '//' });
});

test('a node says its name, its value and its address, in any case', () => {
  expect(says(node(0, 'textbox', 'Search', { value: 'Bobby' }), 'bob')).toBe(true);
  expect(says(node(0, 'link', 'Home', { url: 'https://x/About' }), 'about')).toBe(true);
  expect(says(node(0, 'textbox', 'Search'), 'bob')).toBe(false);
});

describe('around a match', () => {
  test('stands the whole of a small row, and what it lies in', () => {
    const nodes = [
      node(0, 'main'),
      node(1, 'table'),
      node(2, 'row'),
      node(3, 'cell', 'Bob'),
      node(3, 'cell'),
      node(4, 'button', 'Delete'),
      node(2, 'row'),
      node(3, 'cell', 'Eve'),
    ];
    expect(surroundings(nodes, [3]).map(({ role, name }) => `${role} ${name}`)).toEqual([
      'main ',
      'table ',
      'row ',
      'cell Bob',
      'cell ',
      'button Delete',
    ]);
  });

  test('stand the lines before and after it, where there is no row', () => {
    const nodes = [node(0, 'main'), node(1, 'text', 'one'), node(1, 'text', 'two'), node(1, 'text', 'three'), node(1, 'text', 'four')];
    expect(surroundings(nodes, [2]).map(({ name }) => name)).toEqual(['', 'one', 'two', 'three']);
  });

  test('nothing is out of order, and no match or anything that it lies in is left out', () => {
    fc.assert(
      fc.property(tree, fc.array(fc.nat(39), { maxLength: 5 }), (nodes, places) => {
        const matches = [...new Set(places.filter((at) => at < nodes.length))].sort((a, b) => a - b);
        const shown = surroundings(nodes, matches);
        const order = shown.map((each) => nodes.indexOf(each));
        expect(order).toEqual([...order].sort((a, b) => a - b));
        for (const match of matches) {
          expect(shown).toContain(nodes[match]);
          let { depth } = nodes[match] as SnapshotNode;
          for (let at = match - 1; at >= 0; at -= 1) {
            const above = nodes[at] as SnapshotNode;
            if (above.depth >= depth) continue;
            expect(shown).toContain(above);
            ({ depth } = above);
          }
        }
        expect(matches.length > 0 || shown.length === 0).toBe(true);
      }),
    );
  });
});
