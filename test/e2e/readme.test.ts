import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { binaryUnderTest, cli } from '../support/cli.ts';
import { ROOT } from '../support/sources.ts';
import { comparable, exchanges, transcribe } from '../support/transcript.ts';

test('the session in the README is what happens', async () => {
  await using user = cli();
  const programs = join(user.root, 'programs');
  mkdirSync(programs);
  symlinkSync(binaryUnderTest(), join(programs, 'browse'));
  const env = { ...user.env, PATH: `${programs}:${user.env['PATH'] ?? ''}` };
  const shown = exchanges(readFileSync(join(ROOT, 'README.md'), 'utf8'));
  expect(shown.length).toBeGreaterThanOrEqual(10);
  const happened = shown.map(({ command }) => ({ command, output: comparable(transcribe(command, { cwd: ROOT, env }), ROOT) }));
  expect(happened).toEqual(shown.map(({ command, output }) => ({ command, output: comparable(output, ROOT) })));
});
