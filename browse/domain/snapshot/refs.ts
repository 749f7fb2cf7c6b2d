/**
 * The refs of one tab: `@eN` → what was printed under that number. A snapshot numbers 1..n in print order and replaces
 * the table; diffs, `find` and lists extend it. Must not know the DOM, tabs or text output.
 */
import { fail } from '../../protocol/errors.ts';
import type { Identity, Pin, SnapshotNode } from './tree.ts';

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

/** Entries kept at most; the oldest go first once extensions pass it. */
const LIMIT = 100_000;

const keyOf = (pin: Pin): string => `${pin.document}/${pin.index}`;

/** Numbers and identities of one tab. */
export class RefTable {
  readonly #identities = new Map<number, Identity>();
  readonly #numbers = new Map<string, number>();
  /** Numbers up to this one are in the order of the page, with all of their kind. */
  #whole = 0;
  #next = 1;
  #generation = 0;

  /** Changes whenever numbers are given anew; equal generations are the same numbering. */
  get generation(): number {
    return this.#generation;
  }

  /** How many refs it knows. */
  get size(): number {
    return this.#identities.size;
  }

  /** A snapshot: forgets all, and numbers the nodes that have an identity 1..n in their order. `whole`: it is of the whole page. */
  replace(nodes: readonly SnapshotNode[], whole = true): void {
    this.clear();
    for (const { identity } of nodes) if (identity !== null) this.extend(identity);
    if (whole) this.#whole = this.#next - 1;
  }

  /** Every ref is gone: the next one is `@e1` again. */
  clear(): void {
    this.#identities.clear();
    this.#numbers.clear();
    this.#next = 1;
    this.#whole = 0;
    this.#generation += 1;
  }

  /** The number of an element: the one it has, with what it is now, else the next one. */
  extend(identity: Identity): number {
    const key = keyOf(identity.pin);
    const known = this.#numbers.get(key);
    const number = known ?? this.#next;
    if (known === undefined) {
      this.#next += 1;
      this.#numbers.set(key, number);
    }
    this.#identities.set(number, identity);
    if (this.#identities.size > LIMIT) this.#dropOldest();
    return number;
  }

  /** Which of those that `alike` calls its like an element is in its document, from 0; null when the last snapshot cannot tell. */
  standing(identity: Identity, alike: (other: Identity) => boolean): { readonly at: number; readonly of: number } | null {
    if ((this.numberOf(identity.pin) ?? Infinity) > this.#whole) return null;
    let [at, of] = [-1, 0];
    for (const [number, other] of this.#identities) {
      if (number > this.#whole || other.pin.document !== identity.pin.document || !alike(other)) continue;
      if (other.pin.index === identity.pin.index) at = of;
      of += 1;
    }
    return at === -1 ? null : { at, of };
  }

  /** The number of a pinned element, or null when it has none. */
  numberOf(pin: Pin): number | null {
    return this.#numbers.get(keyOf(pin)) ?? null;
  }

  /** What a ref means. Fails with `ref-unknown`, or `ref-stale` when it is not what the caller believes. */
  resolve(ref: Ref): Identity {
    const identity = this.#identities.get(ref.number);
    const name = `@e${ref.number}`;
    if (identity === undefined) return fail('ref-unknown', { ref: name, known: this.#known() });
    if (!believedRight(ref, identity)) {
      const is = `${name} [${identity.role}] ${JSON.stringify(identity.name)}`;
      fail('ref-stale', {
        ref: name,
        role: ref.role ?? identity.role,
        name: ref.name?.text ?? '',
        reason: `this tab's last snapshot has ${is}`,
      });
    }
    return identity;
  }

  #known(): string {
    if (this.#identities.size === 0) return 'this tab has no snapshot with refs yet';
    const last = this.#next - 1;
    return `this tab's last snapshot has ${last === 1 ? '@e1' : `@e1-@e${last}`}`;
  }

  #dropOldest(): void {
    const oldest = this.#identities.entries().next().value;
    if (oldest === undefined) return;
    this.#identities.delete(oldest[0]);
    this.#numbers.delete(keyOf(oldest[1].pin));
  }
}

function believedRight(ref: Ref, identity: Identity): boolean {
  if (ref.role !== null && ref.role !== identity.role) return false;
  if (ref.name === null) return true;
  return ref.name.whole ? ref.name.text === identity.name : identity.name.startsWith(ref.name.text);
}
