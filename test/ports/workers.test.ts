import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workers } from '../../browse/adapters/node/children/workers.ts';
import type { Worker } from '../../browse/domain/workers.ts';
import { temporaryFolder } from '../support/folder.ts';
import { look } from '../support/processes.ts';

function started(folder: string, source: string, env: Readonly<Record<string, string>> = {}): Worker {
  const path = join(folder, 'worker.mjs');
  writeFileSync(path, source);
  return workers.start({ file: process.execPath, args: [path], cwd: folder, env: { ...env } });
}

/** The first thing it says. */
const said = (worker: Worker): Promise<unknown> => new Promise((resolve) => worker.onMessage(resolve));

test('a worker hears values, says values, and has exactly the environment and folder that it was given', async () => {
  using folder = temporaryFolder();
  const worker = started(
    folder.path,
    `process.on('message', (heard) => { process.send({ heard, cwd: process.cwd(), names: Object.keys(process.env), colour: process.env.COLOUR }); });`,
    { COLOUR: 'rot\nund "blau"' },
  );
  const answer = said(worker);
  worker.tell({ numbers: [1, null, 'ü'] });
  expect(await answer).toMatchObject({ heard: { numbers: [1, null, 'ü'] }, cwd: folder.path, colour: 'rot\nund "blau"' });
  expect(((await answer) as { names: string[] }).names).not.toContain('PATH');
  expect(await worker.end(2000)).toEqual({ code: null, signal: 'SIGTERM', reason: null });
});

test('all that it said and printed has been heard when it has ended', async () => {
  using folder = temporaryFolder();
  const worker = started(
    folder.path,
    `process.stdout.write('x'.repeat(200000) + 'end'); process.send('last', () => process.disconnect());`,
  );
  let printed = '';
  worker.onOutput((_, text) => (printed += text));
  const messages: unknown[] = [];
  worker.onMessage((message) => messages.push(message));
  expect(await worker.ended).toEqual({ code: 0, signal: null, reason: null });
  expect([printed.length, printed.slice(-3), messages]).toEqual([200_003, 'end', ['last']]);
});

test('one that hears nothing is killed in its time, with what it started', async () => {
  using folder = temporaryFolder();
  const worker = started(
    folder.path,
    `import { spawn } from 'node:child_process';
     process.on('SIGTERM', () => {});
     const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); console.log("up"); for (;;);'], { stdio: ['ignore', 'pipe', 'ignore'] });
     child.stdout.once('data', () => { process.send(child.pid, () => { for (;;); }); });`,
  );
  const grandchild = (await said(worker)) as number;
  expect(look(grandchild)?.group).toBe(worker.pid);
  expect(await worker.end(100)).toMatchObject({ signal: 'SIGKILL' });
  await expect.poll(() => look(grandchild)).toBeNull();
});

test('what it started goes with one that ends by itself', async () => {
  using folder = temporaryFolder();
  const worker = started(
    folder.path,
    `import { spawn } from 'node:child_process';
     const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
     process.send(child.pid, () => process.exit(3));`,
  );
  const grandchild = (await said(worker)) as number;
  expect(await worker.ended).toEqual({ code: 3, signal: null, reason: null });
  await expect.poll(() => look(grandchild)).toBeNull();
});

test('one that cannot be started has ended, and says why', async () => {
  const worker = workers.start({ file: '/nowhere/node', args: [], cwd: '/', env: {} });
  worker.tell('nothing');
  expect(await worker.ended).toMatchObject({ code: null, reason: expect.stringContaining('ENOENT') });
  expect(await worker.end(100)).toMatchObject({ code: null });
});
