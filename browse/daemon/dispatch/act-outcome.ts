/**
 * What is said of a command that failed: how much of it ran, and with that its exit status, its code and whether it may be asked again.
 * Decided here and nowhere else, from three facts: was it sent, did its last event reach the page, did the page answer since. Pure.
 *
 *   sent  reached   answered   cut off by        ran
 *   no    -         -          anything          no
 *   yes   nothing   yes        -                 no
 *   yes   part      yes        -                 partly
 *   yes   all       yes        -                 yes
 *   yes   nothing   no         its time          no        (what comes too late is refused in the page)
 *   yes   otherwise no         anything          unknown
 */
import type { ActFacts } from '../../domain/ports/page.ts';
import type { Facts } from '../../protocol/command.ts';
import { BrowseError } from '../../protocol/errors.ts';
import type { ErrorCode, HowMuchRan } from '../../protocol/errors.ts';
import type { InterruptedOutcome } from '../../protocol/failures/program.ts';

/** How far a command got, and what ended it from outside. */
export type Situation = {
  readonly command: Pick<Facts, 'name' | 'effect' | 'input' | 'outcome' | 'repeatable'>;
  /** Its work had begun: it was neither waiting for its tab nor being understood. */
  readonly begun: boolean;
  readonly facts: Readonly<ActFacts>;
  /** What went away under it; null when nothing did. */
  readonly ended: 'browser' | 'daemon' | null;
};

/**
 * Failures that cut a command off. They say what ended the waiting; what became of the command is another matter. All other codes
 * were said by the page, or before anything was sent.
 */
const CUT_OFF = {
  'timeout': 'late',
  'page-hung': 'late',
  'page-leaving': 'late',
  'page-moved': 'lost',
  'page-crashed': 'lost',
  'page-closed': 'lost',
  'tab-gone': 'lost',
  'browser-gone': 'lost',
  'interrupted': 'left',
} as const satisfies Partial<Record<ErrorCode, 'late' | 'left' | 'lost'>>;

type CutOff = keyof typeof CUT_OFF;

const isCutOff = (code: ErrorCode): code is CutOff => code in CUT_OFF;

/** How much more each says than the one before. */
const ORDER: readonly HowMuchRan[] = ['no', 'partly', 'yes'];

/** How much of an act ran, by its facts. `cut` is null when the page answered with the failure itself. */
export function ranOf({ sent, reached, answered }: Readonly<ActFacts>, cut: 'late' | 'left' | 'lost' | null): HowMuchRan {
  if (!sent) return 'no';
  if (answered || cut === null) return reached === 'nothing' ? 'no' : reached === 'part' ? 'partly' : 'yes';
  return cut === 'late' && reached === 'nothing' ? 'no' : 'unknown';
}

/** What is to be told of a command that failed with `failure`. */
export function outcomeOf(failure: BrowseError, situation: Situation): BrowseError {
  const { command, begun, facts, ended } = situation;
  const { code } = failure;
  const known = command.input === true || command.outcome !== undefined || command.effect === 'read';
  if (!isCutOff(code) || (!known && ended === null && CUT_OFF[code] === 'lost')) {
    // The page said so, or nothing was sent: what it says of itself, and what is known beyond it.
    const ran = command.input === true && begun ? ranOf(facts, null) : 'no';
    const more = ORDER.indexOf(ran) > ORDER.indexOf(failure.ran) && failure.ran !== 'unknown';
    return more && !SAYS_NOTHING.includes(code) ? new BrowseError(code, failure.data, { ran }) : failure;
  }
  const ran = ranCutOff(failure, code, situation);
  if (ended === 'daemon' && CUT_OFF[code] !== 'late') {
    // Given to the next daemon by the client itself; one that had begun to change something is left to the caller.
    const untouched = ran === 'no' && !(begun && command.outcome === 'navigation');
    if (untouched || command.effect === 'read') return new BrowseError('draining', {});
    if (command.repeatable === true)
      return new BrowseError('cut-short', { command: command.name }, { ran, ...(begun ? besides(ran, situation) : {}) });
    return new BrowseError('may-have-run', { reason: 'the daemon was shut down meanwhile' });
  }
  if (code === 'interrupted') return new BrowseError('interrupted', { command: command.name, outcome: OUTCOMES[ran] });
  if (ran === 'unknown') return new BrowseError('may-have-run', { reason: reasonOf(code, situation), look: 'browse snapshot -i' });
  if (ended === 'browser')
    return new BrowseError('browser-gone', { reason: 'it ended under the command' }, { ran, ...besides(ran, situation) });
  // That something has gone says by itself that nothing was done to it.
  if (failure.exit === 3 && ran === 'no') return failure;
  return new BrowseError(code, failure.data, { ran, ...(known ? besides(ran, situation) : {}) });
}

/** Codes that say by themselves that nothing was done to what was meant, whatever was tried before. */
const SAYS_NOTHING: readonly ErrorCode[] = ['ref-stale', 'ref-unknown', 'element-missing', 'selector-ambiguous', 'usage', 'no-option'];

const OUTCOMES: Readonly<Record<HowMuchRan, InterruptedOutcome>> = {
  no: 'did not run',
  partly: 'ran, and was cut off',
  yes: 'ran',
  unknown: 'may have run',
};

function ranCutOff(failure: BrowseError, code: CutOff, { command, begun, facts, ended }: Situation): HowMuchRan {
  if (!begun) return 'no';
  // A look changes nothing, however far it came.
  if (command.effect === 'read') return code === 'interrupted' ? 'partly' : 'no';
  // A navigation may always be asked for again. What the server has answered may still open.
  if (command.outcome === 'navigation') return facts.reached === 'nothing' ? 'no' : 'partly';
  if (command.input === true || command.outcome === 'script') return ranOf(facts, CUT_OFF[code]);
  // Beside the page: nothing is known of how far it came.
  if (code === 'interrupted') return failure.ran;
  if (command.repeatable === true) return 'no';
  return ended === null ? 'partly' : 'unknown';
}

/** In words that follow "the command may have run:". */
function reasonOf(code: CutOff, { facts, ended, command: { name } }: Situation): string {
  if (ended === 'browser' || code === 'browser-gone') return 'the browser ended under it';
  if (code === 'page-crashed') return 'the page crashed under it';
  if (code === 'page-closed' || code === 'tab-gone') return 'its tab was closed under it';
  if (code === 'page-moved') return 'the page navigated under it';
  return `the page has not answered since the ${name} ${facts.reached === 'nothing' ? 'was sent' : 'reached it'}`;
}

/** How far a navigation came. */
const ARRIVED: Readonly<Record<ActFacts['reached'], string>> = {
  nothing: 'the server had not answered',
  part: 'the server had answered, and its page had not opened',
  all: 'the server had answered, and its page was loading',
};

/** The same as `ran` in words, where the sentence of a cut-off command does not say it. */
function besides(ran: HowMuchRan, { command, facts }: Situation): { readonly besides?: string } {
  if (command.effect === 'read') return {};
  if (command.outcome === 'navigation') return { besides: ARRIVED[facts.reached] };
  switch (ran) {
    case 'no':
      return { besides: 'nothing was done' };
    case 'partly':
      return { besides: 'a part of it was done' };
    case 'yes':
      return { besides: `the ${command.name} itself was done` };
    case 'unknown':
      return {};
  }
}
