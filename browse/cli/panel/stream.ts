/** `browse up` where there is no terminal, or with --json: a line for each change, until Ctrl-C or until nobody reads. */
import type { ClientDeps } from '../../client/client-deps.ts';
import { logLine } from '../../commands/logs.ts';
import { fenced, printed } from '../follow.ts';
import { changeLine, changesBetween } from './changes.ts';
import { newPanel, sight } from './state.ts';
import { watchAll } from './watch.ts';

export type StreamOptions = {
  readonly json: boolean;
  /** Text of pages is told apart from ours. */
  readonly fenced: boolean;
  readonly session: string | null;
};

/** Milliseconds after which the daemon is told again, so that both sides know of each other: a reader that has left is noticed by writing. */
const HEARTBEAT = { json: 10_000, text: 60_000 };

/** Resolves with nothing more to say. Fails with `file-unwritable`. */
export async function stream(world: ClientDeps, { json, fenced: apart, session }: StreamOptions, stop: AbortController): Promise<string> {
  let state = newPanel(process.pid, false);
  let told = -Infinity;
  const failed = Promise.withResolvers<never>();
  const put = (text: string): void => {
    try {
      if (!printed(text)) stop.abort();
    } catch (error) {
      failed.reject(error);
    }
  };
  const source = watchAll(
    world,
    session,
    {
      observed(observation) {
        const now = world.clock.now();
        const next = sight(state, observation, now);
        const beat = world.clock.elapsed() - told >= (json ? HEARTBEAT.json : HEARTBEAT.text);
        const changes = changesBetween(state, next, beat);
        state = next;
        if (changes.length === 0) return;
        told = world.clock.elapsed();
        put(changes.map((change) => `${json ? JSON.stringify(change) : changeLine(change, now)}\n`).join(''));
      },
      rows(lines) {
        const text = lines.map((line) => `${json ? JSON.stringify({ kind: 'row', ...line }) : logLine(line)}\n`).join('');
        put(json || !apart ? text : fenced(text, 'logs'));
      },
    },
    stop.signal,
  );
  await Promise.race([source.done, failed.promise]);
  return '';
}
