/** What is said of an act is true, whatever ends it and whenever: held against the ledger of a server. */
import { expect, test } from 'vitest';
import { ACTS, lineOf, tendLedger } from '../support/act-ledger.ts';
import type { Act } from '../support/act-ledger.ts';
import { drawn, EVERY, openActs, play, untruths } from '../support/act-cases.ts';
import { cli } from '../support/cli.ts';
import { rounds } from '../support/rounds.ts';
import { serve } from '../support/site.ts';

// B1, B2
test('whatever ends an act, before, in or after its handler: what is said of it is what the ledger says', async () => {
  await using site = await serve();
  tendLedger(site);
  await using shell = cli();
  const wrong: string[] = [];
  for (const each of drawn(rounds(EVERY.length, 10))) {
    const { run, begun } = await play(shell, site, each);
    const said = untruths(each, run, begun);
    if (said.length > 0) wrong.push(`${JSON.stringify(each)}: ${said.join(', ')}\n${String(run)}`);
  }
  expect(wrong.join('\n\n')).toBe('');
});

test('without a fault every act is done once, and nothing is left open', async () => {
  await using site = await serve();
  tendLedger(site);
  await using shell = cli();
  for (let round = 0; round < rounds(500, ACTS.length); round++) {
    const act = ACTS[round % ACTS.length] as Act;
    const { session, target } = await openActs(shell, site, act, round % 2 === 0);
    const counted = site.count('/begin');
    const run = await shell.run([...lineOf(act, shell, site, target), '--session', session]);
    expect(run.exit, String(run)).toBe(0);
    expect(site.count('/begin') - counted, String(run)).toBe(1);
    await shell.ok('session', 'close', session);
  }
});
