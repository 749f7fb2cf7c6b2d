/**
 * The hint of a failure: another command than the one that failed, for what failed once is not told again, and in the session, tab and
 * browser that were named, for a look elsewhere does not help.
 */
import { shellQuote, shellWords } from '../../base/words.ts';
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

/** Where the failed command was told to work, as its own words and those of the chain around it say. */
type Place = { readonly session?: string | undefined; readonly browser?: string | undefined; readonly tab?: number | undefined };

/** `hint`, or where that is the very command that failed (by whatever name, global flags aside), a look in its place. */
export function hintBeside(parse: Parse, hint: string | null, failed: readonly string[], around: Place | null = null): string | null {
  if (hint === null) return null;
  const before = meaning(parse, failed);
  const differs = (line: string): boolean => before === null || meaning(parse, wordsOf(line)) !== before;
  const chosen = [hint, ...LOOKS].find(differs) ?? null;
  return chosen === null ? null : placed(parse, chosen, placeOf(parse, failed), around);
}

const wordsOf = (line: string): readonly string[] => (shellWords(line) ?? []).slice(1);

function placeOf(parse: Parse, failed: readonly string[]): Place {
  try {
    return parse(failed).globals;
  } catch {
    return {};
  }
}

/** The hint with the flags that say where, as far as its command has such a place and does not say it itself. */
function placed(parse: Parse, hint: string, own: Place, around: Place | null): string {
  try {
    const { command, globals } = parse(wordsOf(hint));
    if (command === null || globals.help || (command.scope !== 'tab' && command.scope !== 'browser')) return hint;
    const said = (key: keyof Place): string | number | undefined => (globals[key] === undefined ? (own[key] ?? around?.[key]) : undefined);
    const [session, browser, tab] = [said('session'), said('browser'), command.scope === 'tab' ? said('tab') : undefined];
    return [
      hint,
      ...(session === undefined ? [] : ['--session', shellQuote(String(session))]),
      ...(browser === undefined ? [] : ['--browser', shellQuote(String(browser))]),
      ...(tab === undefined ? [] : ['--tab', String(tab)]),
    ].join(' ');
  } catch {
    return hint;
  }
}
