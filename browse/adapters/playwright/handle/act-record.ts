/**
 * What is known of the act that works on a page: noted where it is sent, where its guard speaks and where the page answers. What it
 * comes to is decided by the daemon. Must not know single acts.
 */
import { Deadline } from '../../../base/deadline.ts';
import type { Verdict } from '../../injected/guard/guard.ts';
import { newActFacts } from '../../../domain/ports/page.ts';
import type { ActFacts } from '../../../domain/ports/page.ts';
import type { ProtocolSession } from '../internals/server-side.ts';

/** How long the browser may take to pass on what a page said last, in milliseconds. */
const LAST_WORDS = 150;

const ORDER: readonly ActFacts['reached'][] = ['nothing', 'part', 'all'];

/** It never becomes less. */
function reach(act: ActFacts, reached: ActFacts['reached']): void {
  if (ORDER.indexOf(reached) > ORDER.indexOf(act.reached)) act.reached = reached;
}

/** How much of an input had reached the page, by its guard. */
function reachedBy({ passed, ended, broken }: Verdict): ActFacts['reached'] {
  if (passed.length === 0) return 'nothing';
  return ended && broken === null ? 'all' : 'part';
}

/** One page's. */
export class ActRecord {
  /** Of the command that works on the page now. */
  #facts: ActFacts = newActFacts();
  /** Whose facts what a guard says is about, by the number of the input. */
  readonly #armed = new Map<number, ActFacts>();

  /** From now on these are the facts of the act. */
  begin(facts: ActFacts): void {
    this.#facts = facts;
  }

  /** Something of it goes out to the page. `reached`: how much the page has for certain, as nothing can call it back. */
  sending(reached: ActFacts['reached'] = 'nothing'): void {
    this.#facts.sent = true;
    this.#facts.answered = false;
    reach(this.#facts, reached);
  }

  /** The page has answered what was sent. `reached`: how much of it had reached it by then, `unsent` when it took none of it. */
  answered(reached: ActFacts['reached'] | 'unsent' = 'nothing'): void {
    if (reached === 'unsent') Object.assign(this.#facts, newActFacts());
    else {
      this.#facts.answered = true;
      reach(this.#facts, reached);
    }
  }

  /** The same, by what the guard of an input says in the end. */
  judged(verdict: Verdict | null): void {
    this.answered(verdict === null ? 'nothing' : reachedBy(verdict));
  }

  /** Whether the page is known to have begun with what was sent. */
  get begun(): boolean {
    return this.#facts.reached !== 'nothing';
  }

  /** What the page said in time may still be on its way when the time is up: the browser answers behind it. */
  async lastWords(session: ProtocolSession): Promise<void> {
    if (!this.#facts.sent || this.#facts.answered || this.begun) return;
    await Deadline.within(LAST_WORDS)
      .race(session.send('Target.getTargetInfo'))
      .catch(() => {});
  }

  /** A guard is about to be armed under the number. */
  arm(id: number): void {
    this.#armed.set(id, this.#facts);
  }

  /** A guard said something of its own accord. */
  heard(verdict: Verdict): void {
    const facts = this.#armed.get(verdict.id);
    if (facts !== undefined && !verdict.stray) reach(facts, reachedBy(verdict));
  }

  /** A function of ours in the page has begun with what it was asked. */
  taken(): void {
    reach(this.#facts, 'part');
  }

  disarm(id: number): void {
    this.#armed.delete(id);
  }
}
