/** The yardstick of a cold start: what anybody would write with Playwright to see a page once. Run under Bun. */
import { chromium } from 'playwright-core';

const [, , executablePath = '', url = '', chromiumSandbox] = process.argv;
const browser = await chromium.launch({ executablePath, chromiumSandbox: chromiumSandbox === 'sandbox' });
const page = await (await browser.newContext()).newPage();
await page.goto(url);
console.log(await page.locator('body').ariaSnapshot());
await browser.close();
