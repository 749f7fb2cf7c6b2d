/** Generated trees for property tests of numbers, lines and filters. */
import fc from 'fast-check';
import type { SnapshotNode } from '../../browse/domain/snapshot/tree.ts';

const ROLES = ['button', 'link', 'textbox', 'list', 'listitem', 'heading', 'cell', 'row', 'alert', 'iframe', 'text', 'clickable'] as const;

/** Page text of every kind: quotes, controls, direction marks, astral and lone surrogates. */
export const pageText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('Say "hi": \\ok', 'line\nbreak', '\u202eevil', 'a\u200bb', '\u{e0041}\u{e0042}', '@e1 [button] "Pay"', '\ud800', ''),
);

/** A preorder list with depths that a tree can have. */
export const tree: fc.Arbitrary<SnapshotNode[]> = fc
  .array(
    fc.record({
      role: fc.constantFrom(...ROLES),
      name: pageText,
      down: fc.nat({ max: 3 }),
      interactive: fc.boolean(),
      notable: fc.boolean(),
      states: fc.subarray(['required', 'disabled', 'level=2']),
      value: fc.option(pageText, { nil: null }),
      twin: fc.option(fc.constantFrom('row1.1:Bob', 'head1.1:Mail', 'up2.1:Pro'), { nil: null }),
    }),
    { maxLength: 40 },
  )
  .map((drafts) => {
    let depth = 0;
    return drafts.map(({ role, name, down, interactive, notable, states, value, twin }, index) => {
      depth = index === 0 ? 0 : Math.max(0, Math.min(depth + 1, depth + 1 - down));
      const isText = role === 'text';
      const identity = isText ? null : { pin: { document: 'd', index }, role, name, twin };
      return {
        depth,
        role,
        name: isText && name === '' ? 'x' : name,
        identity,
        states: isText ? [] : states,
        value: isText ? null : value,
        interactive: !isText && interactive,
        notable,
      };
    });
  });
