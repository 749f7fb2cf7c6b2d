import { test, expect } from '@playwright/test';

test.describe('outer', () => {
  test.describe('inner', () => {
    test('passes', async ({ page }) => {
      await page.setContent('<h1>Hi</h1>');
      await expect(page.getByRole('heading')).toHaveText('Hi');
    });
    test('fails', async ({ page }) => {
      await page.setContent('<h1>Hi</h1>');
      await expect(page.getByRole('heading')).toHaveText('Bye', { timeout: 300 });
    });
  });
});
