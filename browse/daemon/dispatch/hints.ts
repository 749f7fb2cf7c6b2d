/** The hint of a failure is another command than the one that failed: what failed once is not told again. */
import { shellWords } from '../../base/words.ts';
import type { Parsed } from '../../derive/program.ts';
import type { Facts } from '../../protocol/command.ts';

/** Looks that help whatever failed, the nearest first. */
const LOOKS: readonly string[] = ['browse tabs', 'browse status', 'browse doctor'];

/** Words → the command; throws for what is none. */
type Parse = (argv: readonly string[]) => Parsed<Facts>;

/** The command and its words; null for what cannot be understood. */
function meaning(parse: Parse, argv: readonly string[]): string | null {
  try {
    const { command, input } = parse(argv);
    return command === null ? null : JSON.stringify([command.name, input]);
  } catch {
    return null;
  }
}

/** `hint`, or where that is the very command that failed (by whatever name, global flags aside), a look in its place. */
export function hintBeside(parse: Parse, hint: string | null, failed: readonly string[]): string | null {
  if (hint === null) return null;
  const before = meaning(parse, failed);
  if (before === null) return hint;
  const differs = (line: string): boolean => meaning(parse, (shellWords(line) ?? []).slice(1)) !== before;
  return [hint, ...LOOKS].find(differs) ?? null;
}
