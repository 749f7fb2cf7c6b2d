/** The forms of values that a plain field takes, and what became of one that the page was given. Must not know how it is filled. */

/** Input types that take no text, and what to do instead. */
export const UNTYPED: Readonly<Record<string, string>> = {
  checkbox: 'it is a checkbox: check or uncheck it',
  radio: 'it is a radio button: check it',
  file: 'it takes files: upload them',
  button: 'it is a button: click it',
  submit: 'it is a button: click it',
  reset: 'it is a button: click it',
  image: 'it is a button: click it',
  hidden: 'it is a hidden field',
};

/** Why the field could not be given this by hand either. Said before anything is touched. */
export function unfitReason(field: HTMLInputElement | HTMLTextAreaElement, value: string): string | null {
  if (field.maxLength >= 0 && value.length > field.maxLength) return `it takes at most ${field.maxLength} characters, not ${value.length}`;
  if (field instanceof HTMLInputElement && value !== '') {
    const form = FORMS[field.type];
    if (form && !form.test(value)) return `a field of type ${field.type} takes ${EXAMPLES[field.type] ?? 'another form'}`;
    if (field.type === 'number' && !/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value)) return 'a field of type number takes numbers';
    if (field.type === 'range') return outOfRange(field, value);
  }
  return null;
}

function outOfRange(field: HTMLInputElement, value: string): string | null {
  const [least, most] = [field.min === '' ? 0 : Number(field.min), field.max === '' ? 100 : Number(field.max)];
  const number = value.trim() === '' ? NaN : Number(value);
  return number >= least && number <= most ? null : `a field of type range takes a number from ${least} to ${most}`;
}

const FORMS: Readonly<Record<string, RegExp>> = {
  'date': /^\d{4,}-\d\d-\d\d$/,
  'time': /^\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/,
  'datetime-local': /^\d{4,}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/,
  'month': /^\d{4,}-\d\d$/,
  'week': /^\d{4,}-W\d\d$/,
  'color': /^#[\da-f]{6}$/i,
};
const EXAMPLES: Readonly<Record<string, string>> = {
  'date': 'a date such as 2026-11-30',
  'time': 'a time such as 13:45',
  'datetime-local': 'a time such as 2026-11-30T13:45',
  'month': 'a month such as 2026-11',
  'week': 'a week such as 2026-W48',
  'color': 'a colour such as #00ff80',
};

/** What the page made of a value: the same; the same written otherwise; or another one. */
export type Kept = 'same' | 'formatted' | 'other';

const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/**
 * Compares what was asked for with what is there, and what was there before. Punctuation, blanks and case are form; a piece of the
 * value, or the value with something added, is one too. What the page put back, or a value without anything of ours, is another.
 */
export function keptAs(wanted: string, now: string, before: string): Kept {
  if (now === wanted || now === wanted.replace(/\r\n?/g, '\n')) return 'same';
  if (wanted === '') return letters(now) === '' || now !== before ? 'formatted' : 'other';
  const [goal, got] = [letters(wanted), letters(now)];
  if (goal === '') return now.includes(wanted.trim()) ? 'formatted' : 'other';
  if (got === '') return 'other';
  if (goal === got || got.includes(goal) || isPartOf(got, goal)) return 'formatted';
  return now !== before && sharesRun(goal, got) ? 'formatted' : 'other';
}

/** Whether all characters come in this order in the other text. */
function isPartOf(part: string, whole: string): boolean {
  let at = 0;
  for (const character of whole) if (at < part.length && part.startsWith(character, at)) at += character.length;
  return at === part.length;
}

/** Whether half of the shorter one, and at least two characters, stand in a row in both. */
function sharesRun(one: string, other: string): boolean {
  const length = Math.max(2, Math.ceil(Math.min(one.length, other.length) / 2));
  for (let at = 0; at + length <= one.length; at += 1) if (other.includes(one.slice(at, at + length))) return true;
  return false;
}
