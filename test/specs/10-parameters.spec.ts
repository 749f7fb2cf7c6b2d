import { test, expect } from '@playwright/test';

for (const [word, length] of [
  ['one', 3],
  ['three', 5],
  ['four', 5],
] as const)
  test(`the length of ${word} › with "quotes" and | bars`, () => expect(word.length).toBe(length));
