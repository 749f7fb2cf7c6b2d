import { expect, test } from 'vitest';
import { MemoryRelease } from '../../browse/daemon/lifecycle/memory-release.ts';
import { handClock, type HandClock } from '../support/hand-clock.ts';

const MB = 1_000_000;

/** A process that holds what the test says, and 40 MB less once it has given back. */
function rig(): { clock: HandClock; memory: MemoryRelease; held: { bytes: number; given: number; others: boolean } } {
  const clock = handClock();
  const held = { bytes: 100 * MB, given: 0, others: false };
  const giveBack = (): void => {
    held.given += 1;
    held.bytes -= 40 * MB;
  };
  return { clock, held, memory: new MemoryRelease({ clock, resident: () => held.bytes, others: () => held.others, giveBack }) };
}

/** The same, after the rest that follows the start. */
async function started(): Promise<ReturnType<typeof rig>> {
  const made = rig();
  await command(made, 0);
  await made.clock.advance(5_000);
  made.held.given = 0;
  return made;
}

async function command({ clock, memory, held }: ReturnType<typeof rig>, bytes: number): Promise<void> {
  memory.stir(1);
  await clock.advance(50);
  held.bytes += bytes;
  memory.stir(-1);
}

test('what the start has left behind is given back at the first rest', async () => {
  const made = rig();
  await command(made, 0);
  expect(made.held.given).toBe(0);
  await made.clock.advance(5_000);
  expect(made.held.given).toBe(1);
  await command(made, 0);
  await made.clock.advance(5_000);
  expect(made.held.given).toBe(1);
});

test('what commands have left behind is given back once nobody asks, and not for a trifle', async () => {
  const made = await started();
  await command(made, 7 * MB);
  await made.clock.advance(5_000);
  expect(made.held.given).toBe(0);
  await command(made, 2 * MB);
  await made.clock.advance(5_000);
  expect(made.held.given).toBe(1);
  // It has less than ever before, and grows from there.
  await command(made, 9 * MB);
  await made.clock.advance(5_000);
  expect(made.held.given).toBe(2);
});

test('nothing is given back between commands that follow one another, while one runs, or while somebody else works in the browser', async () => {
  const made = await started();
  await command(made, 0);
  await made.clock.advance(5_000);
  for (let round = 0; round < 20; round += 1) {
    await command(made, 10 * MB);
    await made.clock.advance(800);
  }
  expect(made.held.given).toBe(0);
  made.memory.stir(1);
  await made.clock.advance(60_000);
  expect(made.held.given).toBe(0);
  made.held.others = true;
  made.memory.stir(-1);
  await made.clock.advance(60_000);
  expect(made.held.given).toBe(0);
  made.held.others = false;
  await command(made, 0);
  await made.clock.advance(60_000);
  expect(made.held.given).toBe(1);
});
