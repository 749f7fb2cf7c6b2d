/** A command line or a call, understood: what the steps of the pipeline hand on. Plain data and small functions. */
import type { Caller, Context, FoundTarget } from '../../commands/context.ts';
import type { ActionTarget, Typed } from '../../domain/export/recorded-action.ts';
import type { Clock } from '../../domain/ports/machine.ts';
import type { Notice } from '../../domain/tabs/tab.ts';
import type { Input } from '../../protocol/args.ts';
import { DEFAULT_DEADLINE } from '../../protocol/command.ts';
import type { Command } from '../../protocol/command.ts';
import type { Globals } from '../../protocol/globals.ts';
import type { ArgvRequest } from '../../protocol/wire.ts';
import type { StepTimings } from './step-timings.ts';
import type { CommandOutcome } from './reply.ts';

/** A command that was understood. */
export type Invocation = {
  readonly id: string;
  readonly caller: Caller;
  readonly command: Command<Context>;
  readonly globals: Globals;
  readonly input: Input;
  /** When its client began, on our monotonic clock. */
  readonly began: number;
  readonly timings: StepTimings;
  readonly extras: InvocationExtras;
};
/** A target, and how it can be found again by somebody else. */
export type RecordedTarget = FoundTarget & Pick<ActionTarget, 'pick' | 'among' | 'alone' | 'said' | 'frames'>;
/** What a command says beside its value. */
export type InvocationExtras = {
  readonly notices: Notice[];
  readonly targets: RecordedTarget[];
  failure: CommandOutcome['failure'];
  /** Where the tab was before. */
  from: string | null;
  /** The way to the chosen frame. */
  frames: ActionTarget['frames'];
  typed: Typed | null;
};

/** Nothing said yet. */
export function newExtras(): InvocationExtras {
  return { notices: [], targets: [], failure: null, from: null, frames: [], typed: null };
}

/** The longest time that a timer takes, in milliseconds. */
const ENDLESS = 2 ** 31 - 1;

/**
 * Milliseconds that the command may still take. A time-out that was given counts from its client's start on; without one, an action's
 * short deadline does not pay for a cold start.
 */
export function leftOf({ command, globals, began }: Pick<Invocation, 'command' | 'globals' | 'began'>, clock: Clock): number {
  if (globals.timeout !== undefined) return Math.max(1, Math.round(globals.timeout - (clock.elapsed() - began)));
  return command.deadline === 'none' ? ENDLESS : (command.deadline ?? DEFAULT_DEADLINE);
}

/** Whether it only asks again and again for what has come since: no row, and nobody's wait. */
export function isFollower({ command, input }: Pick<Invocation, 'command' | 'input'>): boolean {
  return command.unloggedWith !== undefined && input[command.unloggedWith] !== undefined;
}

/** What a chain was given holds for its commands unless they say otherwise. */
export function inherit(own: Globals, from: Globals): Globals {
  const { session, browser, tab, on, timeout, json, quiet, maxChars, noFence } = from;
  return {
    ...own,
    session: own.session ?? session,
    browser: own.browser ?? browser,
    tab: own.tab ?? tab,
    on: own.on ?? on,
    timeout: own.timeout ?? timeout,
    maxChars: own.maxChars ?? maxChars,
    json: own.json || json,
    quiet: own.quiet || quiet,
    noFence: own.noFence || noFence,
  };
}

/** Who sent it. */
export function callerOf({ cwd, umask, env, stdin, tty, terminal }: Omit<ArgvRequest, 'id' | 'argv' | 'build'>): Caller {
  return { cwd, umask, env, stdin: stdin ?? null, tty, ...(terminal === undefined ? {} : { terminal }) };
}
