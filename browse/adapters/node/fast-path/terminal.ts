/** The controlling terminal of this process, as the kernel tells it. On the client's fast path: no module of the runtime. */
import { readText } from './quick-files.ts';

type Terminal = { readonly session: number; readonly device: number };

/** Null without one, or where the kernel does not tell. */
export function controllingTerminal(): Terminal | null {
  try {
    const stat = readText('/proc/self/stat');
    const [, , , session, device] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return device === undefined || session === undefined || !(device > 0) ? null : { session, device };
  } catch {
    return null;
  }
}

/** The same as a request says it; front.c writes it too. */
export function terminalOfRequest(): string | undefined {
  const found = controllingTerminal();
  return found === null ? undefined : `${found.session}.${found.device}`;
}
