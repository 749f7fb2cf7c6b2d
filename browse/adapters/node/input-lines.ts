/**
 * Messages between processes: one a line, ended by a line feed and nothing else. `node:readline` also ends a line at U+2028, U+2029
 * and a carriage return, which stand unescaped inside of JSON, so that a page could cut a message in two.
 */

/** Puts lines together from pieces of a stream. A message of megabytes comes in many pieces, which are joined once. */
export class LineAssembler {
  #pieces: string[] = [];

  /** The lines that this piece completes, without their ends. */
  push(text: string): readonly string[] {
    const lines = text.split('\n');
    const [first = ''] = lines;
    if (lines.length === 1) {
      if (first !== '') this.#pieces.push(first);
      return [];
    }
    lines[0] = [...this.#pieces, first].join('');
    const rest = lines.pop() ?? '';
    this.#pieces = rest === '' ? [] : [rest];
    return lines;
  }
}

/** Each line of a stream. What follows the last line feed is none. */
export async function* inputLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const assembler = new LineAssembler();
  for await (const chunk of input) yield* assembler.push(decoder.decode(chunk, { stream: true }));
}
