import { expect, test } from 'vitest';
import { isChosen } from '../../browse/adapters/vitest/chosen-files.ts';

test.each([
  ['/shop/a.test.ts', ['/shop/a.test.ts'], true],
  ['/shop/a.test.ts', ['/shop/a.test.ts:12'], true],
  ['/shop/extra/a.test.ts', ['/shop/a.test.ts'], false],
  ['/shop/extra-a.test.ts', ['/shop/a.test.ts'], false],
  ['/shop/a.test.tsx', ['/shop/a.test.ts'], false],
  ['/shop/src/a.test.ts', ['/shop/src/'], true],
  ['/shop/src2/a.test.ts', ['/shop/src/'], false],
  ['/shop/src/a.test.ts', ['A.Test'], true],
  ['/shop/src/a.test.ts', ['b', 'src/a'], true],
  ['/shop/src/a.test.ts', ['shop'], false],
])('%s is asked for by %s: %s', (file, filters, asked) => {
  expect(isChosen(file, filters, '/shop')).toBe(asked);
});
