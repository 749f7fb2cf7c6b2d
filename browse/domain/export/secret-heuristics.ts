/**
 * Which typed values may be kept: those that are no secret by any rule there is, and do not look like one either. Whatever is not
 * certainly harmless is left out, and is asked of whoever does it again.
 */
import type { SecretNames } from '../traffic/secrets.ts';
import type { RecordedAction, Word } from './recorded-action.ts';
import type { FrameStep } from '../tabs/frame.ts';

/** What a redactor can do to a text. */
export type Cleaning = {
  readonly secret: SecretNames;
  readonly free: (text: string) => string;
  readonly address: (url: string) => string;
};

/** Longest value that is kept, in characters. */
const LONGEST = 1_000;
const EMAIL = /^[\w.+-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63}){0,5}$/;
const WEB = /^https?:\/\//i;

/** Whether a value looks like nothing that a machine made up or that opens something: words, numbers, addresses. */
export function looksHarmless(value: string): boolean {
  if (value.length > LONGEST) return false;
  // The number of a card or an account, however it is grouped.
  if (/\d(?:[ .-]?\d){11,}/.test(value)) return false;
  return value.split(/\s+/).every((word) => {
    if (EMAIL.test(word) || WEB.test(word)) return !/[\w-]{32,}/.test(word);
    const [letters, digits] = [/\p{L}/u.test(word), /\d/.test(word)];
    if (word.length >= 16 && letters && digits) return false;
    if (word.length >= 24 && /^[\w+/=.~-]+$/.test(word) && !/^\p{Ll}+$/u.test(word.slice(1).replaceAll('-', ''))) return false;
    const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\p{N}.,:;!?'"()/@_-]/u].filter((kind) => kind.test(word)).length;
    return word.length < 6 || kinds < 3;
  });
}

/** Whether what a field, or a question, is called means a secret: the whole name or a word of it. */
export function secretLabel(label: string, secret: SecretNames): boolean {
  return secret(label) || /^cc-(number|csc|exp)/.test(label) || label.split(/[^\p{L}\p{N}]+/u).some((word) => word !== '' && secret(word));
}

/** Takes out of a action what is a secret or may be one. What is kept of it is text of the page, and words of the user that say what was meant. */
export function cleanRecordedAction(action: RecordedAction, { secret, free, address }: Cleaning): RecordedAction {
  const { typed } = action;
  const labels = [...(typed?.marks ?? []), ...action.targets.map(({ name }) => name)];
  const guarded = labels.some((label) => secretLabel(label, secret));
  const kept = (value: string): boolean => !guarded && looksHarmless(value) && free(value) === value;
  const frames = (steps: readonly FrameStep[] | null): readonly FrameStep[] | null =>
    steps && steps.map((step) => ({ ...step, selector: free(step.selector) }));
  const word = (key: string, value: Word): Word => {
    if (key === 'url') return address(String(value));
    if (key === 'values') return guarded ? [] : (value as readonly string[]).map(free);
    if (typeof value === 'string') return free(value);
    return typeof value === 'object' ? value.map(free) : value;
  };
  return {
    ...action,
    from: action.from === null ? null : address(action.from),
    targets: action.targets.map((target) => ({
      ...target,
      selector: target.selector === null ? null : free(target.selector),
      name: free(target.name),
      twin: target.twin === null ? null : free(target.twin),
      frames: frames(target.frames),
    })),
    frames: frames(action.frames),
    words: Object.fromEntries(Object.entries(action.words).map(([key, value]) => [key, word(key, value)])),
    typed: typed && {
      ...typed,
      value: typed.value !== null && kept(typed.value) ? typed.value : null,
      marks: typed.marks.map(free),
    },
  };
}
