import { test, expect } from '@playwright/test';

test('two soft failures', async ({ page }) => {
  await page.setContent('<p>a</p>');
  expect.soft(await page.locator('p').textContent()).toBe('b');
  expect.soft(1 + 1, 'sums').toBe(3);
  test.info().annotations.push({ type: 'went on', description: 'to the end' });
});
test('polls', async () => {
  let n = 0;
  await expect.poll(() => ++n, { intervals: [10] }).toBe(3);
  await expect(() => expect(++n).toBe(6)).toPass({ intervals: [10] });
});
