/** The project `field`: real libraries and applications under the compiled binary. `npm run field` prepares what it needs. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    projects: [
      {
        test: {
          name: 'field',
          include: ['**/*.test.ts'],
          pool: 'forks' as const,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Two processors: a second file beside the first would disturb drags, which have a time of their own.
          maxWorkers: 1,
          fileParallelism: false,
          allowOnly: false,
        },
      },
    ],
    passWithNoTests: false,
  },
});
