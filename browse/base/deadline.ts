/** One point in time that a job of many steps must not pass, and a signal that may end it sooner. Knows no clock but the platform's monotonic one. */

/** What a {@link Deadline} throws; callers turn it into a failure of their own. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
  /** `late` when the time ran out, `left` when the signal aborted. */
  readonly why: 'late' | 'left';

  constructor(why: 'late' | 'left') {
    super(why === 'late' ? 'the deadline passed' : 'the caller left');
    this.why = why;
  }
}

/** Made once at the start of a job; every step asks it for what is left. */
export class Deadline {
  /** Milliseconds the job was given. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly #end: number;
  /** It has been told that the time is up: clocks of timers run a little ahead. */
  #told = false;

  constructor(bound: { readonly timeout: number; readonly signal: AbortSignal }) {
    this.timeout = bound.timeout;
    this.signal = bound.signal;
    this.#end = performance.now() + bound.timeout;
  }

  /** One that only the clock ends. */
  static within(ms: number): Deadline {
    return new Deadline({ timeout: ms, signal: new AbortController().signal });
  }

  /** Milliseconds left, never below 0. */
  left(): number {
    return this.#told ? 0 : Math.max(0, this.#end - performance.now());
  }

  get passed(): boolean {
    return this.signal.aborted || this.left() === 0;
  }

  /** A bound of what is left, at most `most` milliseconds. */
  bound(most = Infinity): { timeout: number; signal: AbortSignal } {
    return { timeout: Math.min(most, this.left()), signal: this.signal };
  }

  /** The same moment, put off: for the answer of somebody who was given no more than this deadline. */
  putOff(ms: number): Deadline {
    return new Deadline({ timeout: this.left() + ms, signal: this.signal });
  }

  /** `promise`, or {@link DeadlinePassed} when the time is up or the caller left. What comes after is dropped silently. */
  race<T>(promise: Promise<T>, most = Infinity): Promise<T> {
    promise.catch(() => {});
    if (this.signal.aborted) return Promise.reject(new DeadlinePassed('left'));
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => finish(() => reject(new DeadlinePassed('left')));
      const left = this.left();
      const late = (): void => {
        this.#told ||= left <= most;
        reject(new DeadlinePassed('late'));
      };
      const timer = setTimeout(() => finish(late), Math.max(0, Math.min(most, left)));
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.signal.removeEventListener('abort', onAbort);
        settle();
      };
      this.signal.addEventListener('abort', onAbort, { once: true });
      promise.then(
        (value) => finish(() => resolve(value)),
        (error: unknown) => finish(() => reject(error as Error)),
      );
    });
  }

  /** Resolves after `ms`, at the deadline or when the caller leaves, whichever is first. */
  pause(ms: number): Promise<void> {
    return this.race(new Promise<never>(() => {}), ms).catch(() => {});
  }
}
