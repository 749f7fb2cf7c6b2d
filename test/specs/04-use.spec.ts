import { test, expect } from '@playwright/test';

test.use({
  viewport: { width: 321, height: 432 },
  locale: 'de-DE',
  userAgent: 'spec-agent',
  colorScheme: 'dark',
  timezoneId: 'Asia/Tokyo',
});
test('options hold', async ({ page }) => {
  expect(page.viewportSize()).toEqual({ width: 321, height: 432 });
  expect(
    await page.evaluate(() => [
      navigator.language,
      navigator.userAgent,
      matchMedia('(prefers-color-scheme: dark)').matches,
      Intl.DateTimeFormat().resolvedOptions().timeZone,
    ]),
  ).toEqual(['de-DE', 'spec-agent', true, 'Asia/Tokyo']);
});
test('the configuration holds', async ({ page }) => {
  await page.route('http://app.invalid/**', (route) => route.fulfill({ contentType: 'text/html', body: '<title>routed</title>' }));
  await page.goto('/somewhere');
  expect(page.url()).toBe('http://app.invalid/somewhere');
  expect(await page.title()).toBe('routed');
});
