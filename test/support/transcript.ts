/** Terminal sessions in a document, run again: what it shows must be what happens. */
import { spawnSync } from 'node:child_process';
import { record } from './recording.ts';

/** One command of a session with the output that the document shows. */
export type Exchange = { readonly command: string; readonly output: string };

/** Every `$ ...` of the document's console blocks. */
export function exchanges(markdown: string): readonly Exchange[] {
  return [...markdown.matchAll(/^```console\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((text) => {
        const [command = '', ...lines] = text.split('\n');
        return { command, output: lines.join('\n') };
      }),
  );
}

/** What a shell prints for a command, both streams in order. */
export function transcribe(command: string, how: { cwd: string; env: Readonly<Record<string, string>> }): string {
  const ended = record(['sh', command]);
  const { status, stdout } = spawnSync('/bin/sh', ['-c', `${command} 2>&1`], { ...how, encoding: 'utf8', input: '' });
  ended({ exit: status, stdout });
  return stdout;
}

/** Leaves out what differs from run to run: process ids, where the checkout lies, and the session that is named by that. */
export function comparable(text: string, root: string): string {
  return text
    .replaceAll(root.replace(/\/$/, ''), '/home/you/browse')
    .replaceAll(/\(pid \d+\)/g, '(pid 4242)')
    .replaceAll(/^New session: .*$/gm, 'New session: browse-1a2b3c');
}
