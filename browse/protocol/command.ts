/**
 * What a command is: facts as plain data, and two functions. Everything else (parser, help, docs, routes, schema) is derived.
 * Policy is a fact here and a step in the pipeline, never code inside a command.
 */
import type { Flags, Input, InputOf, Operands } from './args.ts';

/** The family a command is listed under. */
export type Family =
  | 'navigate'
  | 'tabs'
  | 'snapshot'
  | 'act'
  | 'read'
  | 'script'
  | 'storage'
  | 'network'
  | 'emulate'
  | 'session'
  | 'daemon'
  | 'meta';

/**
 * Where a command works. `tab`: on one tab, behind its dialog guard and in its queue. `browser`: on a session, beside the queues.
 * `daemon`: needs no browser. `client`: carried out by the client, the daemon only knows its name.
 */
export type Scope = 'tab' | 'browser' | 'daemon' | 'client';

/** What is known of a command without running it. */
export type Facts = {
  /** As typed; may be two words (`session list`). */
  readonly name: string;
  /** Other ways to type it; may be two words. */
  readonly aliases?: readonly string[];
  readonly family: Family;
  /** One line, without a period. */
  readonly summary: string;
  /** read: changes nothing. write: changes the page or the session. destructive: loses something for good. */
  readonly effect: 'read' | 'write' | 'destructive';
  readonly scope: Scope;
  readonly operands: Operands;
  readonly flags: Flags;
  /** Words after the first operand are literal, whatever they look like. */
  readonly literal?: true;
  /** When it reads the caller's stdin: always, or when an operand is `-`. */
  readonly stdin?: 'always' | 'dash';
  /** It runs programs of the caller's, which get all of his environment; others see a few named variables. */
  readonly environment?: 'whole';
  /** Default deadline in milliseconds; 30000 unless set. `none`: it is as long as the commands in it, which have their own. */
  readonly deadline?: number | 'none';
  /** It sends input to the page. Input knows what it reached when a dialog opens under it, so its answer is awaited for a moment. */
  readonly input?: true;
  /** How it is known what became of it when it is cut off, where it is no input: see `daemon/dispatch/act-outcome.ts`. */
  readonly outcome?: 'script' | 'navigation';
  /**
   * It has no target of its own: whatever is there gets it. `always`, or the operand without which that is so. Refused on a page that
   * the caller cannot know.
   */
  readonly untargeted?: string;
  /** It goes to a page whatever the tab shows, so that a page which is not there yet is not asked for. */
  readonly goes?: true;
  /** It may be the first thing done in a session that is named by `--session`: others name one that is there. */
  readonly opens?: true;
  /**
   * The words by which it can be done again: operands and flags by their keys, and, after a dot, what its answer said.
   * Typed values are no words. Every command that changes a page or a session has this or `notRecorded`.
   */
  readonly recorded?: readonly string[];
  /** Why an exported test leaves it out: it needs no step there, or has none. */
  readonly notRecorded?: 'leaves the page as it is' | 'a test has no such step';
  /** Once more does no harm: a shutdown that cuts it short is a clean "try again". */
  readonly repeatable?: true;
  /** The command it is when it is typed without operands. */
  readonly bare?: string;
  /** `data`: what is asked for, also with --quiet. `answer`: what was done. Reads print data unless they say otherwise. */
  readonly prints?: 'data' | 'answer';
  /** Prints page text: fenced once and capped. */
  readonly fenced?: true;
  /** With this flag it leaves no row in the log: it is somebody who follows the log. */
  readonly unloggedWith?: string;
  /** Whole command lines that parse. */
  readonly examples: readonly string[];
  /** Flags that make a call of it change something, though without them it only looks. */
  readonly writesWith?: readonly string[];
  /** The same input where a word was typed that says what a flag says. */
  meant?(input: Input): Input;
  /** More for its help page, as lines. */
  readonly notes?: readonly string[];
};

/** A command of a context `C`; the registry holds these. */
export type Command<C> = Facts & {
  run(context: C, input: Input): Promise<unknown>;
  /** Plain text of a result: the first line is part of the interface. */
  text(result: unknown): string;
  /** What --json prints, where that is not the whole result. */
  json?(result: unknown): unknown;
  /** A line of ours under the text, outside of its fence; null for none. */
  below?(result: unknown): string | null;
};

/** What a call does, which its flags may change: of the page, the session and the daemon. Files are another matter. */
export function effectOf({ effect, writesWith = [] }: Pick<Facts, 'effect' | 'writesWith'>, input: Input): Facts['effect'] {
  const writes = writesWith.some((key) => input[key] !== undefined && input[key] !== false);
  return effect === 'read' && writes ? 'write' : effect;
}

/** Checks a declaration against its own `run` and `text`, and forgets their types. */
export function define<const Os extends Operands, const Fs extends Flags, C, R>(
  command: Omit<Facts, 'operands' | 'flags'> & {
    readonly operands: Os;
    readonly flags: Fs;
    run(context: C, input: InputOf<Os, Fs>): Promise<R>;
    text(result: R): string;
    json?(result: R): unknown;
    below?(result: R): string | null;
  },
): Command<C> {
  return command as unknown as Command<C>;
}

/** Default deadline of a command, in milliseconds. */
export const DEFAULT_DEADLINE = 30_000;
/** Deadline of an action on an element. */
export const ACTION_DEADLINE = 5_000;
