/** What a row is made of while it waits: whose it is, what is known of it so far, and how much room it takes. */
import { UNANSWERED } from '../../domain/traffic/entry.ts';
import type { EventFacts, EventRow, RequestAnswer, RequestBegin, RequestEnd, RequestRow } from '../../domain/traffic/entry.ts';
import type { Whose } from '../../domain/traffic/ports.ts';
import { traceIn } from '../../domain/traffic/trace.ts';
import type { TabOf } from '../ports.ts';

export type Owner = { readonly session: string; readonly tabOf: TabOf; readonly whose: Whose; readonly trace: string | null };
export type BegunRequest = Owner & { readonly begin: RequestBegin; readonly redirectedFrom: object | null };
export type Said = {
  readonly session: string | null;
  readonly tabOf: TabOf;
  readonly whose: Whose;
  readonly tab: number | null;
  readonly trace: string | null;
  readonly event: EventFacts;
  readonly request: object | null;
};

/** A request object as far as it is known. `changed` is when it last was, in steps; 0 when the store knows all of it. */
export type Live = {
  readonly owner: Owner;
  readonly begin: RequestBegin;
  readonly from: Live | null;
  to: Live | null;
  tab: number | null;
  id: number | null;
  answer: RequestAnswer | null;
  end: RequestEnd | null;
  changed: number;
  size: number;
  /** Two stores ended by it: it is not written any more. */
  aside: boolean;
  /** Of its begin. */
  readonly order: number;
};
export type Event = {
  readonly said: Said;
  readonly socket: Live | null;
  id: number | null;
  readonly changed: number;
  readonly size: number;
};

/** As it is known now. `numbered` gives a request its number. */
export function requestRowOf(live: Live, numbered: (live: Live) => number): RequestRow {
  const { owner, begin, answer, end, from, to } = live;
  live.tab ??= tabOf(owner);
  const { requestHeaders, ...ended } = end ?? { ...UNANSWERED, ...answer, requestHeaders: null };
  return {
    ...begin,
    ...ended,
    requestHeaders: requestHeaders ?? begin.requestHeaders,
    id: numbered(live),
    session: owner.session,
    tab: live.tab,
    trace: owner.trace,
    traceId: traceIn(requestHeaders ?? begin.requestHeaders),
    redirectedFrom: from === null ? null : numbered(from),
    redirectedTo: to === null ? null : numbered(to),
  };
}

export function eventRowOf({ said, socket }: Event, id: number, numbered: (live: Live) => number): EventRow {
  return {
    ...said.event,
    id,
    session: said.session,
    tab: said.tab ?? tabOf(said),
    trace: said.trace,
    request: socket === null ? null : numbered(socket),
  };
}

export function tabOf({ whose, tabOf }: Pick<Owner, 'whose' | 'tabOf'>): number | null {
  const page = whose();
  return page ? tabOf(page) : null;
}

/** Of a row of either kind. */
export function ownerOf(row: Live | Event): Live['owner'] | Said {
  return 'begin' in row ? row.owner : row.said;
}

/** In characters. */
export function requestSize({ begin, end }: Live): number {
  const headers = (pairs: RequestBegin['requestHeaders']): number =>
    pairs.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return (
    500 +
    begin.url.length +
    (begin.requestBody?.length ?? 0) +
    headers(end?.requestHeaders ?? begin.requestHeaders) +
    headers(end?.responseHeaders ?? []) +
    (end?.responseBody?.length ?? 0)
  );
}

export function eventSize({ text, detail }: EventFacts): number {
  return text.length + detail.reduce((sum, each) => sum + each.length, 300);
}

/** What stands in the log for a row that is not written: nothing of the row itself but what it was. */
export function setAsideNote(row: Live | Event, number: number | null, at: number): Said {
  const what = 'begin' in row ? `Request #${number ?? '?'}` : `A row of the kind ${row.said.event.kind}`;
  const { session, trace } = ownerOf(row);
  const text = `${what} was set aside: the process that writes the log ended twice by it (${row.size} characters)`;
  const event: EventFacts = { kind: 'notice', at, level: 'error', text, url: null, line: null, column: null, detail: [] };
  const tab = 'begin' in row ? (row.tab ?? tabOf(row.owner)) : (row.said.tab ?? tabOf(row.said));
  return { session, trace, tab, tabOf: () => null, whose: () => undefined, event, request: null };
}
