/** What happened in one run of chaos, as data: the invariants judge it, the report counts it. Must not know how it came about. */
import type { Act } from '../support/act-ledger.ts';
import type { Run } from '../support/cli.ts';

/** What the demon did to a client itself: then it owes no answer, or a later one. */
export type ClientFate = 'killed' | 'interrupted' | 'frozen' | 'starved';

/** One command line. Times are milliseconds since the run began. */
export type Ran = {
  readonly session: string;
  readonly from: number;
  readonly until: number;
  readonly run: Pick<Run, 'argv' | 'exit' | 'signal' | 'stdout' | 'stderr' | 'ms'>;
  /** Null for a look or a verb. */
  readonly act: Act | null;
  /** What the ledger calls it; null for what the ledger does not see. */
  readonly marker: string | null;
  /** Whether the words of the command name the marker, so that its row in the log can be found. */
  readonly told: boolean;
  /** Milliseconds that it was given; null when none were. */
  readonly timeout: number | null;
  readonly fate: ClientFate | null;
  /** By how much the machine was crowded when it ended: 1 when it was not. */
  readonly crowd: number;
};

/** One blow of the demon, from its begin until nothing of it is left. */
export type Blow = {
  readonly kind: string;
  /** The victim, in words. */
  readonly what: string;
  readonly from: number;
  readonly until: number;
  /** It takes something from the machine: `rc 5` is an honest answer. */
  readonly machine: boolean;
  /** Rows may be lost: of the last moments before it, or all of them. */
  readonly rows: 'kept' | 'newest' | 'all';
};

/** The first command that succeeded after blows were over; `ms` null when none did. */
export type Recovery = { readonly at: number; readonly after: readonly string[]; readonly ms: number | null; readonly crowd: number };

/** The daemons of one look at the machine. */
export type Look = { readonly at: number; readonly daemons: readonly { readonly pid: number; readonly frozen: boolean }[] };

/** A daemon that was frozen, lost its record to another, and was let go on. `ms`: how long it then lived; null when it did not end. */
export type Thawed = { readonly at: number; readonly pid: number; readonly ms: number | null; readonly crowd: number };

/** What was seen when everything was at rest, before a stop and after it. */
export type Rest = {
  readonly at: number;
  /** Markers of commands that the log has a row of; null when it could not be asked. */
  readonly rows: readonly string[] | null;
  /** Processes and files that a stop has left, in words. */
  readonly left: readonly string[];
};

/** A request of a page with the cookie of another session than its own. */
export type Stranger = { readonly at: number; readonly marker: string; readonly cookie: string };

export type History = {
  readonly ran: readonly Ran[];
  readonly blows: readonly Blow[];
  readonly recoveries: readonly Recovery[];
  readonly looks: readonly Look[];
  readonly thawed: readonly Thawed[];
  readonly rests: readonly Rest[];
  readonly strangers: readonly Stranger[];
  /** How often the handler of each act began. */
  readonly ledger: ReadonlyMap<string, number>;
};

/** A history to be written. */
export type Record = {
  readonly [K in keyof History]: History[K] extends readonly (infer E)[] ? E[] : Map<string, number>;
};

/** Nothing has happened yet. */
export function emptyHistory(): Record {
  return { ran: [], blows: [], recoveries: [], looks: [], thawed: [], rests: [], strangers: [], ledger: new Map() };
}

/** What is not as it must be. */
export type Violation = { readonly kind: string; readonly at: number; readonly what: string };

/** How long what a blow did may still be seen, in milliseconds. */
export const AFTERMATH = 10_000;

/** The blows that a command could feel. */
export function felt(history: Pick<History, 'blows'>, from: number, until: number): readonly Blow[] {
  return history.blows.filter((blow) => blow.from <= until && blow.until + AFTERMATH >= from);
}
