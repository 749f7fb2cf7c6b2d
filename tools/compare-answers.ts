/**
 * Compares recordings of the end-to-end tests, made with `BROWSE_RECORD=FILE BROWSE_TEST_BINARY=BINARY`, of two binaries:
 * exit statuses, signals, error codes, keys and types of JSON, and first lines, by test and order.
 *
 *   bun tools/compare-answers.ts BEFORE.jsonl [BEFORE2.jsonl ...] -- AFTER.jsonl [AFTER2.jsonl ...] [--all]
 *
 * What differs from run to run is normalised: paths, ids, ports, times, sizes, nonces. A command that a test repeats until
 * something happens counts once per different answer, and commands that run at once may end in any order. Several
 * recordings of one binary show which answers depend on the moment: a difference is an answer that one side gave and
 * the other never did, but for one that its own side did not give in each of its recordings. Exit status 1 on any.
 */
import { readFileSync } from 'node:fs';
import type { Recorded } from '../test/support/recording.ts';

type Answer = { readonly argv: string; readonly answer: string };
/** What one test asked and was answered, in the order in which the commands began. */
type Test = readonly Answer[];
type Recording = ReadonlyMap<string, Test>;

const words = process.argv.slice(2).filter((word) => word !== '--all');
const middle = words.indexOf('--');
const [before, after] = [words.slice(0, Math.max(0, middle)), words.slice(middle + 1)].map((paths) => paths.map(read)) as [
  Recording[],
  Recording[],
];
if (middle < 1 || after.length === 0) {
  console.error('usage: bun tools/compare-answers.ts BEFORE.jsonl ... -- AFTER.jsonl ... [--all]');
  process.exit(2);
}
if ([...before, ...after].some((recording) => recording.size === 0)) {
  console.error('one of them is empty');
  process.exit(1);
}

const tests = [...new Set([...before, ...after].flatMap((recording) => [...recording.keys()]))].toSorted();
const count = { same: 0, reordered: 0, varying: 0 };
const differences: string[] = [];
for (const name of tests) {
  const [left, right] = [given(before, name), given(after, name)];
  if (left.length === 0 || right.length === 0) differences.push(`${name}\n  only ${left.length === 0 ? 'after' : 'before'}`);
  else if (left.some((one) => right.some((other) => inOrder(one) === inOrder(other)))) count.same += 1;
  else if (keys(left.flat()).symmetricDifference(keys(right.flat())).size === 0) count.reordered += 1;
  else {
    const lines = [...missing(left, right).map((each) => `  - ${each}`), ...missing(right, left).map((each) => `  + ${each}`)];
    if (lines.length === 0) count.varying += 1;
    else differences.push(`${name}\n${lines.join('\n')}`);
  }
}
const limit = process.argv.includes('--all') ? Infinity : 40;
for (const each of differences.slice(0, limit)) console.log(each);
if (differences.length > limit) console.log(`... and ${differences.length - limit} more tests (--all shows them)`);
const total = (side: readonly Recording[]): string => side.map((tests) => [...tests.values()].flat().length).join(' and ');
console.log(
  `${total(before)} invocations before, ${total(after)} after, in ${tests.length} tests: ${count.same} the same, ${count.reordered} in another order, ` +
    `${count.varying} within what varies anyway, ${differences.length} different`,
);
process.exit(differences.length === 0 ? 0 : 1);

function read(path: string): Recording {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  const rows = lines.map((line) => JSON.parse(line) as Recorded).toSorted((a, b) => a.at - b.at);
  const grouped = Map.groupBy(rows, ({ file, test }) => `${file} > ${test === '' ? '(hooks)' : test}`);
  return new Map(grouped.entries().map(([name, each]) => [name, each.map(normalised)]));
}

/** What each recording has of a test. */
function given(side: readonly Recording[], name: string): readonly Test[] {
  return side.map((recording) => recording.get(name)).filter((test) => test !== undefined);
}

function normalised({ argv, exit, signal, code, shape, stdout, stderr }: Recorded): Answer {
  const lines = shape === null ? [`stdout ${plain(stdout)}`, `stderr ${plain(stderr)}`] : [`json ${plain(shape)}`];
  return {
    argv: plain(argv.join(' ')),
    answer: [`exit ${exit ?? signal}`, ...(code === null ? [] : [`code ${code}`]), ...lines].join('; '),
  };
}

/** A text without what is of one run only. */
function plain(text: string): string {
  return text
    .replace(/^(?:bash-[\d.]+[#$] )+/, '')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.-]+Z?/g, 'TIME')
    .replaceAll(/\b\d\d:\d\d:\d\d(?:\.\d+)?\b/g, 'TIME')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID')
    .replaceAll(/\/tmp\/[\w.-]+/g, '/tmp/X')
    .replaceAll(/(?<=<<<browse-page |>>>browse-page )\S+/g, 'NONCE')
    .replaceAll(/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{6,}\b/g, 'HEX')
    .replaceAll(/\d+(?:[.,]\d+)*(?=\s?(?:ms|s|min|h|B|kB|KiB|MB|MiB|GB|bytes)\b)/g, 'N')
    .replaceAll(/\bpid \d+/g, 'pid N')
    .replaceAll(/\d{4,}/g, 'N');
}

/** Without an answer that repeats the one before it to the same command. */
function inOrder(test: Test): string {
  return JSON.stringify(test.filter(({ argv, answer }, at) => argv !== test[at - 1]?.argv || answer !== test[at - 1]?.answer));
}

function keys(test: Test): Set<string> {
  return new Set(test.map(({ argv, answer }) => `${argv}\n      ${answer}`));
}

/** What each recording of `from` has and none of `other`. */
function missing(from: readonly Test[], other: readonly Test[]): readonly string[] {
  const given = from.map(keys);
  const always = given.reduce((a, b) => a.intersection(b));
  return [...always.difference(new Set(other.flatMap((test) => [...keys(test)])))];
}
