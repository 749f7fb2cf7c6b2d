/** Who we are, for the daemon that we start or stop: pid, terminal, command. */
import { controllingTerminal } from './fast-path/terminal.ts';
import { commandOfClient } from '../../protocol/client-identity.ts';
import type { ClientIdentity } from '../../protocol/client-identity.ts';

/** Major numbers of the device that are pseudo-terminals, and that of consoles and serial lines. */
const PTS = { first: 136, last: 143 };
const TTY = 4;

/** `pts/3`; null without a terminal, or where the kernel does not tell. */
function terminalName(): string | null {
  const device = controllingTerminal()?.device ?? 0;
  const major = (device >> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00);
  if (major >= PTS.first && major <= PTS.last) return `pts/${(major - PTS.first) * 256 + minor}`;
  return major === TTY ? `tty${minor}` : null;
}

/** This process, which was started with these words. */
export function clientIdentityHere(argv: readonly string[]): ClientIdentity {
  return { pid: process.pid, tty: terminalName(), command: commandOfClient(argv) };
}
