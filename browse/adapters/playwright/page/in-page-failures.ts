/** What the page's side answers instead of having done what was asked, as failures of the table. Must not know single acts. */
import type { Deadline } from '../../../base/deadline.ts';
import { oneLine } from '../../../base/escape.ts';
import type { Identity } from '../../../domain/snapshot/tree.ts';
import { fail } from '../../../protocol/errors.ts';
import { nameOf, stale } from '../handle/target-words.ts';

/** An answer of an act in the page. */
export type InPageAnswer = {
  readonly outcome: string;
  readonly reason?: string;
  readonly wanted?: string;
  readonly options?: readonly string[];
};

/** Throws what an answer other than `done` means. */
export function failFromPage(target: Identity, act: string, answer: InPageAnswer, deadline: Deadline): never {
  const reason = oneLine(answer.reason ?? '');
  switch (answer.outcome) {
    case 'stale':
      return stale(target, reason);
    case 'late':
      return tooLate(target, act, reason, deadline);
    case 'refused':
      return fail('value-refused', { target: nameOf(target), reason });
    case 'stopped':
      return fail('act-broken', { act, target: nameOf(target), reason });
    case 'no option':
      return fail('no-option', { wanted: answer.wanted ?? '', options: (answer.options ?? []).map(oneLine) });
    default:
      return fail('unsuited', { act, target: nameOf(target), reason });
  }
}

/** It could not be done until the time was up. */
export function tooLate(target: Identity, act: string, reason: string, deadline: Deadline): never {
  return fail('not-actionable', { act, target: nameOf(target), reason: oneLine(reason), ms: Math.round(deadline.timeout) });
}
