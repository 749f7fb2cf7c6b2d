import { test, expect } from '@playwright/test';

test.skip('skipped', () => expect(1).toBe(2));
test('skipped inside', () => {
  test.skip(true, 'not here');
});
test.fixme('to be fixed', () => expect(1).toBe(2));
test.fail('fails as expected', () => expect(1).toBe(2));
test.fail('was to fail and does not', () => expect(1).toBe(1));
test('slow', () => {
  test.slow();
  expect(test.info().timeout).toBe(360_000);
});
