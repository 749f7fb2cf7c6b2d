/** Browsers of this user that were started with a debugging port, by their command lines. Linux; elsewhere none is found. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Their CDP endpoints. Nobody else's: another user could listen where a browser is expected, to be told what is typed. */
export function debuggedBrowsers(): readonly string[] {
  if (process.platform !== 'linux') return [];
  const found = readdirSync('/proc').flatMap((name) => {
    try {
      if (!/^\d+$/.test(name) || statSync(`/proc/${name}`).uid !== process.getuid?.()) return [];
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      if (words.some((word) => word.startsWith('--type='))) return [];
      const port = Number(value(words, '--remote-debugging-port') ?? NaN);
      return port > 0 ? [port] : port === 0 ? [chosenPort(value(words, '--user-data-dir') ?? '')] : [];
    } catch {
      // It ended meanwhile, or has not said its port yet.
      return [];
    }
  });
  return [...new Set(found)].map((port) => `http://127.0.0.1:${port}`);
}

function value(words: readonly string[], flag: string): string | undefined {
  return words.find((word) => word.startsWith(`${flag}=`))?.slice(flag.length + 1);
}

/** With port 0 it chose one, and says so in its profile. */
function chosenPort(profile: string): number {
  const port = Number(readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n', 1)[0]);
  if (!(port > 0)) throw new Error('no port is said there');
  return port;
}
