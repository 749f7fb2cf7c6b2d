/** The table of what is said of a command that was cut off, row by row, and the rules that hold over all of it. */
import { expect, test } from 'vitest';
import { outcomeOf, ranOf } from '../../browse/daemon/dispatch/act-outcome.ts';
import type { Situation } from '../../browse/daemon/dispatch/act-outcome.ts';
import { COMMANDS } from '../../browse/commands/index.ts';
import type { ActFacts } from '../../browse/domain/ports/page.ts';
import { BrowseError, ERRORS } from '../../browse/protocol/errors.ts';
import type { ErrorCode, HowMuchRan } from '../../browse/protocol/errors.ts';

const FACTS: readonly ActFacts[] = [false, true].flatMap((sent) =>
  (['nothing', 'part', 'all'] as const).flatMap((reached) => [false, true].map((answered) => ({ sent, reached, answered }))),
);
const NAMES = ['click', 'dblclick', 'hover', 'press', 'type', 'fill', 'select', 'check', 'drag', 'upload', 'js', 'goto', 'reload'];
const commandOf = (name: string): Situation['command'] => COMMANDS.find((command) => command.name === name) as Situation['command'];
const SAMPLE = new Proxy({}, { get: (_, name) => (name === 'outcome' ? 'may have run' : name === 'typed' ? 1 : 7) });
const failure = (code: ErrorCode): BrowseError => new BrowseError(code, SAMPLE);
const CUT: readonly ErrorCode[] = [
  'timeout',
  'page-hung',
  'page-leaving',
  'page-moved',
  'page-crashed',
  'page-closed',
  'tab-gone',
  'browser-gone',
  'interrupted',
];
const ENDS = [null, 'browser', 'daemon'] as const;

// B1, B2
test.each<[string, ActFacts, 'late' | 'left' | 'lost' | null, HowMuchRan]>([
  ['nothing was sent and its time is up', { sent: false, reached: 'nothing', answered: false }, 'late', 'no'],
  ['nothing was sent and the browser died', { sent: false, reached: 'nothing', answered: false }, 'lost', 'no'],
  ['the page refused all of it', { sent: true, reached: 'nothing', answered: true }, null, 'no'],
  ['the page stopped it halfway', { sent: true, reached: 'part', answered: true }, null, 'partly'],
  ['the page had all of it and answers, and hangs later', { sent: true, reached: 'all', answered: true }, 'late', 'yes'],
  ['it never reached a page that hangs', { sent: true, reached: 'nothing', answered: false }, 'late', 'no'],
  ['it was on its way as the browser died', { sent: true, reached: 'nothing', answered: false }, 'lost', 'unknown'],
  ['it was on its way as the caller left', { sent: true, reached: 'nothing', answered: false }, 'left', 'unknown'],
  ['its press arrived and the page hangs', { sent: true, reached: 'part', answered: false }, 'late', 'unknown'],
  ['its last event arrived and the page hangs', { sent: true, reached: 'all', answered: false }, 'late', 'unknown'],
  ['its last event arrived and the page crashed', { sent: true, reached: 'all', answered: false }, 'lost', 'unknown'],
])('when %s, the answer is as it was', (_, facts, cut, ran) => {
  expect(ranOf(facts, cut)).toBe(ran);
});

const everything = function* (): Generator<readonly [string, BrowseError, Situation]> {
  for (const name of NAMES)
    for (const facts of FACTS)
      for (const begun of [false, true])
        for (const ended of ENDS)
          for (const code of CUT) {
            const situation = { command: commandOf(name), begun, facts, ended };
            yield [`${name} ${code} ${JSON.stringify({ ...facts, begun, ended })}`, outcomeOf(failure(code), situation), situation];
          }
};

test('whatever cuts an act off: unknown is may-have-run or an interruption, only no is retryable, and 70 never comes', () => {
  let seen = 0;
  for (const [what, told] of everything()) {
    seen += 1;
    expect(told.ran === 'unknown' && !['may-have-run', 'interrupted'].includes(told.code), what).toBe(false);
    expect(told.retryable && told.ran !== 'no', what).toBe(false);
    expect(told.code === 'may-have-run' && (told.ran !== 'unknown' || told.exit !== 4), what).toBe(false);
    expect([1, 2, 3, 5].includes(told.exit) && told.ran === 'unknown', what).toBe(false);
    expect(told.exit, what).not.toBe(70);
  }
  expect(seen).toBe(NAMES.length * FACTS.length * 2 * ENDS.length * CUT.length);
});

