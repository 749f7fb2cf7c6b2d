/**
 * A command line → the command it names and its input. Commander reads the words and says what is wrong with them; types, choices and
 * missing operands are `protocol/args.ts`'. Built once, in the daemon: it is too slow for the client's fast path.
 */
import { Command as Program, CommanderError, Option } from 'commander';
import { flagOf, flagWord, inputFrom } from '../protocol/args.ts';
import type { Flag, Flags, Input } from '../protocol/args.ts';
import type { Facts } from '../protocol/command.ts';
import { BrowseError, fail } from '../protocol/errors.ts';
import { GLOBAL_FLAGS, commandIndex } from '../protocol/globals.ts';
import type { Globals } from '../protocol/globals.ts';
import { shellWords } from '../base/words.ts';
import { commandHabit, flagHabit, nearTo } from './habits.ts';
import { refusePlainText } from './selector-words.ts';

/** A command line, understood. `command` null means flags alone: `--help`, `--version` or nothing. */
export type Parsed<C extends Facts> = { readonly command: C | null; readonly globals: Globals; readonly input: Input };

/** Reads command lines of one registry. Fails with `usage`, naming what was probably meant. */
export type Reader<C extends Facts> = {
  parse(argv: readonly string[]): Parsed<C>;
  /** By name or alias, also of two words; null when there is none. */
  find(name: string): C | null;
};

/** Builds the program of `commands`. */
export function reader<C extends Facts>(commands: readonly C[]): Reader<C> {
  const byName = new Map<string, C>();
  for (const command of commands) for (const name of [command.name, ...(command.aliases ?? [])]) byName.set(name, command);
  const programs = new Map(commands.map((command) => [command as Facts, programOf(command)]));
  const globalsOnly = programOf({ name: 'browse', operands: {}, flags: {} });
  const names = [...byName.keys()];

  function parse(argv: readonly string[]): Parsed<C> {
    const at = commandIndex(argv);
    const snapshot = at !== -1 && byName.get(argv[at] as string)?.name === 'snapshot';
    // Behind `snapshot`, -s is its own.
    const words = argv.map((word, place) => {
      if (!word.startsWith('-s=')) return word;
      return `--${snapshot && place > at ? 'selector' : 'session'}=${word.slice(3)}`;
    });
    if (at === -1)
      return { command: null, globals: read(globalsOnly, { name: 'browse', operands: {}, flags: {} }, words).globals, input: {} };
    const before = words.slice(0, at).filter((word) => word !== '--');
    const pair = `${words[at]} ${words[at + 1] ?? ''}`;
    const twoWords = byName.get(pair);
    const command = twoWords ?? byName.get(words[at] as string);
    if (!command || (!twoWords && missedGroup(command, words[at + 1]))) {
      // A flag that we do not have may have had a value, which is no command then.
      const stray = before.find((word) => word.startsWith('-') && flagOf(GLOBAL_FLAGS, word) === null);
      const habit = stray === undefined ? null : flagHabit('', stray);
      if (habit !== null) return fail('usage', { problem: `Unknown option ${JSON.stringify(stray)}`, hint: habit });
      return unknownCommand(words.slice(at), [...byName.values()], names);
    }
    const rest = words.slice(at + (twoWords ? 2 : 1));
    const ordered = command.literal ? literalLast(command, rest) : rest;
    const bare = command.bare === undefined ? undefined : byName.get(command.bare);
    if (bare && takeFlags(GLOBAL_FLAGS, rest, 0) === rest.length && !helpAsked(rest))
      return { command: bare, ...read(programs.get(bare) as Program, bare, [...before, ...rest]) };
    return { command, ...read(programs.get(command) as Program, command, [...before, ...ordered]) };
  }
  /** `session lst`: a word of the group was meant, for by itself it takes none. */
  function missedGroup({ name, operands }: C, next: string | undefined): boolean {
    if (next === undefined || next.startsWith('-') || Object.keys(operands).length > 0) return false;
    return names.some((each) => each.startsWith(`${name} `));
  }
  return { parse, find: (name) => byName.get(name) ?? null };
}

type Shape = Pick<Facts, 'name' | 'operands' | 'flags' | 'meant'>;

function option(key: string, flag: Flag): Option {
  const word = `--${flagWord(key)}`;
  const made = new Option(flag.type === 'boolean' ? word : `${word} <${flag.value ?? 'VALUE'}>`, flag.summary);
  if (flag.short) made.short = `-${flag.short}`;
  // `--no-x` would otherwise mean "x is false, and true by default".
  made.negate = false;
  made.attributeName = () => key;
  if (flag.repeatable) made.argParser((value: string, all: string[] | undefined) => [...(all ?? []), value]);
  return made;
}

function programOf(command: Shape): Program {
  const program = new Program(command.name);
  program
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} })
    .helpOption(false)
    .helpCommand(false)
    .showSuggestionAfterError(false)
    .allowExcessArguments(false);
  for (const [key, operand] of Object.entries(command.operands)) program.argument(`[${key}${operand.variadic ? '...' : ''}]`);
  const flags: Flags = { ...GLOBAL_FLAGS, ...command.flags };
  for (const [key, flag] of Object.entries(flags)) program.addOption(option(key, flag));
  return program.action(() => {});
}

