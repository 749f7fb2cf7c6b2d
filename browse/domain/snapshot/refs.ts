/**
 * The refs of one tab: `@eN` → what was printed under that number. The first snapshot of a document numbers 1..n in print
 * order; every later look keeps the numbers of known elements and goes on. Must not know the DOM, tabs or text output.
 */
import { fail } from '../../protocol/errors.ts';
import type { Documents, Identity, Pin, SnapshotNode } from './tree.ts';

/** A ref as it was typed, with what it is believed to be. */
export type Ref = {
  readonly number: number;
  /** Null when only the number was given. */
  readonly role: string | null;
  /** Null when no name was given; a name printed with `…` behind it is the beginning of one. */
  readonly name: { readonly text: string; readonly whole: boolean } | null;
};

const BARE = /^@?e([1-9]\d{0,8})$/;
const BELIEVED = /^@e([1-9]\d{0,8})\s+\[([^\]\s]+)\](?:\s+("(?:[^"\\]|\\.)*")(…?))?(?=$|[\s:])/u;

/** Reads `@e3`, `e3` or a printed line (`@e4 [button] "Keep" [disabled]`); null for anything else, such as a selector. */
export function parseRef(text: string): Ref | null {
  const given = text.trim();
  const bare = BARE.exec(given);
  if (bare !== null) return { number: Number(bare[1]), role: null, name: null };
  const believed = BELIEVED.exec(given);
  if (believed === null) return null;
  return { number: Number(believed[1]), role: believed[2] ?? null, name: nameOf(believed[3], believed[4]) };
}

function nameOf(quoted: string | undefined, more: string | undefined): Ref['name'] {
  if (quoted === undefined) return null;
  try {
    return { text: String(JSON.parse(quoted)), whole: more === '' };
  } catch {
    return { text: quoted.slice(1, -1), whole: more === '' };
  }
}

/** Elements of living documents known at most. An older one gets another number when it is seen again. */
const LIMIT = 100_000;
/** Elements that are gone and still have a name, the newest ones. */
const GONE_LIMIT = 10_000;
/** Characters kept of such a name. */
const GONE_NAME = 80;

/** Main documents remembered: one that comes back (a page kept for Back) does not begin at 1 again. */
const REMEMBERED = 50;

const LEFT = 'the element left the page';
const NAVIGATED = 'the page navigated';

const keyOf = (pin: Pin): string => `${pin.document}/${pin.index}`;

type Gone = { readonly role: string; readonly name: string; readonly reason: string };

/** Numbers and identities of one tab. A number means one element for as long as the tab shows the same document. */
export class RefTable {
  readonly #identities = new Map<number, Identity>();
  readonly #numbers = new Map<string, number>();
  readonly #gone = new Map<number, Gone>();
  /** Numbers given since the last time it began at 1, as ranges: they go on above all others after a look that is no snapshot. */
  #given: { readonly first: number; last: number }[] = [];
  /** Elements of the last snapshot in the order of the page, with all of their kind; null when it left any out. */
  #whole: readonly Identity[] | null = null;
  /** Main documents that were numbered, the present one last. */
  readonly #documents: string[] = [];
  #living: ReadonlySet<string> = new Set();
  /** The first number of the present document. */
  #first = 1;
  #next = 1;
  /** The highest number that the tab ever gave. */
  #highest = 0;

  /** The main document that the numbers are of; empty before the first look. Equal ones are the same numbering. */
  get document(): string {
    return this.#documents.at(-1) ?? '';
  }

  /** How many refs can be resolved. */
  get size(): number {
    return this.#identities.size;
  }

