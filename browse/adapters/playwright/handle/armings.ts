/**
 * The inputs of one page by number: what guards say of each on their own, which frames are shut for it, and where the focus was put by
 * one. Must not know single acts.
 */
import type { AskedToPrint, Verdict } from '../../injected/guard/guard.ts';
import type { ProtocolSession, ServerContext, ServerFrame } from '../internals/server-side.ts';

/** Holds the frames shut that an input is not for. */
export type Shutter = {
  readonly begins: (session: ProtocolSession) => void;
  /** Lets those run again that were stopped. */
  readonly thaw: () => void;
  readonly open: () => void;
};

/** Those of one page. */
export class Armings {
  /** What the page ever asked a person for. */
  readonly asked = { chooser: 0, print: 0 };
  #last = 0;
  readonly #verdicts = new Map<number, Verdict>();
  readonly #strays = new Map<number, Verdict>();
  readonly #shutters = new Map<number, Shutter>();
  #focus: { readonly frame: ServerFrame; readonly context: ServerContext | null } | null = null;

  /** Hears of file choosers where the browser does not open them by itself. */
  listen(session: ProtocolSession): void {
    session.on('Page.fileChooserOpened', () => {
      this.asked.chooser += 1;
    });
  }

  /** A new number. What guards say about it is kept until `end`. */
  next(): number {
    this.#last += 1;
    this.#verdicts.set(this.#last, { id: this.#last, passed: [], broken: null, ended: false, typed: 0, keys: 0, stray: false });
    return this.#last;
  }

  /** A guard, or a function of ours in the page, spoke on its own. Gives what a guard said, and `taken` when a function has begun. */
  say(payload: string): Verdict | 'taken' | null {
    if (payload === ('print' satisfies AskedToPrint)) {
      this.asked.print += 1;
      return null;
    }
    const said = JSON.parse(payload) as Verdict | { readonly taken: string };
    if ('taken' in said) return 'taken';
    if (this.#verdicts.has(said.id)) (said.stray ? this.#strays : this.#verdicts).set(said.id, said);
    return said;
  }

  said(id: number): Verdict | null {
    return this.#verdicts.get(id) ?? null;
  }

  strayed(id: number): Verdict | null {
    return this.#strays.get(id) ?? null;
  }

  shutting(id: number, shutter: Shutter): void {
    this.#shutters.set(id, shutter);
  }

  /** Another process begins to draw a frame. */
  begins(session: ProtocolSession): void {
    for (const shutter of this.#shutters.values()) shutter.begins(session);
  }

  thaw(id: number): void {
    this.#shutters.get(id)?.thaw();
  }

  forget(id: number): void {
    this.#verdicts.delete(id);
    this.#strays.delete(id);
  }

  open(id: number): void {
    const shutter = this.#shutters.get(id);
    this.#shutters.delete(id);
    shutter?.open();
  }

  /** An act of ours put the focus into this frame. */
  gaveFocus(frame: ServerFrame): void {
    this.#focus = { frame, context: frame.existingContext('utility') };
  }

  /** Whether the last act of ours that moved the focus put it into the document that this frame shows. */
  focusWasGiven(frame: ServerFrame): boolean {
    return this.#focus?.frame === frame && this.#focus.context === frame.existingContext('utility');
  }
}
