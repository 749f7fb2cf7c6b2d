/**
 * The mouse of a drag, down to the protocol: the browser's own drag and drop is taken over when it begins, and goes on in its own
 * events. Playwright's mouse would wait for one that a page only pretends to begin. Must not know elements.
 */
import type { Deadline } from '../../../base/deadline.ts';
import type { PageHandle } from '../handle/page-handle.ts';
import type { PagePoint } from './pointer.ts';

/** Milliseconds that a drag of the browser may take to be handed over. */
const HANDOVER = 1000;

/** One drag's mouse; each step resolves when the page has handled it, and fails as the deadline does. */
export class DragMouse {
  readonly #surface: PageHandle;
  #deadline: Deadline;
  /** What the browser drags. */
  #data: unknown = null;
  /** Whether the page was told of it: it may be handed over between any two steps, and takes no move before that. */
  #entered = false;
  #begun = Promise.withResolvers<void>();
  #at: PagePoint = { x: 0, y: 0 };
  #down = false;

  constructor(surface: PageHandle, deadline: Deadline) {
    this.#surface = surface;
    this.#deadline = deadline;
  }

  readonly #intercepted = (event: { readonly data: unknown }): void => {
    this.#data = event.data;
    this.#begun.resolve();
  };

  #sent(method: string, params: object): Promise<unknown> {
    return this.#deadline.race(this.#surface.inputs.sent(this.#surface.session.send(method, params)));
  }

  #mouse(type: string, more: object = {}): Promise<unknown> {
    const [button, buttons] = this.#down ? ['left', 1] : ['none', 0];
    return this.#sent('Input.dispatchMouseEvent', { type, ...this.#at, button, buttons, ...more });
  }

  #drag(type: string): Promise<unknown> {
    return this.#sent('Input.dispatchDragEvent', { type, ...this.#at, data: this.#data, modifiers: 0 });
  }

  async down(at: PagePoint): Promise<void> {
    const { session } = this.#surface;
    session.on('Input.dragIntercepted', this.#intercepted);
    await this.#deadline.race(session.send('Input.setInterceptDrags', { enabled: true }));
    this.#at = at;
    await this.#mouse('mouseMoved');
    this.#down = true;
    await this.#mouse('mousePressed', { clickCount: 1, force: 0.5 });
  }

  async move(to: PagePoint): Promise<void> {
    this.#at = to;
    if (this.#data === null) await this.#mouse('mouseMoved', { force: 0.5 });
    if (this.#data !== null) await this.#over();
  }

  async #over(): Promise<void> {
    const type = this.#entered ? 'dragOver' : 'dragEnter';
    this.#entered = true;
    await this.#drag(type);
  }

  /** The page has begun a drag of the browser's: nothing is sent before that is ours. */
  async handedOver(): Promise<void> {
    if (this.#entered) return;
    if (this.#data === null) await this.#deadline.race(this.#begun.promise, HANDOVER).catch(() => {});
    if (this.#data !== null) await this.#over();
  }

  /** From now on another time counts: that of the drag is up. */
  within(deadline: Deadline): void {
    this.#deadline = deadline;
  }

  /** Lets go. `cancelled`: a drag of the browser's ends without a drop. */
  async up(cancelled: boolean): Promise<void> {
    this.#down = false;
    if (this.#data !== null) {
      if (!this.#entered) await this.#over();
      await this.#drag(cancelled ? 'dragCancel' : 'drop');
      this.#data = null;
      this.#entered = false;
    } else await this.#mouse('mouseReleased', { button: 'left', clickCount: 1 });
  }

  /** Whether its button is still down. */
  get pressed(): boolean {
    return this.#down;
  }

  end(): void {
    const { session } = this.#surface;
    session.off('Input.dragIntercepted', this.#intercepted);
    session.send('Input.setInterceptDrags', { enabled: false }).catch(() => {});
  }
}
