import { test, expect } from '@playwright/test';

test('not run', () => expect(1).toBe(2));
test.only('the only one', () => expect(1).toBe(1));
