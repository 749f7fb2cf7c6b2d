import { test, expect } from '@playwright/test';

test('runs out of time', async ({ page }) => {
  test.setTimeout(1_500);
  await page.setContent('<p>waits</p>');
  await page.locator('#never').click();
});
test('an action runs out of time', async ({ page }) => {
  await page.setContent('<p>waits</p>');
  await page.locator('#never').click({ timeout: 200 });
});
test('is quick', () => expect(true).toBe(true));
