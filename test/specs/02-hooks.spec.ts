import { test, expect } from '@playwright/test';

const seen: string[] = [];
test.beforeAll(() => void seen.push('beforeAll'));
test.beforeEach(async ({ page }) => {
  seen.push('beforeEach');
  await page.setContent('<p>set up</p>');
});
test.afterEach(() => void seen.push('afterEach'));
test('hooks ran before', async ({ page }) => {
  expect(seen).toEqual(['beforeAll', 'beforeEach']);
  await expect(page.locator('p')).toHaveText('set up');
});
test('hooks ran between', () => expect(seen).toEqual(['beforeAll', 'beforeEach', 'afterEach', 'beforeEach']));
test.describe('a hook that throws', () => {
  test.beforeEach(() => {
    throw new Error('in the hook');
  });
  test('is never reached', () => {});
});
