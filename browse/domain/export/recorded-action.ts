/**
 * What a command that was done is remembered by, so that it can be done again by somebody else: its targets by role, name and
 * place, and its words. Plain data, small, and never a secret. It travels as one text of the command's row in the log.
 */
import { isObject } from '../../base/json.ts';
import type { DialogOutcome } from '../tabs/dialog.ts';
import type { FrameStep } from '../tabs/frame.ts';

/** An element. */
export type ActionTarget = {
  /** As it was given; null for a ref. */
  readonly selector: string | null;
  /** Which match of the selector, from 1; null for the only one. */
  readonly pick: number | null;
  readonly role: string;
  readonly name: string;
  /** `row:Bob`, as an identity has it. */
  readonly twin: string | null;
  /** Where it stood, from 0, among those that look alike; null where it was the only one, or nobody knows. */
  readonly among: { readonly at: number; readonly of: number } | null;
  /** Whether no element of its role has another name that this one is a part of, in letters of whatever size. */
  readonly alone: boolean;
  /** Whether its name, as a text, was found once, and there: for an element of a role that nobody can look for. */
  readonly said: boolean;
  /** From the main frame inwards; null when nobody knows. */
  readonly frames: readonly FrameStep[] | null;
};
/** What was typed. */
export type Typed = {
  /** Null when it is a secret, or may be one. */
  readonly value: string | null;
  /** The variable that the caller took it from. */
  readonly env: string | null;
  /** What the field is called; they say whether the value is a secret. */
  readonly marks: readonly string[];
};

/** A word of a command. */
export type Word = string | number | boolean | readonly string[];

export type RecordedAction = {
  readonly command: string;
  readonly tab: number | null;
  /** Where the tab was before; null when there is none. */
  readonly from: string | null;
  readonly targets: readonly ActionTarget[];
  /** The chosen frame, for a command without a target. */
  readonly frames: readonly FrameStep[] | null;
  /** `halfway`: it failed, and how far it had come. */
  readonly words: Readonly<Record<string, Word>>;
  readonly typed: Typed | null;
  /** Tabs that its answer told of as opened by a page. */
  readonly opened: readonly number[];
  readonly dialogs: readonly DialogOutcome[];
};

/** Longest text of a action, in characters: a row has room for as much. */
const LONGEST = 12_000;

/** As it is kept in a row; null for one that has no room there, so that nothing of it is kept but that it was. */
export function recordedActionText(action: RecordedAction): string {
  const text = JSON.stringify(action);
  if (text.length <= LONGEST) return text;
  const { command, tab, from, opened, dialogs } = action;
  const rest = { targets: [], frames: null, words: { tooLong: true }, typed: null };
  return JSON.stringify({
    command,
    tab,
    from: from !== null && from.length > 2_000 ? null : from,
    opened,
    dialogs,
    ...rest,
  } satisfies RecordedAction);
}

/** Reads {@link recordedActionText}; null for what is none. */
export function recordedActionFrom(text: string): RecordedAction | null {
  try {
    const found: unknown = JSON.parse(text);
    return isObject(found) && 'command' in found && 'targets' in found ? (found as RecordedAction) : null;
  } catch {
    return null;
  }
}
