/**
 * The guard: capture listeners that decide, at the very event, whether an input we dispatched may reach the page.
 * Installed at document start, before the page's own listeners, in a world the page cannot reach. Never touches the DOM.
 * Must not know roles, names or pins: whoever arms it brings the check.
 *
 *   idle ──arm──► armed ──its last event passed──► ended ──disarm──► idle
 *                   │ a check fails: the event and all that follow are cancelled
 *                   └────────────────────────────► broken ──disarm──► idle
 */

/** What an armed guard saw so far. */
export type Verdict = {
  /** As given to `arm`. */
  readonly id: number;
  /** Types of the events that reached the page, in order. */
  readonly passed: readonly string[];
  /** Set when an event was cancelled, and every later one with it. */
  readonly broken: { readonly at: string; readonly reason: string; readonly kind: 'target' | 'identity' | 'late' | 'stray' } | null;
  /** Whether the last event of the input came. */
  readonly ended: boolean;
  /** Characters that reached the page. */
  readonly typed: number;
  /** Keys that went down in this document, let through or not. */
  readonly keys: number;
  /** Whether this document is one that the input was not for. */
  readonly stray: boolean;
};

/** What to let through. */
export type Armed = {
  readonly id: number;
  /** `stray`: this document is not the one acted on, nothing may come here. */
  readonly kind: 'pointer' | 'keys' | 'stray';
  /** On the page's monotonic clock; our input that comes later was given up by its caller and must not run any more. */
  readonly deadline: number;
  /** The event that ends the input. */
  readonly last: string;
  /** How often the last event comes. */
  readonly times: number;
  /** Null when the event may pass. `passed` are the types of this input's events that have. A keyup that may not is held back alone. */
  readonly check: (event: Event, passed: readonly string[]) => Problem | null;
  /** Whether an event belongs to the input without being one of its own: it passes, and is not counted. */
  readonly aside?: (event: Event) => boolean;
  /** Asked again once the page's own listeners for a `beforeinput` have run: what they did may send its text elsewhere. */
  readonly settled?: () => Problem | null;
  /** Told when the page's own listeners for a pointer event of ours, or for a move of the focus after it, have run. */
  readonly answered?: (event: Event) => void;
  /** Told of every element that gets the focus, and whether that happened while the page handled a key of ours. */
  readonly focused?: (target: EventTarget | null, byOurKey: boolean) => void;
};

/** Why an event may not pass. */
export type Problem = {
  readonly reason: string;
  readonly kind: 'target' | 'identity';
  /** It breaks the input although its last event came. */
  readonly grave?: true;
};

/** What `globalThis.__browseGuard` holds. */
export type Guard = {
  /** Replaces whatever was armed. */
  arm(armed: Armed): void;
  /** What the armed input saw, and the end of it. Null when another one is armed, or none. */
  disarm(id: number): Verdict | null;
  verdict(id: number): Verdict | null;
  /** This document is not the one acted on: nothing of that input may come here. Where it is the one, nothing changes. */
  shut(id: number, valid: number): void;
};

declare global {
  // eslint-disable-next-line no-var -- a property of globalThis can only be declared with var
  var __browseGuard: Guard | undefined;
  /** Set where a document begins while an input is under way, before its guard is made: number of the input, milliseconds it is valid. */
  // eslint-disable-next-line no-var -- a property of globalThis can only be declared with var
  var __browseShut: readonly [number, number] | undefined;
  /** The binding into the daemon; in this world only. */
  // eslint-disable-next-line no-var -- as above
  var __browseSay: ((payload: string) => void) | undefined;
}

const POINTER = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'auxclick', 'dblclick', 'contextmenu', 'drop'];
const HOVER = ['pointerover', 'pointerenter', 'mouseover', 'mouseenter', 'pointermove', 'mousemove'];
const KEYS = ['keydown', 'keypress', 'beforeinput', 'keyup'];
/** What a press is made of, and the moves of the focus that the browser makes of it before anything else can run. */
const ANSWERS = ['mousedown', 'pointerup', 'mouseup', 'click', 'focusout', 'focusin'];

