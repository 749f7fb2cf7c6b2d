/**
 * A value of the page as plain data: JSON where there is any, else what a console would print. The browser itself takes it apart, so no
 * method that the page put on arrays, objects or JSON has a say. What it only names (functions, errors, elements, proxies) is asked for
 * by the way that leads there, in syntax alone.
 */
import type { Deadline } from '../../../base/deadline.ts';
import { fail } from '../../../protocol/errors.ts';
import type { ProtocolSession } from '../internals/server-side.ts';

/** As the browser takes a value apart. One that was seen before has its number alone. */
type Taken = { readonly type: string; readonly value?: unknown; readonly weakLocalObjectReference?: number };
type Answer = {
  readonly result: { readonly deepSerializedValue?: Taken };
  readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
};

type Way = readonly (string | number)[];
/** Something of which the browser gives the kind alone, and where its value goes. */
type Named = { readonly kind: string; readonly way: Way; readonly put: (value: unknown) => void };

const DEPTH = 20;
/** How many named things are looked at. */
const NAMED = 500;

/** Values that several others hold, each of which gets a copy; how many parts of copies there may still be. */
type Copies = { readonly of: Map<number, Taken>; again: boolean; left: number };
const copies = (): Copies => ({ of: new Map(), again: false, left: 200_000 });

/** Runs in the page. Calls nothing that the value itself does not have: what it gives has no prototype, and is taken apart again. */
const LOOK = `function(asked) {
  const found = { __proto__: null };
  for (let at = 0; at < asked.length; at++) {
    try {
      let value = this;
      for (let step = 0; step < asked[at].way.length; step++) value = value[asked[at].way[step]];
      const kind = asked[at].kind;
      if (kind === 'symbol') found[at] = 'Symbol(' + (value.description ?? '') + ')';
      else if (kind === 'error') found[at] = '' + (value.stack || value);
      else if (kind === 'node') found[at] = '' + (value.nodeType === 1 ? value.outerHTML.slice(0, 2000) : value.nodeValue ?? value.nodeName);
      else if (kind === 'function') found[at] = '' + value;
      else if (kind === 'platformobject' && typeof value.toJSON === 'function') found[at] = { __proto__: null, json: value.toJSON() };
      else if (kind === 'proxy' && typeof value === 'function') found[at] = '' + value;
      else {
        const own = { __proto__: null, ...value };
        let count = 0;
        for (const key in own) count++;
        found[at] = { __proto__: null, own, list: kind !== 'platformobject' && value.length === count && (count === 0 || '0' in own) };
      }
    } catch {
      found[at] = '[' + asked[at].kind + ']';
    }
  }
  return found;
}`;

/** Fails with `script-failed` where a property of the value throws. */
export async function plainValue(session: ProtocolSession, objectId: string, deadline: Deadline): Promise<unknown> {
  const ask = async (functionDeclaration: string, argument?: unknown): Promise<Taken> => {
    const asked = session.send('Runtime.callFunctionOn', {
      functionDeclaration,
      objectId,
      ...(argument === undefined ? {} : { arguments: [{ value: argument }] }),
      serializationOptions: { serialization: 'deep', maxDepth: DEPTH + 3, additionalParameters: { maxNodeDepth: 0 } },
    });
    const answer = (await deadline.race(asked).catch((error: unknown) => unreadable(error))) as Answer;
    return answer.result.deepSerializedValue ?? { type: 'null' };
  };
  let value: unknown = null;
  let named: Named[] = [];
  put(await ask('function(){return this}'), { way: [], put: (whole) => (value = whole), copies: copies(), inside: [], named });
  for (let left = NAMED; named.length > 0;) {
    const now = named.slice(0, left);
    for (const { kind, put: fill } of named.slice(left)) fill(`[${kind}]`);
    named = [];
    left -= now.length;
    if (now.length === 0) break;
    const found = await ask(
      LOOK,
      now.map(({ kind, way }) => ({ kind, way })),
    );
    const seen = copies();
    for (const [at, taken] of entries(found)) {
      const one = now[Number(at)];
      if (one !== undefined) fillIn(one, taken, seen, named);
    }
  }
  return value;
}

