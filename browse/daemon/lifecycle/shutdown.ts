/**
 * The end of a daemon, in order: answer, refuse, let running commands finish for a moment, close the browser, close the
 * socket, remove the record last of all, exit. Every step has its own deadline, so none can hold the others.
 */
import type { Dispatch } from '../ports.ts';
import type { WarmBrowser } from '../browsers/browser-host.ts';
import type { RecordKeeper } from './record.ts';
import type { Clock } from '../../domain/ports/machine.ts';
import type { HttpServer } from '../../adapters/http/handler.ts';

/** Running commands get this long, in milliseconds. */
export const DRAIN_GRACE = 500;
/** The browser gets this long, unless `BROWSE_CLOSE_DEADLINE` says otherwise. */
export const CLOSE_DEADLINE = 2000;
/** Answers under way get this long to be delivered. */
const DELIVERY = 300;
/** A step that takes this much longer than it may is left behind. */
const STUCK = 1000;
/** Saving tabs and storage gets this long for all pages together. */
export const SAVE_DEADLINE = 1500;

export type EndParts = {
  readonly clock: Clock;
  readonly dispatch: () => Dispatch | null;
  /** Every browser there is. */
  readonly host: Pick<WarmBrowser, 'close'>;
  readonly server: () => HttpServer | null;
  readonly keeper: RecordKeeper;
  readonly closeDeadline: number;
  /** Writes what the next daemon needs or must say; before the browser closes. */
  readonly keep: () => Promise<void>;
  /** Closes the doors of other clients, and ends workers. */
  readonly part: () => Promise<unknown>;
  /** Removes our temp folder and whatever else is only ours. */
  readonly clean: () => Promise<void>;
  /** Gives the last rows to the store, and ends it. */
  readonly rows: () => Promise<void>;
  readonly note: (text: string) => void;
};

/** Milliseconds in which whoever is connected has asked. */
const LAST_CALLERS = 40;

/** By when it means to be gone, in milliseconds. */
export function withinMs(closeDeadline: number, keepTabs: boolean): number {
  return DRAIN_GRACE + (keepTabs ? SAVE_DEADLINE : 0) + closeDeadline + DELIVERY + 500;
}

/** Runs every step, whatever fails on the way. */
export async function shutDown(parts: EndParts): Promise<void> {
  const step = async (name: string, ms: number, work: () => Promise<unknown> | undefined): Promise<void> => {
    const over = new AbortController();
    try {
      const late = parts.clock.sleep(ms, over.signal).then(() => {
        if (!over.signal.aborted) parts.note(`while shutting down, ${name} took more than ${ms} ms`);
      });
      await Promise.race([work(), late]);
    } catch (error) {
      parts.note(`while shutting down, ${name}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      over.abort();
    }
  };
  const never = new AbortController().signal;
  await step('the record', STUCK, () => parts.keeper.update({ state: 'draining' }));
  await step('running commands', DRAIN_GRACE + 2 * STUCK, () => parts.dispatch()?.drain(DRAIN_GRACE));
  await step('keeping tabs', SAVE_DEADLINE + STUCK, parts.keep);
  await step('the browser', parts.closeDeadline + 2 * STUCK, () => parts.host.close({ timeout: parts.closeDeadline, signal: never }));
  await step('the log database', 4 * STUCK, parts.rows);
  await step('doors and workers', 3 * STUCK, parts.part);
  await step('temp files', 3 * STUCK, parts.clean);
  // Nobody finds the socket any more; who had found it before is let in, and told that nothing was run.
  await step('the last callers', STUCK, () => parts.clock.sleep(LAST_CALLERS));
  await step('the socket', DELIVERY + STUCK, () => parts.server()?.close(DELIVERY));
  await step('the record', STUCK, async () => parts.keeper.remove());
}
