/** A panel in a terminal: puts lines on the screen, tells which keys are pressed, and gives the terminal back as it was. */
import { Box, render, Text, useInput } from 'ink';
import type { TextProps } from 'ink';
import { createElement } from 'react';
import type { ReactNode } from 'react';
import type { PressedKey } from './keys.ts';
import type { Line, Piece, Size, Tone } from './screen.ts';

export type TerminalView = {
  show(lines: readonly Line[]): void;
  size(): Size;
  /** Whatever happens, the terminal is as it was after this. */
  close(): void;
};

export type ViewOptions = {
  readonly colour: boolean;
  readonly pressed: (key: PressedKey) => void;
  readonly resized: () => void;
};

const LOOKS: Readonly<Record<Tone, TextProps>> = {
  plain: {},
  bold: { bold: true },
  dim: { dimColor: true },
  good: { color: 'green' },
  bad: { color: 'red' },
  warn: { color: 'yellow' },
};

type PanelProps = { readonly lines: readonly Line[]; readonly size: Size; readonly options: ViewOptions };

function Panel({ lines, size, options }: PanelProps): ReactNode {
  useInput((text, key) => {
    if (key.ctrl) return void (text === 'c' && options.pressed({ text: '', name: 'ctrl-c' }));
    if (key.meta) return;
    const name = key.return ? 'enter' : key.escape ? 'escape' : key.backspace || key.delete ? 'backspace' : null;
    if (name !== null) return options.pressed({ text: '', name });
    // What is pasted comes at once, and is typed all the same.
    for (const char of text) if (char >= ' ') options.pressed({ text: char, name: null });
  });
  return createElement(
    Box,
    { flexDirection: 'column', width: size.columns, height: size.rows, overflow: 'hidden' },
    blocksOf(lines).map((block, at) =>
      typeof block === 'number'
        ? createElement(Box, { key: at, height: block, flexShrink: 0 })
        : createElement(
            Text,
            { key: at, wrap: 'truncate-end' },
            block.map((piece, place) => pieceOf(piece, place, options.colour)),
          ),
    ),
  );
}

function pieceOf({ text, tone }: Piece, key: number, colour: boolean): ReactNode {
  return createElement(Text, { key, ...(colour ? LOOKS[tone] : {}) }, text);
}

/** Lines, and how many blank ones follow each other: each node costs time every second. */
function blocksOf(lines: readonly Line[]): readonly (Line | number)[] {
  const blocks: (Line | number)[] = [];
  for (const line of lines) {
    const last = blocks.at(-1);
    if (line.length > 0) blocks.push(line);
    else if (typeof last === 'number') blocks[blocks.length - 1] = last + 1;
    else blocks.push(1);
  }
  return blocks;
}

/** Takes the terminal of this process. */
export function openView(options: ViewOptions): TerminalView {
  const size = (): Size => ({ columns: Math.max(1, process.stdout.columns || 80), rows: Math.max(1, process.stdout.rows || 24) });
  let shown = '';
  const panel = (lines: readonly Line[]): ReactNode => createElement(Panel, { lines, size: size(), options });
  const instance = render(panel([]), { exitOnCtrlC: false, patchConsole: false, interactive: true, alternateScreen: true });
  process.stdout.on('resize', options.resized);
  return {
    size,
    show(lines) {
      const next = JSON.stringify([size(), lines]);
      if (next === shown) return;
      shown = next;
      instance.rerender(panel(lines));
    },
    close() {
      process.stdout.off('resize', options.resized);
      instance.unmount();
    },
  };
}