/** Milliseconds that an input may be on its way to its browser: through a busy machine, or to another one. */
const ON_THE_WAY = 10_000;

/** Said when the page asks to be printed. */
export type AskedToPrint = 'print';

/** Characters of a `beforeinput`. */
const inserted = (event: Event): number => [...((event as InputEvent).data ?? '')].length;

/** Makes the guard and its listeners. */
export function makeGuard(): Guard {
  let armed: Armed | null = null;
  let done: Verdict | null = null;
  /** Inputs up to this one were given up: whoever still prepares one of them arms nothing. */
  let retired = 0;
  let passed: string[] = [];
  let broken: Verdict['broken'] = null;
  let lasts = 0;
  let typed = 0;
  let pendingKey = 0;
  let keysDown = 0;
  /** The key event of ours that passed last, and the `beforeinput`: the page may still be handling it. */
  let handled: Event | null = null;
  let inserting: Event | null = null;

  const verdict = (id: number): Verdict | null =>
    armed?.id === id
      ? { id, passed, broken, ended: lasts >= armed.times, typed, keys: keysDown, stray: armed.kind === 'stray' }
      : done?.id === id
        ? done
        : null;
  const finish = (): void => {
    inserting = null;
    if (armed?.kind === 'keys') watchFocus(false);
    watchAnswers(false);
    if (armed?.last === 'mousemove') for (const type of HOVER) globalThis.removeEventListener(type, onEvent, { capture: true });
    done = armed && verdict(armed.id);
    armed = null;
  };
  const say = (): void => {
    const now = armed && verdict(armed.id);
    if (now) globalThis.__browseSay?.(JSON.stringify(now));
  };
  const stop = (event: Event): void => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const breakAt = (event: Event, reason: string, kind: NonNullable<Verdict['broken']>['kind']): void => {
    stop(event);
    broken = { at: event.type, reason, kind };
    say();
  };

  const onEvent = (event: Event): void => {
    if (armed === null || !event.isTrusted) return;
    // Made long after our caller's time: a person's own input. What we dispatched in time is stamped when it reaches the browser,
    // which a slow way there puts off; what still comes then is refused below.
    if (event.timeStamp > armed.deadline + ON_THE_WAY) return finish();
    const keys = KEYS.includes(event.type);
    if (armed.kind === 'stray') {
      // The release of a key that moved the focus here, as Tab does, says nothing.
      if (broken || event.type === 'keyup') stop(event);
      else breakAt(event, 'it went to another frame', 'stray');
      return;
    }
    if (keys !== (armed.kind === 'keys')) return;
    if (event.type === 'keydown') keysDown += 1;
    if (broken) {
      stop(event);
    } else if (armed.aside?.(event) === true) {
      return;
    } else if (performance.now() > armed.deadline) {
      breakAt(event, 'the time was up', 'late');
    } else {
      const problem = armed.check(event, passed);
      // What follows the last event (a context menu under the pointer gets the release) is held back, and breaks nothing.
      if (problem && !problem.grave && (event.type === 'keyup' || lasts >= armed.times)) stop(event);
      else if (problem) {
        if (event.type !== 'keydown') typed -= pendingKey;
        breakAt(event, problem.reason, problem.kind);
      } else {
        passed.push(event.type);
        if (keys) {
          count(event);
          handled = event;
          inserting = event.type === 'beforeinput' ? event : null;
        }
        // Said at once: what the page does on the press may stop every script, and then nobody could be asked.
        if (passed.length === 1 || event.type === 'mousedown' || (event.type === 'keydown' && (event as KeyboardEvent).key === 'Enter'))
          say();
      }
    }
    // It stays armed: a second click is followed by dblclick, a context menu by pointerup and auxclick.
    if (event.type === armed.last && ++lasts === armed.times) say();
  };

  /** The text of a `beforeinput` goes where the focus is after the page's listeners: one that moves it there gets nothing. */
  const withhold = (problem: Problem): void => {
    if (inserting === null) return;
    inserting.preventDefault();
    typed -= (inserting as InputEvent).inputType.startsWith('insert') ? Math.max(1, inserted(inserting)) : 0;
    broken = { at: 'beforeinput', ...problem };
    inserting = null;
    say();
  };
  const underWay = (event: Event | null): boolean => event !== null && event.eventPhase !== Event.NONE;
  const onFocusMove = (event: Event): void => {
    if (armed?.kind !== 'keys') return;
    if (event.type === 'focus') armed.focused?.(event.target, underWay(handled));
    if (armed.settled && inserting !== null && underWay(inserting)) withhold({ reason: 'another element', kind: 'target' });
  };
  const afterThePage = (event: Event): void => {
    if (event !== inserting) return;
    const problem = armed?.settled?.() ?? null;
    if (problem !== null) withhold(problem);
  };
  /** Input events are the page's answer to a key: what it does with the focus in them is still done for that key. */
  const onAnswer = (event: Event): void => {
    if (armed?.kind === 'keys' && event.isTrusted) handled = event;
  };

  /** A printable key counts when its keydown passes, and is taken back when a later event of the same key is cancelled. */
  const count = (event: Event): void => {
    if (event.type === 'keydown') {
      const { key, ctrlKey, metaKey, altKey } = event as KeyboardEvent;
      pendingKey = (key.length === 1 && !ctrlKey && !metaKey && !altKey) || key === 'Enter' || key === 'Tab' ? 1 : 0;
      typed += pendingKey;
    } else if (event.type === 'beforeinput' && pendingKey === 0) {
      typed += inserted(event);
    } else if (event.type === 'beforeinput') {
      pendingKey = 0;
    }
  };

  const options = { capture: true, passive: false };
  const listen = (types: readonly string[]): void => {
    for (const type of types) globalThis.addEventListener(type, onEvent, options);
  };
  /** Adding a listener that is there does nothing. Those for movement cost frames, so they are there for a hover only. */
  const keepWatch = (): void => {
    listen([...POINTER, ...KEYS, ...(armed?.last === 'mousemove' ? HOVER : [])]);
    if (armed?.kind === 'keys') watchFocus(true);
    if (armed?.answered) watchAnswers(true);
  };
  const onAnswered = (event: Event): void => {
    if (event.isTrusted) armed?.answered?.(event);
  };
  const watchAnswers = (on: boolean): void => {
    const change = on ? globalThis.addEventListener : globalThis.removeEventListener;
    for (const type of ANSWERS) change.call(globalThis, type, onAnswered);
  };
  /** As long as keys are under way, and no longer: the page gets thousands of these. */
  const watchFocus = (on: boolean): void => {
    const change = on ? globalThis.addEventListener : globalThis.removeEventListener;
    for (const type of ['blur', 'focus']) change.call(globalThis, type, onFocusMove, { capture: true });
    change.call(globalThis, 'input', onAnswer, { capture: true });
    change.call(globalThis, 'beforeinput', afterThePage);
  };
  keepWatch();
  globalThis.addEventListener('beforeprint', ({ isTrusted }) => {
    if (isTrusted) globalThis.__browseSay?.('print' satisfies AskedToPrint);
  });
  // `document.open()` takes every listener away, ours too. It takes the root element away as well, and of that an observer is told
  // as soon as the script that did it returns, before any other event.
  new MutationObserver(keepWatch).observe(document, { childList: true });

  const arm = (next: Armed): void => {
    if (next.id <= retired) return;
    if (armed !== null) finish();
    armed = next;
    keepWatch();
    passed = [];
    broken = null;
    lasts = 0;
    typed = 0;
    pendingKey = 0;
    keysDown = 0;
    handled = null;
  };
  return {
    arm,
    verdict,
    shut(id, valid) {
      if (armed?.id === id && armed.kind !== 'stray') return;
      arm({ id, kind: 'stray', deadline: performance.now() + valid, last: '', times: 1, check: () => null });
    },
    disarm(id) {
      retired = Math.max(retired, id);
      if (armed?.id === id) finish();
      return verdict(id);
    },
  };
}
