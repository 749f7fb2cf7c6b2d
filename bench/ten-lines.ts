/** The yardstick of a cold start: what anybody would write with Playwright to see a page once. Run under Bun; prints when it had seen it. */
import { chromium } from 'playwright';

const [executablePath = '', sandbox, url = ''] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, chromiumSandbox: sandbox === 'sandbox' });
const page = await browser.newPage();
await page.goto(url);
const snapshot = await page.ariaSnapshot({ mode: 'ai' });
console.log(JSON.stringify({ at: performance.timeOrigin + performance.now(), snapshot }));
await browser.close();
