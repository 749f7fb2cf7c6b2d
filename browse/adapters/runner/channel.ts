/** The way to the daemon, from the process that Playwright's runner lives in. */
import type { SpecWord } from '../../domain/messages/specs.ts';

/** This script: Playwright's command line takes its place in `argv` later. */
export const SELF = process.argv[1] ?? '';
/** A configuration may have taken `send` away by the time it is needed. */
const send = process.send?.bind(process);

/** Tells the daemon. */
export function say(word: SpecWord): void {
  if (process.connected) send?.(word, undefined, undefined, () => {});
}
