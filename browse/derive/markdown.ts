/** The reference as Markdown, from the declarations and the error table alone. Written to docs/ by `npm run gen`. */
import { flagText, overviewFamilies, usageText } from './help.ts';
import { flagWord } from '../protocol/args.ts';
import type { Flags } from '../protocol/args.ts';
import { DEFAULT_DEADLINE } from '../protocol/command.ts';
import type { Facts } from '../protocol/command.ts';
import { ERRORS } from '../protocol/errors.ts';
import type { ErrorCode, ExitStatus } from '../protocol/errors.ts';
import { GLOBAL_FLAGS } from '../protocol/globals.ts';

const ticked = (text: string): string => `\`${text.replaceAll('|', String.raw`\|`)}\``;
const cell = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;');

function flagTable(flags: Flags): readonly string[] {
  return [
    '| flag | meaning |',
    '|---|---|',
    ...Object.entries(flags).map(([key, flag]) => `| ${ticked(flagText(key, flag))} | ${cell(flag.summary)} |`),
  ];
}

function commandSection(command: Facts): readonly string[] {
  const { aliases = [], operands, flags, notes = [], examples, effect, scope, deadline, writesWith = [] } = command;
  const operandRows = Object.values(operands).map(({ label, summary }) => `| ${ticked(label)} | ${cell(summary)} |`);
  return [
    `### ${command.name}`,
    '',
    `\`browse ${usageText(command)}\`: ${command.summary}.`,
    '',
    ...(aliases.length > 0 ? [`Also: ${aliases.map((alias) => `\`${alias}\``).join(', ')}.`, ''] : []),
    ...(operandRows.length > 0 ? ['| operand | meaning |', '|---|---|', ...operandRows, ''] : []),
    ...(Object.keys(flags).length > 0 ? [...flagTable(flags), ''] : []),
    ...notes.flatMap((note) => [note, '']),
    `Effect: ${effect}${writesWith.length === 0 ? '' : `, with ${writesWith.map((key) => `--${flagWord(key)}`).join(' or ')} write`}. Scope: ${scope}.${scope === 'tab' ? ` Gives up after ${deadline ?? DEFAULT_DEADLINE} ms.` : ''}`,
    '',
    '```sh',
    ...examples,
    '```',
    '',
  ];
}

/** docs/commands.md. */
export function commandsMarkdown(commands: readonly Facts[]): string {
  const parts = [
    '# Commands',
    '',
    'Made by `npm run gen` from `browse/commands`; do not edit.',
    '',
    '## Flags of every command',
    '',
    'Before or after the command. `--` ends flags.',
    '',
    ...flagTable(GLOBAL_FLAGS),
    '',
  ];
  for (const { title, members } of overviewFamilies(commands)) {
    parts.push(`## ${title}`, '');
    for (const command of members) parts.push(...commandSection(command));
  }
  return `${parts.join('\n').trimEnd()}\n`;
}

const EXITS: readonly (readonly [ExitStatus, string])[] = [
  [1, 'the page said no'],
  [2, 'usage'],
  [3, 'what you point at is gone: look again'],
  [4, 'the daemon'],
  [5, 'the machine'],
  [70, 'our bug'],
  [130, 'interrupted'],
];

/** Stands for a value that a sentence names: a text that can be treated as a list, and whose fields have their own names. */
function placeholder(name: string): unknown {
  const word = `<${name}>`;
  // eslint-disable-next-line no-new-wrappers -- an object, so that it can have a list's methods
  const text = Object.assign(new String(word), { join: () => word, map: () => placeholder(name) });
  const fields = new Proxy(String.prototype, {
    get: (target, field, receiver) =>
      typeof field === 'symbol' || field in target ? (Reflect.get(target, field, receiver) as unknown) : placeholder(field),
  });
  return Object.setPrototypeOf(text, fields);
}

const anything: unknown = new Proxy({}, { get: (_, name) => placeholder(String(name)) });

/** docs/errors.md. */
export function errorsMarkdown(): string {
  const parts = [
    '# Errors',
    '',
    'Made by `npm run gen` from `browse/protocol/errors.ts`; do not edit. With `--json` a failure is `{"error": {"code", "message", "hint", "retryable", "ran", "exit"}}`.',
    '',
  ];
  for (const [exit, meaning] of EXITS) {
    const rows = (Object.keys(ERRORS) as ErrorCode[])
      .filter((code) => ERRORS[code].exit === exit)
      .map((code) => {
        const { http, retryable, message, hint } = ERRORS[code] as {
          http: number;
          retryable: boolean;
          message: (data: unknown) => { toString(): string };
          hint: (data: unknown) => string | null;
        };
        const next =
          hint(anything)
            ?.toString()
            .replace(/'(<\w+>)'/g, '$1') ?? null;
        return `| \`${code}\` | ${http} | ${retryable ? 'yes' : 'no'} | ${cell(message(anything).toString())} | ${next === null ? '' : ticked(next)} |`;
      });
    parts.push(
      `## Exit status ${exit}: ${meaning}`,
      '',
      '| code | HTTP | try again | sentence | next command |',
      '|---|---|---|---|---|',
      ...rows,
      '',
    );
  }
  return `${parts.join('\n').trimEnd()}\n`;
}