function read(program: Program, command: Shape, words: readonly string[]): { globals: Globals; input: Input } {
  try {
    program.parse(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return explain(command, error, words);
    throw error;
  }
  const options = program.opts<Record<string, unknown>>();
  const operands = Object.keys(command.operands);
  const raw: Record<string, unknown> = {};
  for (const [at, key] of operands.entries()) {
    const value: unknown = program.processedArgs[at];
    raw[key] = Array.isArray(value) && value.length === 0 ? undefined : value;
  }
  const globals: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(options)) (key in command.flags ? raw : globals)[key] = value;
  const asked = inputFrom({ name: command.name, operands: {}, flags: GLOBAL_FLAGS }, globals) as Globals;
  // Help must not ask for operands first.
  if (asked.help || asked.version) return { globals: asked, input: {} };
  const input = inputFrom(command, raw);
  const meant = command.meant?.(input) ?? input;
  refusePlainText(command, meant);
  return { globals: asked, input: meant };
}

function explain(command: Shape, error: CommanderError, words: readonly string[]): never {
  const hint = command.name === 'browse' ? 'browse help' : `browse help ${command.name}`;
  const said = error.message
    .replace(/^error: /, '')
    .replace(/\n\(?/g, ' (')
    .replaceAll("'", '"')
    .trim();
  if (error.code === 'commander.excessArguments') {
    const labels = Object.values(command.operands).map((operand) => operand.label);
    return fail('usage', {
      problem: `${command.name} takes ${labels.length === 0 ? 'no operands' : `at most ${labels.join(' ')}`}; quote a word with spaces`,
      hint,
    });
  }
  if (error.code === 'commander.unknownOption') {
    const flag = /"([^"]+)"/.exec(said)?.[1] ?? '';
    const habit = flagHabit(command.name, flag);
    if (habit !== null) return fail('usage', { problem: `Unknown option ${JSON.stringify(flag)}`, hint: habit });
    if (words.some((word) => /^-\d/.test(word)))
      return fail('usage', { problem: `${said}; put -- before a word that begins with -`, hint });
    const [near] = nearTo(
      flag,
      Object.keys({ ...GLOBAL_FLAGS, ...command.flags }).map((key) => `--${flagWord(key)}`),
    );
    return fail('usage', {
      problem: `Unknown option ${JSON.stringify(flag)}${near === undefined ? '' : ` (Did you mean ${near}?)`}`,
      hint,
    });
  }
  return fail('usage', { problem: said.charAt(0).toUpperCase() + said.slice(1), hint });
}

function unknownCommand(words: readonly string[], commands: readonly Facts[], names: readonly string[]): never {
  const [word = '', ...rest] = words;
  const [next] = rest;
  const group = names.filter((name) => name.startsWith(`${word} `));
  if (group.length > 0) {
    const problem =
      next === undefined ? `${word} needs one of ${group.join(', ')}` : `Unknown command ${JSON.stringify(`${word} ${next}`)}`;
    return fail('usage', { problem, hint: `browse help ${group[0]}` });
  }
  const habit = commandHabit(word, rest);
  const problem = `Unknown command ${JSON.stringify(word)}`;
  if (habit !== null) return fail('usage', { problem, hint: habit });
  // A slip of the hand must not lead to what destroys something.
  const harmless = new Set(
    commands.filter(({ effect }) => effect !== 'destructive').flatMap(({ name, aliases = [] }) => [name, ...aliases]),
  );
  const near = nearTo(word, names).filter((name) => harmless.has(name));
  return fail('usage', {
    problem: `${problem}${near.length === 0 ? '' : `; did you mean ${near.join(', ')}?`}`,
    hint: near.length === 1 ? `browse help ${near[0]}` : 'browse help',
  });
}

/**
 * The words of a literal command with its flags first and `--` before its operands: every word that is exactly one of its flags, or a
 * global one, is that flag, and any other is a word, whatever it looks like (`fill @e3 -5`). Behind `--` every word is one.
 */
function literalLast(command: Facts, words: readonly string[]): readonly string[] {
  const known: Flags = { ...GLOBAL_FLAGS, ...command.flags };
  const ended = words.indexOf('--');
  const open = ended === -1 ? words : words.slice(0, ended);
  const [flags, texts]: [string[], string[]] = [[], []];
  for (let at = 0; at < open.length; at += 1) {
    const word = open[at] as string;
    const found = flagOf(known, word);
    if (found === null || (found.inline && found.flag.type === 'boolean')) texts.push(word);
    else if (found.flag.type === 'boolean' || found.inline) flags.push(word);
    else {
      const value =
        open[++at] ?? fail('usage', { problem: `${word} needs ${found.flag.value ?? 'a value'}`, hint: `browse help ${command.name}` });
      flags.push(word, value);
    }
  }
  return [...flags, '--', ...texts, ...(ended === -1 ? [] : words.slice(ended + 1))];
}

function helpAsked(words: readonly string[]): boolean {
  return words.length === 1 && (words[0] === '--help' || words[0] === '-h');
}

/** The index behind the run of known flags that begins at `from`. */
function takeFlags(flags: Flags, words: readonly string[], from: number): number {
  let at = from;
  while (at < words.length) {
    const found = flagOf(flags, words[at] as string);
    if (!found) return at;
    at += found.flag.type === 'boolean' || found.inline ? 1 : 2;
  }
  return Math.min(at, words.length);
}

/** Whether a command line means something to this registry; hints and examples are held to it. */
export function parses<C extends Facts>(read: Reader<C>, line: string): boolean {
  const words = shellWords(line);
  if (words?.[0] !== 'browse') return false;
  try {
    read.parse(words.slice(1));
    return true;
  } catch (error) {
    if (error instanceof BrowseError) return false;
    throw error;
  }
}
