/** A command ends with a documented status and a sentence, never with the runtime's own words, and fails only for a reason. */
import { felt, type History, type Ran, type Violation } from '../history.ts';
import { printed } from './printed.ts';

const STATUSES: readonly (number | null)[] = [0, 1, 2, 3, 4, 5, 130, 143];

/** What the runtime, the C library or a stack trace says when it must. */
const CRASH =
  /\bpanic\b|oh no: Bun|bun\.report|Bun v\d|Segmentation fault|Illegal instruction|core dumped|terminate called|Assertion .* failed|^\s+at .*[(/]\S+:\d+:\d+\)?$|\$bunfs|Failed to start HTTP Client thread|thread creation/im;

export function wrongEndings(history: History): readonly Violation[] {
  return history.ran.flatMap((ran): Violation[] => {
    const what = wrong(ran, history);
    return what === null ? [] : [{ kind: 'ended as documented', at: ran.until, what: `${what}\n${printed(ran.run)}` }];
  });
}

function wrong({ run, fate, from, until, timeout, crowd }: Ran, history: History): string | null {
  const said = run.stdout + run.stderr;
  if (CRASH.test(said)) return 'the runtime’s own words';
  if (run.exit === null) return fate === 'killed' || fate === 'interrupted' ? null : `ended by ${run.signal}`;
  if (!STATUSES.includes(run.exit)) return `exit ${run.exit}`;
  if (run.exit === 0) return null;
  if (said.trim() === '') return `exit ${run.exit} without a word`;
  const blows = felt(history, from, until);
  // A browser that was killed or restarted is late on a crowded machine.
  const late = said.includes('"browser-late"') && (blows.length > 0 || crowd > 1);
  if (run.exit === 5 && fate !== 'starved' && !late && !blows.some(({ machine }) => machine))
    return 'exit 5, and nothing was wrong with the machine';
  if (run.exit === 2) return 'exit 2 for a line that was right';
  // The page may have changed, and time may be short on a crowded machine.
  if (run.exit === 4 && blows.length === 0 && fate === null && timeout !== null && run.ms < timeout) return 'exit 4 without a fault';
  return null;
}
