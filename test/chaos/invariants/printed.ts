/** A command as a violation shows it. */
import type { Ran } from '../history.ts';

/** The block of a command line and its answer. */
export function printed({ argv, exit, signal, stdout, stderr, ms }: Ran['run']): string {
  const words = argv.slice(argv.findIndex((word) => /\/browse(-older)?$/.test(word)) + 1);
  return `$ browse ${words.join(' ')}\nexit ${exit ?? signal}, ${ms.toFixed(0)} ms\n${[stdout, stderr].map((text) => text.trim().slice(0, 1_200)).join('\n')}`;
}
