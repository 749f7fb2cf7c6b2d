/** `browse run` of a plain script: on the session's tab, fresh at every run, without Node and without a project. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../support/processes.ts';
import { write } from '../support/spec-project.ts';
import { sharedDaemon } from '../support/shared-cli.ts';

const freshUser = sharedDaemon();

test('a script gets the tab of the session, its words, and the environment and folder of its caller', async () => {
  await using shell = freshUser();
  await shell.ok('goto', 'data:text/html,<title>mine</title><h1>Cart</h1>');
  write(shell.cwd, {
    'lib/helper.ts': `export const helper = (text: string): string => text.toUpperCase();\n`,
    'act.ts': `import { helper } from './lib/helper.ts';
type Given = { page: { title(): Promise<string>; evaluate(code: string): Promise<unknown> }; context: object; browser: object; args: string[] };
export default async ({ page, args }: Given): Promise<object> => {
  console.log('printed');
  await page.evaluate('document.title = "changed"');
  return { title: helper(await page.title()), args, mark: process.env.MARK, cwd: process.cwd() };
};
`,
    'plain.mjs': `console.log(await page.title());\n`,
  });
  const run = await shell.run(['run', 'act.ts', 'apples', '3'], { env: { MARK: 'm', PATH: '/nonexistent' } });
  expect([run.exit, run.stdout], String(run)).toEqual([
    0,
    `printed\n{"title":"CHANGED","args":["apples","3"],"mark":"m","cwd":"${shell.cwd}"}\n`,
  ]);
  expect(await shell.ok('js', 'document.title')).toBe('changed');
  expect(await shell.ok('run', './plain.mjs')).toBe('changed');
  write(shell.cwd, { 'lib/helper.ts': `export const helper = (text: string): string => text + '!';\n` });
  expect(await shell.json<{ value: { title: string } }>('run', 'act.ts')).toMatchObject({ value: { title: 'changed!' } });
  expect(await shell.ok('tabs')).toMatch(/^→ \[1\] [^\n]*$/);
});

test('a script that fails says where, and one that never ends is ended', async () => {
  await using shell = freshUser();
  write(shell.cwd, {
    'throws.ts': `const page = 1;\n\nexport default (): void => {\n  throw new Error('no such luck');\n};\n`,
    'unread.ts': `const x: number = ;\n`,
    'exits.js': `process.exit(7);\n`,
    'endless.js': `import { writeFileSync } from 'node:fs';\nwriteFileSync('begun', '');\nfor (;;);\n`,
  });
  const thrown = await shell.run(['run', 'throws.ts']);
  expect([thrown.exit, thrown.stdout], String(thrown)).toEqual([
    1,
    expect.stringMatching(/^✗ Error: no such luck\n {2}at throws\.ts:4:\d+\n[^]*> 4 \| {3}throw/),
  ]);
  const unread = await shell.run(['run', 'unread.ts']);
  expect([unread.exit, unread.stdout], String(unread)).toEqual([
    1,
    expect.stringMatching(/^✗ SyntaxError: [^\n]+\n {2}at unread\.ts:1:\d+/),
  ]);
  const exits = await shell.run(['run', 'exits.js']);
  expect([exits.exit, exits.stderr]).toEqual([1, expect.stringContaining('exit status 7')]);
  const endless = shell.start(['run', 'endless.js']);
  await eventually('the script to begin', () => existsSync(join(shell.cwd, 'begun')), 30_000);
  expect(await shell.ok('run', '--cancel')).toMatch(/^Cancelled r\d+: endless\.js/);
  expect((await endless.done).exit).toBe(130);
  expect(await shell.ok('js', '1 + 1')).toBe('2');
});
