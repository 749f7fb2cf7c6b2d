import { test, expect } from '@playwright/test';

test.describe.configure({ retries: 2 });
test('passes at last', ({}, info) => expect(info.retry).toBe(1));
test('never passes', () => expect(1).toBe(2));
test.describe.serial('one after the other', () => {
  test('first', () => {});
  test('second', ({}, info) => expect(info.retry).toBe(1));
  test('third', () => {});
});
