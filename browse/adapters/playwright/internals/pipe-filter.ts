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
/** Whose messages are dropped, until its own frame navigates. */
export type Dropped = {
  readonly session: string;
  readonly frame: string;
  /** Hears the time at which a message was written, in milliseconds by the page's clock. */
  onDrop(timestamp: number): void;
};

const NUL = 0;
const CONSOLE = Buffer.from('{"method":"Runtime.consoleAPICalled"');
const NAVIGATED = Buffer.from('{"method":"Page.frameNavigated"');
/** Bytes at the end of a message in which its session stands. */
const TAIL = 80;

type Filter = { readonly dropped: Map<string, Dropped>; held: Buffer };

const filters = new WeakMap<Pipe, Filter>();

/** Drops those of the session until that is ended, or its frame navigates; tells of each. Null where the pipe is none of ours. */
export function dropFrom(pipe: Pipe, dropped: Dropped): Dropping | null {
  const filter = filters.get(pipe) ?? install(pipe);
  if (filter === null) return null;
  filter.dropped.set(dropped.session, dropped);
  return { end: () => void filter.dropped.delete(dropped.session) };
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
  const kind = [CONSOLE, NAVIGATED].find((start) => message.subarray(0, start.length).equals(start));
  if (kind === undefined) return false;
  const session = /"sessionId":"([^"]+)"\}\0$/.exec(message.toString('latin1', Math.max(0, message.length - TAIL)))?.[1] ?? '';
  const whose = dropped.get(session);
  if (whose === undefined) return false;
  const text = message.toString('latin1');
  if (kind === NAVIGATED) {
    // What follows in the same breath is the next document's.
    if (text.includes(`"frame":{"id":"${whose.frame}"`)) dropped.delete(session);
    return false;
  }
  // Within a text of the page its quotes would be escaped.
  whose.onDrop(Number(/"timestamp":([\d.e+]+)/.exec(text)?.[1] ?? Date.now()));
  return true;
}
