/** Who we are, for the daemon that we start or stop: pid, terminal, command. */
import { readFileSync } from 'node:fs';
import { commandOfClient } from '../../protocol/client-identity.ts';
import type { ClientIdentity } from '../../protocol/client-identity.ts';

/** Major numbers of the device that are pseudo-terminals, and that of consoles and serial lines. */
const PTS = { first: 136, last: 143 };
const TTY = 4;

/** `pts/3`; null without a terminal, or where the kernel does not tell. */
function controllingTerminal(): string | null {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const device = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[4]);
    const major = (device >> 8) & 0xfff;
    const minor = (device & 0xff) | ((device >> 12) & 0xfff00);
    if (major >= PTS.first && major <= PTS.last) return `pts/${(major - PTS.first) * 256 + minor}`;
    return major === TTY ? `tty${minor}` : null;
  } catch {
    return null;
  }
}

/** This process, which was started with these words. */
export function clientIdentityHere(argv: readonly string[]): ClientIdentity {
  return { pid: process.pid, tty: controllingTerminal(), command: commandOfClient(argv) };
}
