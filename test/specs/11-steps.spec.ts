import { test, expect } from '@playwright/test';

test('steps and information', async ({ page, browserName, context, browser }, info) => {
  const value = await test.step('outer step', async () => test.step('inner step', async () => 42));
  expect(value).toBe(42);
  expect(info.title).toBe('steps and information');
  expect(info.titlePath.slice(-1)).toEqual(['steps and information']);
  expect(browserName).toBe('chromium');
  expect(context.pages()).toEqual([page]);
  expect(browser.contexts()).toEqual([context]);
  await info.attach('note', { body: 'attached', contentType: 'text/plain' });
  console.log('printed by a step');
  console.error('printed as an error');
});
test('a step that fails', async () => {
  await test.step('the step', async () => expect('a').toBe('b'));
});
