/** Puts together what a run says: results by test, errors, output up to a limit. Whatever says it is somebody's code. */
import type { RunReport, TestError, TestOutput, TestResult } from '../../protocol/results.ts';
import type { SpecWord } from '../../domain/messages/specs.ts';

/** Characters of output that are kept, the last ones. */
const OUTPUT = 200_000;
/** Characters that one piece of it grows to. */
const CHUNK = 16_000;
/** How many errors outside of tests, notes and tests are kept. */
const MOST = { errors: 200, notes: 50, tests: 50_000 };

export class SpecReport {
  readonly #results = new Map<string, TestResult>();
  readonly #errors: TestError[] = [];
  readonly #notes = new Set<string>();
  readonly #output: TestOutput[] = [];
  #kept = 0;
  #lost = 0;
  /** How many tests there are to run; null before that is known. */
  tests: number | null = null;

  hear(word: SpecWord): void {
    switch (word.kind) {
      case 'begin':
        this.tests = word.tests;
        break;
      case 'test':
        if (this.#results.has(word.id) || this.#results.size < MOST.tests) this.#results.set(word.id, word.result);
        break;
      case 'error':
        this.error(word.error);
        break;
      case 'note':
        this.note(word.text);
        break;
      case 'output':
        this.print(word);
        break;
      case 'warm':
      case 'look':
      case 'end':
        break;
    }
  }

  error(error: TestError): void {
    if (this.#errors.length < MOST.errors) this.#errors.push(error);
  }

  note(text: string): void {
    if (this.#notes.size < MOST.notes) this.#notes.add(text);
  }

  /** Takes what was printed; the oldest goes when there is too much. */
  print({ file, title, stream, text: whole }: TestOutput): void {
    const text = whole.slice(-OUTPUT);
    this.#lost += whole.length - text.length;
    const last = this.#output.at(-1);
    const together = last !== undefined && last.file === file && last.stream === stream && last.title.join('\0') === title.join('\0');
    if (together && last.text.length < CHUNK) this.#output[this.#output.length - 1] = { file, title, stream, text: last.text + text };
    else this.#output.push({ file, title, stream, text });
    this.#kept += text.length;
    while (this.#kept > OUTPUT && this.#output.length > 1) {
      const { length } = this.#output.shift()?.text ?? '';
      this.#kept -= length;
      this.#lost += length;
    }
  }

  /** It is over: a test without a result is no test that passed. */
  settle(): void {
    const missing = (this.tests ?? 0) - this.#results.size;
    if (missing > 0) this.error({ message: `${missing} of ${this.tests} tests came to no result`, at: null, source: null });
  }

  errors(): readonly TestError[] {
    return this.#errors;
  }

  /** What the runner itself printed. */
  printed(): string {
    return this.#output.map(({ file, text }) => (file === null ? text : '')).join('');
  }

  report(durationMs: number): RunReport {
    // Where a file does not load, Playwright adds that it found nothing.
    const real = this.#errors.filter(({ message }) => !message.includes('No tests found'));
    return {
      results: [...this.#results.values()],
      errors: real.length === 0 ? this.#errors : real,
      durationMs,
      notes: [...this.#notes, ...(this.#lost > 0 ? [`Of what was printed the first ${this.#lost} characters are left out`] : [])],
      output: this.#output,
    };
  }
}
