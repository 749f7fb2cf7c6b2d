/**
 * The frame in which commands without an element work: the main one, until another is chosen. A frame that left the page is never
 * silently replaced by another one. Must not know commands.
 */
import type { Frame as ClientFrame, Page as ClientPage } from 'playwright';
import { frameTitle } from '../../../domain/tabs/frame.ts';
import type { FrameFacts } from '../../../domain/tabs/frame.ts';
import { fail } from '../../../protocol/errors.ts';

/** One page's choice. */
export class ChosenFrame {
  #frame: ClientFrame | null = null;

  choose(frame: ClientFrame | null): void {
    this.#frame = frame;
  }

  /** Null for the main frame. */
  get facts(): FrameFacts | null {
    return this.#frame && factsOf(this.#frame);
  }

  /** Fails with `frame-gone`. */
  in(page: ClientPage): ClientFrame {
    if (this.#frame?.isDetached() === true) fail('frame-gone', { frame: titleOf(this.#frame) });
    return this.#frame ?? page.mainFrame();
  }
}

/** What is told of a frame. */
export const factsOf = (frame: ClientFrame): FrameFacts => ({ name: frame.name(), url: frame.url() });
/** How it is called. */
export const titleOf = (frame: ClientFrame): string => frameTitle(factsOf(frame));
