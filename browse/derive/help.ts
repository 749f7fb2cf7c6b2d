/** Help as text, from the declarations alone. Needs no daemon; the client loads it lazily. */
import { columns } from '../base/columns.ts';
import { flagWord } from '../protocol/args.ts';
import type { Flag, Flags, Operands } from '../protocol/args.ts';
import type { Facts, Family } from '../protocol/command.ts';
import { DEFAULT_DEADLINE } from '../protocol/command.ts';
import { GLOBAL_FLAGS } from '../protocol/globals.ts';

const FAMILIES: Readonly<Record<Family, string>> = {
  navigate: 'Navigate',
  tabs: 'Tabs',
  snapshot: 'Snapshot',
  act: 'Act',
  read: 'Read',
  script: 'Script',
  storage: 'Storage',
  network: 'Network and console',
  emulate: 'Emulate',
  session: 'Sessions',
  daemon: 'Daemon',
  meta: 'About',
};

/** `SEL [VALUE]`, `FILE...`. */
export function operandsText(operands: Operands): string {
  return Object.values(operands)
    .map(({ label, optional, variadic }) => {
      const word = variadic ? `${label}...` : label;
      return optional ? `[${word}]` : word;
    })
    .join(' ');
}

/** `-d, --depth N`. */
export function flagText(key: string, flag: Flag): string {
  const value = flag.type === 'boolean' ? '' : ` ${flag.value ?? 'VALUE'}`;
  return `${flag.short ? `-${flag.short}, ` : ''}--${flagWord(key)}${value}${flag.repeatable ? ' ...' : ''}`;
}

/** `click SEL [flags]`. */
export function usageText({ name, operands, flags }: Facts): string {
  return [name, operandsText(operands), Object.keys(flags).length > 0 ? '[flags]' : ''].filter((part) => part !== '').join(' ');
}

function flagRows(flags: Flags): readonly (readonly [string, string])[] {
  return Object.entries(flags).map(([key, flag]) => [flagText(key, flag), flag.summary] as const);
}

/** Commands by family, in the order in which help lists them; none is left out, empty families are. */
export function overviewFamilies<C extends Facts>(
  commands: readonly C[],
): readonly { readonly title: string; readonly members: readonly C[] }[] {
  return (Object.entries(FAMILIES) as [Family, string][])
    .map(([family, title]) => ({ title, members: commands.filter((command) => command.family === family) }))
    .filter(({ members }) => members.length > 0);
}

/** All commands by family, and the global flags. */
export function overview(commands: readonly Facts[]): string {
  const parts = ['browse COMMAND [operands] [flags]: one warm browser behind many short commands.', ''];
  for (const { title, members } of overviewFamilies(commands)) {
    const rows = members.map((command) => [usageText(command).replace(' [flags]', ''), command.summary] as const);
    parts.push(`${title}:`, ...columns(rows, 2), '');
  }
  parts.push('Flags of every command, before or after it:', ...columns(flagRows(GLOBAL_FLAGS), 2), '');
  parts.push(
    'Exit status: 0 done, 1 the page said no, 2 usage, 3 gone (look again), 4 daemon, 5 machine, 70 bug, 130 and 143 interrupted.',
  );
  parts.push('More: browse help COMMAND');
  return parts.join('\n');
}

/** The page of a word that several commands begin with (`session`); null when none does. */
export function groupHelp(commands: readonly Facts[], word: string): string | null {
  const members = commands.filter(({ name }) => name.startsWith(`${word} `));
  if (members.length === 0) return null;
  const rows = members.map((command) => [usageText(command), command.summary] as const);
  return [...columns(rows, 2), '', `More: browse help ${members[0]?.name}`].join('\n');
}

/** One command's page. */
export function commandHelp(command: Facts): string {
  const parts = [`browse ${usageText(command)}`, `  ${command.summary}`];
  if (command.aliases && command.aliases.length > 0) parts.push(`  Also: ${command.aliases.join(', ')}`);
  const operands = Object.values(command.operands).map(({ label, summary }) => [label, summary] as const);
  if (operands.length > 0) parts.push('', ...columns(operands, 2));
  const flags = flagRows(command.flags);
  if (flags.length > 0) parts.push('', 'Flags:', ...columns(flags, 2));
  if (command.notes) parts.push('', ...command.notes);
  if (command.scope === 'tab') parts.push('', `Gives up after ${command.deadline ?? DEFAULT_DEADLINE} ms unless --timeout says otherwise.`);
  parts.push('', 'Examples:', ...command.examples.map((example) => `  ${example}`));
  return parts.join('\n');
}
