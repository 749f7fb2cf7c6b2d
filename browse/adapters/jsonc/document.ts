/** JSON as people write it (comments, a comma too many), with the line and column of each part. Must not know what it means. */
import { findNodeAtLocation, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Node, ParseError } from 'jsonc-parser';

/** Both count from 1. */
export type Position = { readonly line: number; readonly column: number };

export type JsonDocument = {
  readonly value: unknown;
  /** Where a part stands; `name`: the key it has, in place of its value. Where there is no such part: the beginning. */
  at(path: readonly (string | number)[], name: boolean): Position;
};

/** The text's content, or what is wrong with it and where. */
export function parseJson(text: string): JsonDocument | { readonly problem: string; readonly position: Position } {
  const errors: ParseError[] = [];
  try {
    const root = parseTree(text, errors, { allowTrailingComma: true });
    const [first] = errors;
    if (first !== undefined)
      return { problem: WORDS[printParseErrorCode(first.error)] ?? 'this is no JSON', position: positionOf(text, first.offset) };
    if (root === undefined) return { problem: 'it is empty', position: { line: 1, column: 1 } };
    return {
      value: contentOf(root),
      at(path, name) {
        const node = findNodeAtLocation(root, [...path]);
        const part = name && node?.parent?.type === 'property' ? node.parent : node;
        return positionOf(text, part?.offset ?? 0);
      },
    };
  } catch (error) {
    // Nested deeper than a stack is.
    if (error instanceof RangeError) return { problem: 'it is nested too deeply', position: { line: 1, column: 1 } };
    throw error;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a word that JSON does not know',
  InvalidNumberFormat: 'this is no number',
  PropertyNameExpected: 'the name of a key is missing here, in double quotes',
  ValueExpected: 'a value is missing here',
  ColonExpected: 'a colon is missing here',
  CommaExpected: 'a comma is missing here',
  CloseBraceExpected: 'a closing brace is missing here',
  CloseBracketExpected: 'a closing bracket is missing here',
  EndOfFileExpected: 'something follows after the end',
  UnexpectedEndOfComment: 'a comment does not end',
  UnexpectedEndOfString: 'a text does not end',
  InvalidCharacter: 'a text holds a control character',
  InvalidEscapeCharacter: 'a text holds an escape that JSON does not know',
  InvalidUnicode: 'a text holds a wrong \\u escape',
};

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Not the library's own: a key named __proto__ is a key like any other. */
function contentOf(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(contentOf);
  if (node.type !== 'object') return node.value as unknown;
  return Object.fromEntries(
    (node.children ?? []).flatMap(({ children: [key, value] = [] }) => (key && value ? [[String(key.value), contentOf(value)]] : [])),
  );
}
