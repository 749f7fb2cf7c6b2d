/**
 * `browse logs -f`: asks again and again for what has come since, until Ctrl-C or until nobody reads. Prints a request once it
 * has ended.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { logLine } from '../commands/logs.ts';
import type { LogLine } from '../commands/logs.ts';
import { BrowseError } from '../protocol/errors.ts';
import { print } from './output.ts';
import { answered, Tail } from './tail.ts';
import type { Ask, Asked } from './tail.ts';

/** Milliseconds between two questions. */
const BEAT = 300;

/** Resolves with the answer that ended it: a failure, an interruption, or the last one that somebody read. */
export async function follow(argv: readonly string[], ask: Ask, interrupt: AbortSignal): Promise<Asked> {
  const json = argv.includes('--json');
  const plain = json || argv.includes('--no-fence');
  const tail = new Tail(argv.filter((word) => word !== '-f' && word !== '--follow' && word !== '--json'));
  for (;;) {
    const { lines, reply } = await tail.next(ask);
    if (!answered(reply)) return reply;
    if (lines.length > 0 && !show(lines, json, plain)) return { ...reply, stdout: '' };
    await pause(BEAT, undefined, { signal: interrupt }).catch(() => {});
    if (interrupt.aborted) return { interrupted: 'ran, and was cut off' };
  }
}

/** Whether somebody still reads. Fails with `file-unwritable`. */
function show(lines: readonly LogLine[], json: boolean, plain: boolean): boolean {
  const text = lines.map((line) => `${json ? JSON.stringify(line) : logLine(line)}\n`).join('');
  return printed(plain ? text : fenced(text, 'logs'));
}

/** Lines that hold text of pages, told apart from ours. */
export function fenced(text: string, name: string): string {
  const nonce = crypto.randomUUID().replaceAll('-', '').slice(0, 12);
  return `<<<browse-page ${nonce} ${name}\n${text}>>>browse-page ${nonce}\n`;
}

/** Whether somebody still reads. Fails with `file-unwritable`. */
export function printed(text: string): boolean {
  const written = print(1, text);
  if (typeof written === 'object') throw new BrowseError('file-unwritable', { path: 'stdout', reason: written.reason });
  return written === 'whole';
}
