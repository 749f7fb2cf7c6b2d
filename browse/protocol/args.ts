/**
 * Operands and flags of a command as plain data, and how raw words or JSON become a typed input.
 * Knows nothing of any command, of a parser or of a process.
 */
import { fail } from './errors.ts';

/** One word by position. `label` is what help prints (SEL, URL, FILE ...). */
export type Operand = {
  readonly label: string;
  readonly summary: string;
  /** Absent means required. */
  readonly optional?: true;
  /** Takes every word that is left; only the last operand may. */
  readonly variadic?: true;
  readonly type?: 'integer';
  /** The only words it takes. */
  readonly choices?: readonly string[];
};

/** One `--flag`. Its word is the kebab-case of its key. */
export type Flag = {
  readonly type: 'boolean' | 'string' | 'integer' | 'milliseconds' | 'choice';
  readonly summary: string;
  /** One letter. */
  readonly short?: string;
  /** Placeholder of the value in help; not for booleans. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly repeatable?: true;
  /** Smallest integer it takes; 0 unless set. */
  readonly least?: number;
};

export type Operands = Readonly<Record<string, Operand>>;
export type Flags = Readonly<Record<string, Flag>>;

type OperandValue<O extends Operand> = O extends { variadic: true }
  ? readonly string[]
  :
      | (O extends { type: 'integer' } ? number : O extends { choices: readonly (infer C)[] } ? C : string)
      | (O extends { optional: true } ? undefined : never);
type Scalar<F extends Flag> = F['type'] extends 'integer' | 'milliseconds'
  ? number
  : F extends { choices: readonly (infer C)[] }
    ? C
    : string;
type FlagValue<F extends Flag> = F['type'] extends 'boolean'
  ? boolean
  : F extends { repeatable: true }
    ? readonly Scalar<F>[]
    : Scalar<F> | undefined;

/** What `run` receives: every operand and every flag, typed by its declaration. */
export type InputOf<Os extends Operands, Fs extends Flags> = { readonly [K in keyof Os]: OperandValue<Os[K]> } & {
  readonly [K in keyof Fs]: FlagValue<Fs[K]>;
};
export type InputValue = string | number | boolean | readonly string[] | readonly number[] | undefined;
/** An input whose declaration is not known statically. */
export type Input = Readonly<Record<string, InputValue>>;

/** `secretEnv` → `secret-env`. */
export function flagWord(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The flag that a word like `--secret-env`, `--secret-env=X` or `-i` names, or null. */
export function flagOf(flags: Flags, word: string): { key: string; flag: Flag; inline: boolean } | null {
  if (!word.startsWith('-') || word === '-' || word === '--') return null;
  const bare = word.split('=', 1)[0] ?? word;
  for (const [key, flag] of Object.entries(flags)) {
    if (bare === `--${flagWord(key)}` || (flag.short !== undefined && bare === `-${flag.short}`))
      return { key, flag, inline: bare !== word };
  }
  return null;
}

type Declared = { readonly name: string; readonly operands: Operands; readonly flags: Flags };

const usage = (command: Declared, problem: string): never => fail('usage', { problem, hint: `browse help ${command.name}` });

function integer(command: Declared, what: string, raw: unknown, least: number): number {
  const value = typeof raw === 'number' ? raw : typeof raw === 'string' && /^-?\d+$/.test(raw) ? Number(raw) : NaN;
  if (!Number.isSafeInteger(value)) return usage(command, `${what} takes a whole number, not ${JSON.stringify(raw)}`);
  if (value < least) return usage(command, `${what} must be at least ${least}, not ${value}`);
  return value;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `500`, `500ms`, `1.5s`, `2m`, `1h` → milliseconds; null for anything else. */
export function milliseconds(raw: string): number | null {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(raw);
  if (!found) return null;
  return Math.round(Number(found[1]) * (UNITS[found[2] ?? 'ms'] ?? 1));
}

function scalar(command: Declared, word: string, flag: Flag, raw: unknown): string | number {
  const what = `--${word}`;
  switch (flag.type) {
    case 'integer':
      return integer(command, what, raw, flag.least ?? 0);
    case 'milliseconds': {
      const value = typeof raw === 'number' && raw >= 0 ? raw : typeof raw === 'string' ? milliseconds(raw) : null;
      return value ?? usage(command, `${what} takes milliseconds (500, 1.5s, 2m), not ${JSON.stringify(raw)}`);
    }
    case 'choice': {
      const choices = flag.choices ?? [];
      if (typeof raw === 'string' && choices.includes(raw)) return raw;
      return usage(command, `${what} takes ${choices.join(', ')}, not ${JSON.stringify(raw)}`);
    }
    case 'string':
    case 'boolean':
      return typeof raw === 'string' ? raw : usage(command, `${what} takes text, not ${JSON.stringify(raw)}`);
  }
}

function flagValue(command: Declared, key: string, flag: Flag, raw: unknown): InputValue {
  const word = flagWord(key);
  if (flag.type === 'boolean') {
    if (raw === undefined || typeof raw === 'boolean') return raw === true;
    return usage(command, `--${word} takes no value`);
  }
  if (flag.repeatable) {
    const all = raw === undefined ? [] : Array.isArray(raw) ? raw : [raw];
    return all.map((each) => scalar(command, word, flag, each)) as readonly string[];
  }
  return raw === undefined ? undefined : scalar(command, word, flag, raw);
}

function operandValue(command: Declared, operand: Operand, raw: unknown): InputValue {
  const { label } = operand;
  if (operand.variadic) {
    const all = raw === undefined ? [] : Array.isArray(raw) ? (raw as unknown[]) : [raw];
    if (all.length === 0 && !operand.optional) return usage(command, `${command.name} needs ${label}`);
    return all.map((each) => (typeof each === 'string' ? each : usage(command, `${label} takes text, not ${JSON.stringify(each)}`)));
  }
  if (raw === undefined) return operand.optional ? undefined : usage(command, `${command.name} needs ${wanted(command, operand)}`);
  if (operand.type === 'integer') return integer(command, label, raw, 0);
  if (typeof raw !== 'string') return usage(command, `${label} takes text, not ${JSON.stringify(raw)}`);
  if (operand.choices && !operand.choices.includes(raw))
    return usage(command, `${label} takes ${operand.choices.join(', ')}, not ${JSON.stringify(raw)}`);
  return raw;
}

/** What to ask for: a label in brackets says that the word in its place may be that of the next operand. */
function wanted({ operands }: Declared, operand: Operand): string {
  const labels = Object.values(operands).map(({ label }) => label);
  return labels.slice(labels.indexOf(operand.label)).find((label) => !label.startsWith('[')) ?? operand.label;
}

/** Raw values by key (words of a command line, or JSON over HTTP) → the input that `run` is declared to take. Fails with `usage`. */
export function inputFrom(command: Declared, raw: Readonly<Record<string, unknown>>): Input {
  const input: Record<string, InputValue> = {};
  for (const [key, operand] of Object.entries(command.operands)) input[key] = operandValue(command, operand, raw[key]);
  for (const [key, flag] of Object.entries(command.flags)) input[key] = flagValue(command, key, flag, raw[key]);
  const stray = Object.keys(raw).find((key) => !(key in input) && raw[key] !== undefined);
  if (stray !== undefined) return usage(command, `${command.name} takes no ${JSON.stringify(stray)}`);
  return input;
}
