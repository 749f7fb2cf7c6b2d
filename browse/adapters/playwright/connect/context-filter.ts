/**
 * What a client that joined for one session is told: everything, but for contexts of other sessions and all that is in them. Reads
 * what our own Playwright sends, which is JSON with a zero byte behind each message, whatever the version of the client is. It keeps
 * nothing secret: a client that knows the names of hidden objects can still speak to them.
 */

/** Whether a context is shown; a promise while that is not known yet, and all that follows waits for it. */
export type ShownContexts = (context: string) => boolean | Promise<boolean>;

/** The beginning of a message about an object. Answers to a client's own calls begin otherwise. */
const ABOUT = /^\{"guid":"([^"\\]*)","method":"([^"\\]*)"/;
/** The end of one that makes an object: its name. */
const MADE = /"guid":"([^"\\]*)"\}\}$/;
/** Bytes of the two. */
const HEAD = 300;

export class ContextFilter {
  readonly #shown: ShownContexts;
  readonly #write: (bytes: Buffer) => void;
  /** Hidden objects, each with what was made in it. */
  readonly #hidden = new Map<string, string[]>();
  /** The part of a message that has come. */
  #part: Buffer[] = [];
  /** While it is decided whether a context is shown, in order. */
  #waiting: Promise<void> | null = null;
  #held: Buffer[] = [];

  constructor(shown: ShownContexts, write: (bytes: Buffer) => void) {
    this.#shown = shown;
    this.#write = write;
  }

  /** Bytes from the server. */
  take(bytes: Buffer): void {
    const ready: Buffer[] = [];
    let from = 0;
    for (let end = bytes.indexOf(0); end !== -1; end = bytes.indexOf(0, from)) {
      const last = bytes.subarray(from, end + 1);
      const message = this.#part.length === 0 ? last : Buffer.concat([...this.#part, last]);
      this.#part = [];
      from = end + 1;
      if (this.#waiting !== null) this.#held.push(message);
      else this.#pass(message, ready);
    }
    if (from < bytes.length) this.#part.push(bytes.subarray(from));
    if (ready.length > 0) this.#write(Buffer.concat(ready));
  }

  #pass(message: Buffer, ready: Buffer[]): void {
    const [, guid, method] = ABOUT.exec(message.toString('latin1', 0, HEAD)) ?? [];
    if (guid === undefined || method === undefined) return void ready.push(message);
    if (this.#hidden.has(guid)) return this.#leaveOut(guid, method, message);
    if (method === 'context' && this.#hidden.has(contextIn(message))) return;
    if (method !== '__create__' || !message.includes('"type":"BrowserContext"')) return void ready.push(message);
    const context = madeBy(message);
    const shown = this.#shown(context);
    if (shown === true) return void ready.push(message);
    if (shown === false) return void this.#hidden.set(context, []);
    this.#waiting = this.#decide(context, message, shown);
  }

  async #decide(context: string, message: Buffer, asked: Promise<boolean>): Promise<void> {
    const shown = await asked.catch(() => false);
    this.#waiting = null;
    const ready: Buffer[] = shown ? [message] : [];
    if (!shown) this.#hidden.set(context, []);
    const held = this.#held;
    this.#held = [];
    for (const each of held) {
      if (this.#waiting !== null) this.#held.push(each);
      else this.#pass(each, ready);
    }
    if (ready.length > 0) this.#write(Buffer.concat(ready));
  }

  /** Something about a hidden object. */
  #leaveOut(guid: string, method: string, message: Buffer): void {
    if (method === '__create__') {
      const made = madeBy(message);
      this.#hidden.set(made, []);
      this.#hidden.get(guid)?.push(made);
    } else if (method === '__dispose__') this.#forget(guid);
  }

  #forget(guid: string): void {
    const inside = this.#hidden.get(guid) ?? [];
    this.#hidden.delete(guid);
    for (const each of inside) this.#forget(each);
  }
}

/** The name of the object that a message makes. */
function madeBy(message: Buffer): string {
  const tail = message.toString('latin1', Math.max(0, message.length - HEAD), message.length - 1);
  return MADE.exec(tail)?.[1] ?? (JSON.parse(message.toString('utf8', 0, message.length - 1)) as { params: { guid: string } }).params.guid;
}

/** The context that a browser tells of. */
function contextIn(message: Buffer): string {
  const { params } = JSON.parse(message.toString('utf8', 0, message.length - 1)) as { params?: { context?: { guid?: string } } };
  return params?.context?.guid ?? '';
}
