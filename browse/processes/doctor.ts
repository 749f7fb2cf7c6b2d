/**
 * `browse __machine`: a process of its own for `doctor` and `install`, which need the engine and no daemon.
 * Says its result as one line of JSON on stdout, progress on stderr.
 */
import { writeSync } from 'node:fs';
import { BrowseError } from '../protocol/errors.ts';
import type { MachineReply } from '../protocol/machine.ts';

/** `examine` or `install`. */
export async function main(argv: readonly string[]): Promise<void> {
  writeSync(1, `${JSON.stringify(await answer(argv[0] ?? ''))}\n`);
  // Playwright may keep handles open.
  process.exit(0);
}

async function answer(what: string): Promise<MachineReply> {
  try {
    if (what === 'install')
      return { fetched: await (await import('../adapters/playwright/launch/download.ts')).downloadBrowser(percent()) };
    return { findings: await (await import('./examine.ts')).examine(process.env) };
  } catch (error) {
    if (error instanceof BrowseError) return { error: error.body(), exit: error.exit };
    throw error;
  }
}

/** Says every tenth part once. */
function percent(): (done: number, total: number) => void {
  let said = -1;
  return (done, total) => {
    if (total === 0) return;
    const tenth = Math.floor((done * 10) / total);
    if (tenth === said) return;
    said = tenth;
    writeSync(2, `${tenth * 10}% of ${Math.round(total / 1e6)} MB\n`);
  };
}
