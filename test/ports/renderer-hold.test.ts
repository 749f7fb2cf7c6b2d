/** Renderers that stand still go on, also where the process that holds them is killed. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../support/processes.ts';
import { ROOT } from '../support/sources.ts';

/** A browser as far as its processes go: it has a renderer. */
const BROWSER = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', '--type=renderer'], { stdio: 'inherit' }).once('spawn', function () { console.log(this.pid); })`;

const stateOf = (pid: number): string | undefined => /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];

async function line(child: ChildProcess): Promise<string> {
  const [data] = (await once(child.stdout as NodeJS.EventEmitter, 'data')) as [Buffer];
  return data.toString().trim();
}

test.each(['is released', 'is killed'])('they go on when what holds them %s', async (end) => {
  const browser = spawn(process.execPath, ['-e', BROWSER], { stdio: ['pipe', 'pipe', 'inherit'] });
  const renderer = Number(await line(browser));
  const holder = spawn(process.execPath, [join(ROOT, 'test/support/renderer-hold-probe.ts'), String(browser.pid)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    expect(await line(holder)).toBe('held');
    await eventually('the renderer to stand still', () => stateOf(renderer) === 'T');
    if (end === 'is killed') holder.kill('SIGKILL');
    else holder.stdin?.write('go on');
    await eventually('the renderer to go on', () => stateOf(renderer) !== 'T', 20_000);
  } finally {
    process.kill(renderer, 'SIGKILL');
    for (const child of [browser, holder]) child.kill('SIGKILL');
  }
});

test('a browser that was not launched here has none', async () => {
  const own = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', '--type=renderer'], { stdio: 'ignore' });
  const holder = spawn(process.execPath, [join(ROOT, 'test/support/renderer-hold-probe.ts'), '0'], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    expect(await line(holder)).toBe('held');
    expect(stateOf(own.pid ?? 0)).not.toBe('T');
  } finally {
    for (const child of [own, holder]) child.kill('SIGKILL');
  }
});
