import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  timeout: 15_000,
  expect: { timeout: 3_000 },
  workers: 2,
  use: { baseURL: 'http://app.invalid' },
});