  /**
   * A look at the page: whatever is not there any more is gone. A document that was never looked at begins at 1 where the look is a
   * `snapshot` that was asked for, which is told by `anew`; else its numbers go on above the highest one.
   */
  meet({ main, living, gone }: Documents, anew: boolean): void {
    for (const pin of gone) this.#leave(this.numberOf(pin), LEFT);
    const another = main !== this.document;
    if (another && anew && !this.#documents.includes(main)) this.#begin();
    else this.#leaveDead(living);
    if (!another) return;
    if (this.#given.length > 0) this.#next = this.#highest + 1;
    this.#first = this.#next;
    this.#documents.push(main);
    if (this.#documents.length > REMEMBERED) this.#documents.shift();
  }

  /** A snapshot's lines: each element keeps its number or gets the next, in their order. `whole`: they are of the whole page. */
  number(nodes: readonly SnapshotNode[], whole = true): void {
    const identities = nodes.flatMap(({ identity }) => identity ?? []);
    for (const identity of identities) this.extend(identity);
    this.#whole = whole ? identities : null;
  }

  #begin(): void {
    this.#identities.clear();
    this.#numbers.clear();
    this.#gone.clear();
    this.#given = [];
    this.#whole = null;
    this.#next = 1;
  }

  /** The number of an element: the one it has, with what it is now, else the next one. */
  extend(identity: Identity): number {
    const key = keyOf(identity.pin);
    const known = this.#numbers.get(key);
    const number = known ?? this.#next;
    if (known === undefined) {
      this.#next += 1;
      this.#highest = Math.max(this.#highest, number);
      this.#numbers.set(key, number);
      const range = this.#given.at(-1);
      if (range !== undefined && range.last === number - 1) range.last = number;
      else this.#given.push({ first: number, last: number });
    }
    this.#identities.set(number, identity);
    if (this.#identities.size > LIMIT) this.#leave(this.#identities.keys().next().value ?? null, LEFT);
    return number;
  }

  /** Which of those that `alike` calls its like an element is in its document, from 0; null when the last snapshot cannot tell. */
  standing(identity: Identity, alike: (other: Identity) => boolean): { readonly at: number; readonly of: number } | null {
    const { document, index } = identity.pin;
    const like = this.#whole?.filter((other) => other.pin.document === document && alike(other)) ?? [];
    const at = like.findIndex(({ pin }) => pin.index === index);
    return at === -1 ? null : { at, of: like.length };
  }

  /** The number of a pinned element, or null when it has none. */
  numberOf(pin: Pin): number | null {
    return this.#numbers.get(keyOf(pin)) ?? null;
  }

  /** What a ref means. Fails with `ref-unknown`, or `ref-stale` when it is gone or not what the caller believes. */
  resolve(ref: Ref): Identity {
    const identity = this.#identities.get(ref.number);
    const name = `@e${ref.number}`;
    if (identity === undefined) return this.#missing(ref);
    if (!believedRight(ref, identity)) {
      const is = `${name} [${identity.role}] ${JSON.stringify(identity.name)}`;
      fail('ref-stale', { ref: name, role: ref.role ?? identity.role, name: ref.name?.text ?? '', reason: `this document has ${is}` });
    }
    return identity;
  }

  #missing({ number, role, name }: Ref): never {
    const ref = `@e${number}`;
    const gone = this.#gone.get(number);
    if (gone !== undefined) fail('ref-stale', { ref, role: role ?? gone.role, name: name?.text ?? gone.name, reason: gone.reason });
    if (this.#given.some(({ first, last }) => first <= number && number <= last))
      fail('ref-stale', { ref, role: role ?? '', name: name?.text ?? '', reason: LEFT });
    return fail('ref-unknown', { ref, known: this.#known() });
  }

  #known(): string {
    if (this.#given.length === 0) return 'this tab has no snapshot with refs yet';
    const last = this.#next - 1;
    if (last < this.#first) return 'this document has no refs yet';
    return `this document has ${last === this.#first ? `@e${last}` : `@e${this.#first}-@e${last}`}`;
  }

  #leaveDead(living: readonly string[]): void {
    const same = living.length === this.#living.size && living.every((document) => this.#living.has(document));
    if (same) return;
    this.#living = new Set(living);
    for (const [number, { pin }] of this.#identities) if (!this.#living.has(pin.document)) this.#leave(number, NAVIGATED);
  }

  #leave(number: number | null, reason: string): void {
    const identity = number === null ? undefined : this.#identities.get(number);
    if (number === null || identity === undefined) return;
    this.#identities.delete(number);
    this.#numbers.delete(keyOf(identity.pin));
    this.#gone.set(number, { role: identity.role, name: identity.name.slice(0, GONE_NAME), reason });
    const [oldest] = this.#gone.keys();
    if (this.#gone.size > GONE_LIMIT && oldest !== undefined) this.#gone.delete(oldest);
  }
}

function believedRight(ref: Ref, identity: Identity): boolean {
  if (ref.role !== null && ref.role !== identity.role) return false;
  if (ref.name === null) return true;
  return ref.name.whole ? ref.name.text === identity.name : identity.name.startsWith(ref.name.text);
}
