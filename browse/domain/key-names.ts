/** Keys as people and other tools write them → as the browser knows them. Pure. */

const NAMED = (
  'Enter Tab Escape Backspace Delete Insert Home End PageUp PageDown ArrowUp ArrowDown ArrowLeft ArrowRight Space CapsLock NumLock ' +
  'ScrollLock Pause PrintScreen ContextMenu Shift Control Alt Meta ControlOrMeta ShiftLeft ShiftRight ControlLeft ControlRight AltLeft ' +
  'AltRight MetaLeft MetaRight NumpadEnter Help Clear F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12'
).split(' ');

const HABITS: Readonly<Record<string, string>> = {
  esc: 'Escape',
  return: 'Enter',
  del: 'Delete',
  ins: 'Insert',
  spacebar: 'Space',
  up: 'ArrowUp',
  down: 'ArrowDown',
  left: 'ArrowLeft',
  right: 'ArrowRight',
  pgup: 'PageUp',
  pgdn: 'PageDown',
  ctrl: 'Control',
  cmd: 'Meta',
  command: 'Meta',
  super: 'Meta',
  win: 'Meta',
  option: 'Alt',
  opt: 'Alt',
};

const KNOWN: ReadonlyMap<string, string> = new Map([
  ...NAMED.map((name) => [name.toLowerCase(), name] as const),
  ...Object.entries(HABITS),
]);

/** A key or a chord by the browser's names. A character keeps its case; what is not known stays as it is. */
export function keyChord(typed: string): string {
  // The last + may be the key itself: `Control++`.
  const parts = typed.length > 1 ? typed.split(/(?<=[^+])\+(?=.)/s) : [typed];
  return parts.map((part) => ([...part].length === 1 ? part : (KNOWN.get(part.toLowerCase()) ?? part))).join('+');
}
