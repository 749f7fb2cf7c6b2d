/** Code in the page (js, eval), and many commands in one call (chain). */
import { fail } from '../protocol/errors.ts';
import { shellWords } from '../base/words.ts';
import { command } from './context.ts';
import type { Context, Step } from './context.ts';

/** A value as plain text: text as it is, objects as JSON. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

function fromStdin(context: Context, name: string): string {
  return context.caller.stdin ?? fail('usage', { problem: `${name} - reads stdin, and there is none`, hint: `browse help ${name}` });
}

const js = command({
  name: 'js',
  family: 'script',
  summary: 'run JavaScript in the page and print its value',
  effect: 'write',
  scope: 'tab',
  outcome: 'script',
  notRecorded: 'a test has no such step',
  prints: 'data',
  literal: true,
  stdin: 'dash',
  operands: { expression: { label: 'EXPR|-', summary: 'an expression, a function, or statements; await works; - reads stdin' } },
  flags: {},
  examples: ['browse js document.title', `browse js "await fetch('/api').then(r => r.status)"`, 'browse js -'],
  async run(context, { expression }) {
    const source = expression === '-' ? fromStdin(context, 'js') : expression;
    return { value: await context.tab.page.evaluate(source, null, context.bound) };
  },
  text: (result) => valueText(result.value),
});

/** Whether a word names a file: it has a slash or a script's ending, and no sign of being code. */
export function looksLikeFile(word: string): boolean {
  return /^[^\s'"`()]+\.(js|mjs|ts)$/.test(word) || /^[^\s'"`()=;,{}[\]<>?*+]*\/[^\s'"`()=;,{}[\]<>?*+]*$/.test(word);
}

const evaluate = command({
  name: 'eval',
  family: 'script',
  summary: 'run JavaScript from a word or a file in the page and print its value',
  effect: 'write',
  scope: 'tab',
  outcome: 'script',
  notRecorded: 'a test has no such step',
  prints: 'data',
  literal: true,
  stdin: 'dash',
  operands: { source: { label: 'EXPR|FILE', optional: true, summary: 'FILE only with a slash or a .js, .mjs, .ts ending' } },
  flags: { file: { type: 'string', value: 'FILE', summary: 'this file, whatever its name' } },
  examples: ['browse eval document.title', 'browse eval ./probe.js', 'browse eval --file probe'],
  async run(context, { source, file }) {
    if ((source === undefined) === (file === undefined)) fail('usage', { problem: 'eval needs EXPR or FILE', hint: 'browse help eval' });
    const path = file ?? (source !== undefined && looksLikeFile(source) ? source : undefined);
    const code =
      path !== undefined ? await context.files.readText(context.path(path)) : source === '-' ? fromStdin(context, 'eval') : (source ?? '');
    return { value: await context.tab.page.evaluate(code, null, context.bound) };
  },
  text: (result) => valueText(result.value),
});

/** The command lines of a chain: a JSON array of arrays or strings, or one line each. Fails with `usage`. */
export function chainLines(stdin: string): readonly (readonly string[])[] {
  const refuse = (problem: string): never => fail('usage', { problem, hint: 'browse help chain' });
  const text = stdin.trim();
  if (!text.startsWith('[')) {
    const lines = text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
    return lines.map((line) => lineWords(line));
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return refuse(`The chain is not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!Array.isArray(data)) return refuse('The chain is not an array');
  return data.map((entry: unknown, at) => {
    if (typeof entry === 'string') return lineWords(entry);
    if (Array.isArray(entry) && entry.length > 0 && entry.every((word) => typeof word === 'string' || typeof word === 'number'))
      return entry.map(String);
    return refuse(`Entry ${at + 1} of the chain is neither a command line nor an array of words`);
  });
}

/** A line may begin with the program's name. */
function lineWords(line: string): readonly string[] {
  const words = shellWords(line) ?? fail('usage', { problem: `A quote is left open in ${line}`, hint: 'browse help chain' });
  return words[0] === 'browse' ? words.slice(1) : words;
}

type Chained = { readonly steps: readonly Step[]; readonly total: number };

/** One step as --json tells it: its own result or its own error. */
export function stepValue({ command, exit, value, error }: Step): object {
  return error === null || value !== null ? { command, exit, result: value, ...(error ? { error } : {}) } : { command, exit, error };
}

function stepText(step: Step, at: number): string {
  const said = [step.stdout, step.stderr].map((part) => part.replace(/\n$/, '')).filter((part) => part !== '');
  return [`[${at + 1}] ${step.command}`, ...said].join('\n');
}

const chain = command({
  name: 'chain',
  aliases: ['batch'],
  family: 'script',
  summary: 'run the commands on stdin, one after the other, in one call',
  effect: 'write',
  scope: 'daemon',
  notRecorded: 'leaves the page as it is',
  prints: 'data',
  stdin: 'always',
  deadline: 'none',
  operands: {},
  flags: { keepGoing: { type: 'boolean', summary: 'go on after a command that failed' } },
  examples: ['browse chain', 'browse chain --keep-going'],
  notes: [
    String.raw`printf 'goto example.com\nsnapshot -i\n' | browse chain`,
    'Lines: one command each, words as in a shell, # for comments.',
    'JSON: [["goto", "https://example.com"], ["click", "@e3"]]',
    'It stops at the first error, with that exit status.',
  ],
  async run(context, { keepGoing }): Promise<Chained> {
    const lines = chainLines(fromStdin(context, 'chain'));
    const steps: Step[] = [];
    for (const words of lines) {
      const step = await context.run(words);
      steps.push(step);
      if (context.bound.signal.aborted || (step.exit !== 0 && !keepGoing)) break;
    }
    const failed = steps.find((step) => step.exit !== 0);
    if (failed?.error) context.failed(failed.exit, failed.error);
    return { steps, total: lines.length };
  },
  text: (result) => result.steps.map(stepText).join('\n'),
  json: ({ steps }) => ({ steps: steps.map(stepValue) }),
});

export const scriptCommands = [js, evaluate, chain];