/** What a look at something named gave: a text, what stands for it in JSON, or a copy of what it holds. */
function fillIn(one: Named, taken: Taken, seen: Copies, named: Named[]): void {
  const parts = new Map(entries(taken));
  const [json, own] = [parts.get('json'), parts.get('own')];
  // What stands for it is at no place: what is only named there stays so.
  if (json !== undefined) return put(json, { way: null, put: one.put, copies: seen, inside: [], named });
  if (own === undefined) return one.put(typeof taken.value === 'string' ? taken.value : null);
  const list = parts.get('list')?.value === true;
  const whole = { type: list ? 'array' : 'object', value: list ? entries(own).map(([, each]) => each) : own.value };
  return put(whole, { way: one.way, put: one.put, copies: seen, inside: [], named });
}

type Place = {
  /** Null where no way leads. */
  readonly way: Way | null;
  readonly put: (value: unknown) => void;
  readonly copies: Copies;
  /** The numbers of all that this is inside of. */
  readonly inside: readonly number[];
  readonly named: Named[];
};

function put(taken: Taken, place: Place): void {
  const { type, weakLocalObjectReference: number } = taken;
  if (place.copies.again && (place.copies.left -= 1) < 0) return place.put('[again]');
  if (number !== undefined) {
    if (place.inside.includes(number)) return place.put('[circular]');
    const known = place.copies.of.get(number);
    if (taken.value !== undefined) place.copies.of.set(number, taken);
    else if (known !== undefined) {
      const before = place.copies.again;
      place.copies.again = true;
      put(known, place);
      place.copies.again = before;
      return;
    }
  }
  const { value } = taken;
  const inside = number === undefined ? place.inside : [...place.inside, number];
  const at = (step: string | number, reached: boolean, fill: (one: unknown) => void): Place => ({
    ...place,
    inside,
    way: reached && place.way !== null ? [...place.way, step] : null,
    put: fill,
  });
  const all = (each: readonly Taken[], reached: boolean): unknown[] => {
    const list = Array.from<unknown>({ length: each.length }).fill(null);
    for (const [index, one] of each.entries())
      put(
        one,
        at(index, reached, (done) => (list[index] = done)),
      );
    return list;
  };
  switch (type) {
    case 'undefined':
    case 'null':
      return place.put(null);
    case 'number':
      return place.put(value === '-0' ? 0 : value);
    case 'bigint':
      return place.put(`${String(value)}n`);
    case 'string':
    case 'boolean':
    case 'date':
      return place.put(value);
    case 'regexp': {
      const { pattern, flags = '' } = value as { pattern: string; flags?: string };
      return place.put(`/${pattern}/${flags}`);
    }
    case 'window':
      return place.put('[window]');
    default:
  }
  if (inside.length > DEPTH || (place.way?.length ?? 0) > DEPTH) return place.put('[deep]');
  if (Array.isArray(value)) {
    if (type === 'array' || type === 'set' || type === 'nodelist' || type === 'htmlcollection')
      return place.put(all(value as Taken[], type !== 'set'));
    const pairs = value as (readonly [string | Taken, Taken])[];
    if (type === 'map')
      return place.put(pairs.map(([key, one]) => all([typeof key === 'string' ? { type: 'string', value: key } : key, one], false)));
    const object = {};
    for (const [key, one] of pairs) if (typeof key === 'string') put(one, at(key, true, own(object, key)));
    return place.put(object);
  }
  if (place.way === null || !LOOKED_AT.has(type)) return place.put(value === undefined && PLAIN.has(type) ? '[deep]' : `[${type}]`);
  place.put(null);
  place.named.push({ kind: type, way: place.way, put: place.put });
}

/** Fills a property of that name in, `__proto__` too. */
function own(object: object, key: string): (value: unknown) => void {
  return (value) => void Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}

/** Kinds of which the browser gives what is inside; without it, they lie too deep. */
const PLAIN: ReadonlySet<string> = new Set(['object', 'array', 'map', 'set']);
const LOOKED_AT: ReadonlySet<string> = new Set(['function', 'symbol', 'error', 'node', 'proxy', 'platformobject', 'typedarray']);

function entries(taken: Taken): readonly (readonly [string, Taken])[] {
  return Array.isArray(taken.value) && taken.type === 'object' ? (taken.value as (readonly [string, Taken])[]) : [];
}

function unreadable(error: unknown): never {
  if (error instanceof Error && error.message.includes('exception during deep serialization'))
    return fail('script-failed', { message: 'The value cannot be read: one of its properties throws' });
  throw error;
}