test('what had not begun did not run, whatever ended it, and is not rc 4 unless browser or daemon is', () => {
  for (const [what, told, { begun, ended }] of everything()) {
    if (begun) continue;
    expect(told.ran, what).toBe('no');
    expect(ended === null && told.code !== 'browser-gone' && told.exit === 4, what).toBe(false);
  }
});

test('a navigation is never unknown, and says whether the server had answered', () => {
  for (const [what, told, { command, begun, ended }] of everything()) {
    if (command.outcome !== 'navigation') continue;
    expect(told.ran, what).not.toBe('unknown');
    const says =
      !begun || ended !== null || told.code === 'interrupted' || told.exit === 3 || /server had (not )?answered/.test(told.message);
    expect(says, `${what}: ${told.message}`).toBe(true);
  }
});

test('the words say the same as ran: nothing, a part, all of it, may have', () => {
  for (const [what, told, { command, ended }] of everything()) {
    if (command.outcome === 'navigation' || ended === 'daemon') continue;
    const words = { no: /nothing was done|did not run/, partly: /a part of it|was cut off/, yes: /was done|ran$/, unknown: /may have run/ };
    // That something has gone says by itself that nothing was done to it.
    const says = (told.exit === 3 && told.ran === 'no') || words[told.ran].test(told.message);
    expect(says, `${what}: ${told.message}`).toBe(true);
  }
});

test('a look that is cut off changed nothing and may be asked again', () => {
  const facts = { sent: true, reached: 'all', answered: false } as const;
  for (const code of CUT) {
    const told = outcomeOf(failure(code), { command: commandOf('text'), begun: true, facts, ended: null });
    expect(told.ran, code).toBe(code === 'interrupted' ? 'partly' : 'no');
    expect(told.exit, code).toBe(ERRORS[code].exit);
  }
});

test('what the page itself says of an act keeps its code, and says what had reached it', () => {
  const situation = (facts: ActFacts): Situation => ({ command: commandOf('check'), begun: true, facts, ended: null });
  const done = { sent: true, reached: 'all', answered: true } as const;
  expect(outcomeOf(failure('value-refused'), situation(done))).toMatchObject({ code: 'value-refused', ran: 'yes', retryable: false });
  const none = { sent: true, reached: 'nothing', answered: true } as const;
  expect(outcomeOf(failure('not-actionable'), situation(none))).toMatchObject({ code: 'not-actionable', ran: 'no', retryable: true });
  expect(outcomeOf(failure('ref-stale'), situation(done))).toMatchObject({ code: 'ref-stale', ran: 'no', exit: 3 });
});

test('a shutdown hands what had not run to the next daemon, and says of the rest that it may have run', () => {
  const told = (facts: ActFacts, begun = true): BrowseError =>
    outcomeOf(failure('page-closed'), { command: commandOf('click'), begun, facts, ended: 'daemon' });
  expect(told({ sent: false, reached: 'nothing', answered: false }).code).toBe('draining');
  expect(told({ sent: true, reached: 'part', answered: false }).code).toBe('may-have-run');
});

// Found by chaos: the server had answered, and `ran` was no.
test('a navigation that a shutdown cuts off says how far it came, and is retryable only if no server has answered', () => {
  const told = (reached: ActFacts['reached']): BrowseError =>
    outcomeOf(failure('page-closed'), {
      command: commandOf('goto'),
      begun: true,
      facts: { sent: true, reached, answered: false },
      ended: 'daemon',
    });
  expect(told('nothing')).toMatchObject({ code: 'cut-short', ran: 'no', retryable: true });
  for (const reached of ['part', 'all'] as const)
    expect(told(reached)).toMatchObject({ code: 'cut-short', ran: 'partly', retryable: false });
  expect(told('part').message).toContain('the server had answered');
});
