/** How this program is started again, for a process of its own. */
import { fileURLToPath } from 'node:url';

/** This program as a command: the executable itself once compiled, else the runtime and `main.ts`. */
export function program(): { file: string; args: readonly string[] } {
  const main = fileURLToPath(new URL('../../main.ts', import.meta.url));
  const compiled = import.meta.url.includes('/$bunfs/') || import.meta.url.includes('~BUN');
  return compiled ? { file: process.execPath, args: [] } : { file: process.execPath, args: [main] };
}
