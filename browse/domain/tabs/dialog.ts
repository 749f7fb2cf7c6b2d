/**
 * The dialogs of one tab: at most one is open, and it is dismissed when nobody answers for a minute. Pure but for the clock it is given.
 * Somebody must always answer: an unanswered dialog blocks its page for ever.
 */
import { fail } from '../../protocol/errors.ts';
import type { Clock } from '../ports/machine.ts';
import type { Dialog, DialogKind } from '../ports/page.ts';

/** Milliseconds after which an open dialog is dismissed. */
export const DIALOG_PATIENCE = 60_000;

/** What a session does with a dialog when it opens. */
export type DialogPolicy = 'ask' | 'accept' | 'dismiss';
export type DialogOutcome = 'open' | 'accepted' | 'dismissed' | 'expired';

/** A dialog as it is told: `message` is untrusted page text. */
export type DialogTold = {
  readonly kind: DialogKind;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly outcome: DialogOutcome;
};

const HISTORY = 100;

export class TabDialogs {
  readonly #clock: Clock;
  #open: { readonly dialog: Dialog; readonly told: DialogTold; readonly answered: AbortController } | null = null;
  #past: DialogTold[] = [];
  readonly #listeners = new Set<(told: DialogTold) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The dialog that waits for an answer, or null. */
  get open(): DialogTold | null {
    return this.#open?.told ?? null;
  }

  /** Oldest first, the open one last. */
  history(): readonly DialogTold[] {
    return this.#open ? [...this.#past, this.#open.told] : this.#past;
  }

  clear(): void {
    this.#past = [];
  }

  /** Calls back for every dialog, after the policy decided. Returns how to stop listening. */
  listen(listener: (told: DialogTold) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes a dialog that just opened: answers it as the policy says, or keeps it open for a minute. */
  meet(dialog: Dialog, policy: DialogPolicy): void {
    const told: DialogTold = { kind: dialog.kind, message: dialog.message, at: this.#clock.now(), outcome: 'open' };
    if (policy !== 'ask') {
      this.#settle(dialog, policy);
      this.#tell(this.#remember(told, policy === 'accept' ? 'accepted' : 'dismissed'));
      return;
    }
    this.#open?.answered.abort();
    const answered = new AbortController();
    this.#open = { dialog, told, answered };
    this.#tell(told);
    void this.#clock.sleep(DIALOG_PATIENCE, answered.signal).then(() => {
      if (answered.signal.aborted || this.#open?.dialog !== dialog) return;
      this.#open = null;
      this.#settle(dialog, 'dismiss');
      this.#remember(told, 'expired');
    });
  }

  /** Answers the open dialog. Fails with `no-dialog`. */
  async answer(how: 'accept' | 'dismiss', text?: string): Promise<DialogTold> {
    const open = this.#open;
    if (!open) return fail('no-dialog', {});
    this.#open = null;
    open.answered.abort();
    const told = this.#remember(open.told, how === 'accept' ? 'accepted' : 'dismissed');
    await (how === 'accept' ? open.dialog.accept(answerTo(open.dialog, text)) : open.dialog.dismiss());
    return told;
  }

  /** The page went, and its dialog with it. */
  drop(): void {
    this.#open?.answered.abort();
    this.#open = null;
  }

  #settle(dialog: Dialog, how: 'accept' | 'dismiss'): void {
    // A dialog whose page is gone cannot be answered, and need not be.
    (how === 'accept' ? dialog.accept(answerTo(dialog)) : dialog.dismiss()).catch(() => {});
  }

  #remember(told: DialogTold, outcome: DialogOutcome): DialogTold {
    const past = { ...told, outcome };
    this.#past = [...this.#past, past].slice(-HISTORY);
    return past;
  }

  #tell(told: DialogTold): void {
    for (const listener of this.#listeners) listener(told);
  }
}

/** A prompt that is accepted without a text gets the one that stands in it, as by its OK button. */
function answerTo({ kind, defaultValue }: Dialog, text?: string): string | undefined {
  return text ?? (kind === 'prompt' ? defaultValue : undefined);
}
