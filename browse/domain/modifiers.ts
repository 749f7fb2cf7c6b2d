/** Keys that are held down under a click, as people type them. Pure. */
import type { MouseAct } from './ports/page.ts';

type Modifier = MouseAct['modifiers'][number];

const MODIFIERS: Readonly<Record<string, Modifier>> = {
  alt: 'Alt',
  control: 'Control',
  ctrl: 'Control',
  meta: 'Meta',
  cmd: 'Meta',
  shift: 'Shift',
};

/** `Shift`, `Control+Shift`, `ctrl,alt` → one word each. */
export const modifierWords = (words: readonly string[]): readonly string[] => words.flatMap((word) => word.split(/[+,]/));

/** The key that a word means; undefined for none. */
export const modifierOf = (word: string): Modifier | undefined => MODIFIERS[word.toLowerCase()];
