import { test, expect } from '@playwright/test';

test.use({
  storageState: {
    cookies: [
      { name: 'seeded', value: 'yes', domain: 'app.invalid', path: '/', expires: -1, httpOnly: false, secure: false, sameSite: 'Lax' },
    ],
    origins: [{ origin: 'http://app.invalid', localStorage: [{ name: 'theme', value: 'dark' }] }],
  },
});
for (const round of [1, 2])
  test(`is seeded, round ${round}`, async ({ page }) => {
    await page.route('http://app.invalid/**', (route) => route.fulfill({ contentType: 'text/html', body: '<p>app</p>' }));
    await page.goto('/');
    expect(await page.evaluate(() => [document.cookie, localStorage.theme, localStorage.left ?? null])).toEqual([
      'seeded=yes',
      'dark',
      null,
    ]);
    await page.evaluate(() => {
      localStorage.left = 'behind';
      document.cookie = 'left=behind';
    });
  });
