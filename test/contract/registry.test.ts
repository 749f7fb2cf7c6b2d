/** One declaration, many readers: commands, help, docs, schema and the client's scans are the same set. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../browse/commands/index.ts';
import { commandHelp, groupHelp, overview } from '../../browse/derive/help.ts';
import { commandsMarkdown, errorsMarkdown } from '../../browse/derive/markdown.ts';
import { OWN } from '../../browse/cli/request.ts';
import { parses, reader } from '../../browse/derive/program.ts';
import { commandsSchema } from '../../browse/derive/schema.ts';
import { flagWord } from '../../browse/protocol/args.ts';
import { ERRORS } from '../../browse/protocol/errors.ts';
import { GLOBAL_FLAGS, STDIN_ALWAYS, STDIN_DASH, WHOLE_ENVIRONMENT } from '../../browse/protocol/globals.ts';

const doc = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const read = reader(COMMANDS);

test('there are commands, and no name or alias means two of them', () => {
  expect(COMMANDS.length).toBeGreaterThan(45);
  const names = COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test('every example and every page of help is a command line that parses', () => {
  for (const { name, examples } of COMMANDS) {
    expect(examples.length, name).toBeGreaterThan(0);
    for (const example of examples) expect(parses(read, example), example).toBe(true);
    expect(parses(read, `browse help ${name}`), name).toBe(true);
  }
});

test('help of a word that commands begin with lists them', () => {
  expect(
    groupHelp(COMMANDS, 'session')
      ?.split('\n')
      .map((line) => line.trim().split(' ').slice(0, 2).join(' ')),
  ).toEqual(expect.arrayContaining(['session list', 'session status', 'session close']));
  expect(groupHelp(COMMANDS, 'click')).toBeNull();
});

test('every command is in the overview, the docs and the schema, and no other is', () => {
  const inOverview = overview(COMMANDS);
  expect(Object.keys(commandsSchema(COMMANDS))).toEqual(COMMANDS.map(({ name }) => name));
  const sections = [...doc('commands.md').matchAll(/^### (.+)$/gm)].map((match) => match[1]);
  expect(sections.toSorted()).toEqual(COMMANDS.map(({ name }) => name).toSorted());
  for (const command of COMMANDS) {
    expect(inOverview).toContain(`  ${command.name}`);
    expect(commandHelp(command)).toContain(command.summary);
  }
});

test('what is committed under docs is what the sources say', () => {
  expect(doc('commands.md')).toBe(commandsMarkdown(COMMANDS));
  expect(doc('errors.md')).toBe(errorsMarkdown());
  for (const code of Object.keys(ERRORS)) expect(doc('errors.md')).toContain(`\`${code}\``);
});

test('no generated page says undefined, NaN or [object Object]', () => {
  const pages = [commandsMarkdown(COMMANDS), errorsMarkdown(), overview(COMMANDS), ...COMMANDS.map(commandHelp)];
  const holes = pages.flatMap((page) => page.split('\n').filter((line) => /\bundefined\b|\bNaN\b|\[object /.test(line)));
  expect(holes).toEqual([]);
});

test('no operand or flag hides another one, or a global flag', () => {
  for (const { name, operands, flags } of COMMANDS) {
    const keys = [...Object.keys(operands), ...Object.keys(flags)];
    expect(
      keys.filter((key, at) => keys.indexOf(key) !== at),
      name,
    ).toEqual([]);
    const shorts = Object.values(flags).flatMap(({ short }) => (short === undefined ? [] : [short]));
    expect(
      shorts.filter((short, at) => shorts.indexOf(short) !== at || short === 'h'),
      name,
    ).toEqual([]);
    expect(
      Object.keys(flags)
        .filter((key) => key in GLOBAL_FLAGS)
        .map(flagWord),
      name,
    ).toEqual([]);
  }
});

test('only a last operand takes several words, and nothing required follows what is optional', () => {
  for (const { name, operands } of COMMANDS) {
    const all = Object.values(operands);
    expect(
      all.slice(0, -1).filter(({ variadic }) => variadic),
      name,
    ).toEqual([]);
    const optional = all.map((operand) => operand.optional === true);
    expect(optional, name).toEqual(optional.toSorted((one, other) => Number(one) - Number(other)));
  }
});

test('the client knows without the registry which commands read stdin', () => {
  const names = (policy: 'always' | 'dash'): readonly string[] =>
    COMMANDS.filter(({ stdin }) => stdin === policy).flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  expect([...STDIN_ALWAYS].toSorted()).toEqual(names('always').toSorted());
  expect([...STDIN_DASH].toSorted()).toEqual(names('dash').toSorted());
});

test('the client knows without the registry which commands get all of the environment', () => {
  const whole = COMMANDS.filter(({ environment }) => environment === 'whole').flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  expect([...WHOLE_ENVIRONMENT].toSorted()).toEqual(whole.toSorted());
});

test('the client knows without the registry which commands it runs itself, and so does the fast client', () => {
  // `status` and `refresh` are the daemon's, but must answer when there is none.
  const local = COMMANDS.filter(({ name, scope }) => scope === 'client' || name === 'status' || name === 'refresh');
  const words = local.flatMap(({ name, aliases = [] }) => [name, ...aliases]).map((name) => name.split(' ')[0] ?? '');
  expect([...OWN].toSorted()).toEqual([...new Set(words)].toSorted());
});

test('page text is fenced: every command that prints a whole page says so', () => {
  expect(COMMANDS.filter(({ fenced }) => fenced).map(({ name }) => name)).toEqual([
    'snapshot',
    'find',
    'text',
    'html',
    'network',
    'request',
    'console',
    'errors',
    'logs',
    'logs sql',
  ]);
});

test('summaries are one line without a period', () => {
  for (const { name, summary, operands, flags } of COMMANDS) {
    for (const text of [summary, ...Object.values({ ...operands, ...flags }).map((each) => each.summary)])
      expect(text, name).toMatch(/^[^\n]+([^\n.]|\.\.\.)$/);
  }
});
