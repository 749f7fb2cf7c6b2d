/** Characters as the keys of a US keyboard, sent in one go: the browser keeps their order. Must not know the guard. */
import type { ProtocolSession } from '../internals/server-side.ts';

type Key = { readonly key: string; readonly code: string; readonly windowsVirtualKeyCode: number; readonly text: string };

/** Each pair: what the key gives, and with Shift; its code and key code. */
const SYMBOLS: readonly (readonly [string, string, number])[] = [
  ['`~', 'Backquote', 192],
  ['-_', 'Minus', 189],
  ['=+', 'Equal', 187],
  ['[{', 'BracketLeft', 219],
  [']}', 'BracketRight', 221],
  ['\\|', 'Backslash', 220],
  [';:', 'Semicolon', 186],
  [`'"`, 'Quote', 222],
  [',<', 'Comma', 188],
  ['.>', 'Period', 190],
  ['/?', 'Slash', 191],
];
const SHIFTED_DIGITS = ')!@#$%^&*(';

const KEYS = new Map<string, Key>();
const add = (text: string, code: string, windowsVirtualKeyCode: number, key = text): void =>
  void KEYS.set(text, { key, code, windowsVirtualKeyCode, text });
for (let at = 0; at < 26; at += 1) {
  const upper = String.fromCharCode(65 + at);
  for (const letter of [upper, upper.toLowerCase()]) add(letter, `Key${upper}`, 65 + at);
}
for (let digit = 0; digit < 10; digit += 1) {
  add(String(digit), `Digit${digit}`, 48 + digit);
  add(SHIFTED_DIGITS.charAt(digit), `Digit${digit}`, 48 + digit);
}
for (const [pair, code, keyCode] of SYMBOLS) for (const character of pair) add(character, code, keyCode);
add(' ', 'Space', 32);
KEYS.set('\n', { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' });
KEYS.set('\r', { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' });

/** Whether a key makes the character. */
export const hasKey = (character: string): boolean => KEYS.has(character);

/** Strikes the characters one after another; those that no key makes are inserted as text. Resolves when the page took them all. */
export async function strike(session: ProtocolSession, characters: readonly string[]): Promise<void> {
  let under: Promise<unknown>[] = [];
  for (const character of characters) {
    const key = KEYS.get(character);
    if (key) {
      const { text, ...plain } = key;
      under.push(
        session.send('Input.dispatchKeyEvent', { type: 'keyDown', text, unmodifiedText: text, ...plain }),
        session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...plain }),
      );
      continue;
    }
    // Text takes another way into the page than keys, and would overtake them.
    await Promise.all(under);
    under = [];
    await session.send('Input.insertText', { text: character });
  }
  await Promise.all(under);
}
