/** What a walk carries from an element to what lies in it. Data only. */
import type { Around } from '../clickable.ts';

/** What the walk carries downward. */
export type Below = Around & {
  readonly depth: number;
  /** The text here is already in a printed name. */
  readonly said: boolean;
  /** It is part of something whose line says all of it. */
  readonly quiet: boolean;
  /** Text and headings stay under `interactive`: an alert, a status, an open dialog. */
  readonly notable: boolean;
  readonly veiled: boolean;
  /** What keeps it from the accessibility tree: it is printed where it can be acted on, or announces itself. */
  readonly kept: 'aria-hidden' | 'inert' | null;
  /** It lies behind the dialog on top: all of it, or where something covers it. */
  readonly behind: 'all' | 'covered' | null;
  /** A part that announces what it says is around, which has no area itself. */
  readonly announcing: boolean;
  /** It is part of an editor's text. */
  readonly edited: boolean;
  /** An element around says `aria-disabled`. */
  readonly barred: boolean;
};
/** At the top of a document. */
export const TOP: Below = {
  depth: 0,
  said: false,
  quiet: false,
  whole: false,
  notable: false,
  pointer: false,
  veiled: false,
  kept: null,
  behind: null,
  announcing: false,
  edited: false,
  barred: false,
};
