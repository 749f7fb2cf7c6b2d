/**
 * Drops console messages where they come out of the pipe to a browser that we launched: to take one apart takes longer than a page
 * takes to write it. Costs nothing while nobody drops.
 */

/** As Playwright has it. A browser that was joined is at the other end of a socket, and has neither. */
export interface Pipe {
  _pendingBuffers?: Buffer[];
  _dispatch?(buffer: Buffer): void;
}

export type Dropping = { end(): void };
/** Hears the time at which a dropped message was written, in milliseconds by the page's clock. */
type OnDrop = (timestamp: number) => void;

const NUL = 0;
const CONSOLE = Buffer.from('{"method":"Runtime.consoleAPICalled"');
/** Bytes at the end of a message in which its session stands. */
const TAIL = 80;

type Filter = { readonly dropped: Map<string, OnDrop>; held: Buffer };

const filters = new WeakMap<Pipe, Filter>();

/** Drops those of the session until it is ended; tells of each. Null where the pipe is none of ours. */
export function dropFrom(pipe: Pipe, session: string, onDrop: OnDrop): Dropping | null {
  const filter = filters.get(pipe) ?? install(pipe);
  if (filter === null) return null;
  filter.dropped.set(session, onDrop);
  return { end: () => void filter.dropped.delete(session) };
}

function install(pipe: Pipe): Filter | null {
  const { _dispatch, _pendingBuffers } = pipe;
  if (_dispatch === undefined || _pendingBuffers === undefined) return null;
  // What came of a message so far waits with us from now on.
  const filter: Filter = { dropped: new Map(), held: Buffer.concat(_pendingBuffers) };
  pipe._pendingBuffers = [];
  pipe._dispatch = function (this: Pipe, buffer: Buffer): void {
    if (filter.dropped.size === 0 && filter.held.length === 0) return _dispatch.call(this, buffer);
    const data = filter.held.length === 0 ? buffer : Buffer.concat([filter.held, buffer]);
    if (filter.dropped.size === 0) {
      filter.held = Buffer.alloc(0);
      return _dispatch.call(this, data);
    }
    const end = data.lastIndexOf(NUL) + 1;
    filter.held = Buffer.from(data.subarray(end));
    const kept = messagesIn(data.subarray(0, end)).filter((message) => !isDropped(message, filter.dropped));
    if (kept.length > 0) _dispatch.call(this, Buffer.concat(kept));
  };
  filters.set(pipe, filter);
  return filter;
}

/** Each with the byte that ends it. */
function messagesIn(data: Buffer): readonly Buffer[] {
  const messages: Buffer[] = [];
  for (let from = 0; from < data.length;) {
    const end = data.indexOf(NUL, from) + 1;
    messages.push(data.subarray(from, end));
    from = end;
  }
  return messages;
}

function isDropped(message: Buffer, dropped: Filter['dropped']): boolean {
  if (!message.subarray(0, CONSOLE.length).equals(CONSOLE)) return false;
  const session = /"sessionId":"([^"]+)"\}\0$/.exec(message.toString('latin1', Math.max(0, message.length - TAIL)))?.[1] ?? '';
  const onDrop = dropped.get(session);
  // Within a text of the page its quotes would be escaped.
  onDrop?.(Number(/"timestamp":([\d.e+]+)/.exec(message.toString('latin1'))?.[1] ?? Date.now()));
  return onDrop !== undefined;
}
