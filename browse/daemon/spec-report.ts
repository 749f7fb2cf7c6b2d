/** Puts together what a run says: results by test, errors, output up to a limit. Whatever says it is somebody's code. */
import type { RunReport, TestError, TestOutput, TestResult } from '../protocol/results.ts';
import type { SpecWord } from '../protocol/spec-words.ts';

/** Characters of output that are kept, the last ones. */
const OUTPUT = 200_000;
/** How many errors outside of tests, notes and tests are kept. */
const MOST = { errors: 200, notes: 50, tests: 50_000 };

export class SpecReport {
  readonly #results = new Map<string, TestResult>();
  readonly #errors: TestError[] = [];
  readonly #notes = new Set<string>();
  #output: string[] = [];
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
        this.print(word.text);
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
  print(text: string): void {
    this.#output.push(text);
    this.#kept += text.length;
    if (this.#kept < 2 * OUTPUT) return;
    const all = this.#output.join('');
    this.#lost += all.length - OUTPUT;
    this.#output = [all.slice(-OUTPUT)];
    this.#kept = OUTPUT;
  }

  errors(): readonly TestError[] {
    return this.#errors;
  }

  printed(): string {
    return this.#output.join('').slice(-OUTPUT);
  }

  report(durationMs: number): RunReport {
    const text = this.printed();
    const lost = this.#lost + this.#kept - text.length;
    const output: readonly TestOutput[] = text === '' ? [] : [{ file: null, title: [], stream: 'stdout', text }];
    return {
      results: [...this.#results.values()],
      errors: this.#errors,
      durationMs,
      notes: [...this.#notes, ...(lost > 0 ? [`Of what was printed the first ${lost} characters are left out`] : [])],
      output,
    };
  }
}
