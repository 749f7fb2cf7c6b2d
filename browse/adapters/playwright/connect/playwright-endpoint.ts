/**
 * Lets other Playwright clients join a browser of ours: the same contexts, tabs and cookies. Their endpoint is a socket of ours, which
 * passes everything on to the one that Playwright makes; so it is known who is there and who has left, and contexts that a guest made
 * and left behind are closed. Whoever opens the socket has the browser: both lie where nobody else may look. He is there once he has
 * said something that can be understood; one who is too old for it is told so.
 */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { Browser as ClientBrowser, BrowserContext } from 'playwright';
import type { SharePlace } from '../../../domain/pool.ts';
import { leftovers } from '../internals/server-side.ts';
import { answerOf, refusalOf } from './legacy-clients.ts';

export type PlaywrightEndpoint = {
  /** Fails as a system call does. A second call changes nothing. */
  share(place: SharePlace): Promise<void>;
  /** By number, which is never used again. */
  guests(): readonly number[];
  onGuestLeft(listener: (guest: number) => void): void;
  /** Makes a context of our own, which is nobody's to clean up. */
  own(making: Promise<BrowserContext>): Promise<BrowserContext>;
  close(): void;
};

/** Who was there when something was made: it is cleaned up when the last of them has left. */
type Left = { readonly context: BrowserContext; readonly makers: Set<number> };

export function playwrightEndpoint(client: ClientBrowser): PlaywrightEndpoint {
  const ours = new WeakSet<BrowserContext>();
  const making = new Set<Promise<BrowserContext>>();
  const present = new Map<number, Socket>();
  const left = new Set<Left>();
  const listeners: ((guest: number) => void)[] = [];
  let opened: { readonly place: SharePlace; readonly done: Promise<() => void> } | null = null;
  let numbers = 0;
  const tidy = leftovers(client);

  const gone = (guest: number): void => {
    if (!present.delete(guest)) return;
    opened?.place.present(-1);
    for (const each of left) {
      each.makers.delete(guest);
      if (each.makers.size > 0) continue;
      left.delete(each);
      each.context.close().catch(() => {});
    }
    if (present.size === 0) tidy();
    for (const listener of listeners) listener(guest);
  };

  client.on('context', (context) => {
    void (async () => {
      await Promise.allSettled(making);
      if (ours.has(context) || present.size === 0) return;
      const entry = { context, makers: new Set(present.keys()) };
      left.add(entry);
      context.once('close', () => left.delete(entry));
    })();
  });

  const start = async (place: SharePlace): Promise<() => void> => {
    for (const folder of [place.folder, `${place.folder}/r`]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Read when the server starts, and again when it ends. By default its socket and a file with our launch options lie where others look.
    process.env['PWTEST_SOCKETS_DIR'] = place.folder;
    process.env['PWTEST_SERVER_REGISTRY'] = `${place.folder}/r`;
    const { endpoint } = await client.bind('browse');
    const welcome = (near: Socket, first: Buffer): void => {
      const guest = ++numbers;
      const far = connect(endpoint);
      present.set(guest, near);
      place.present(1);
      const end = (): void => {
        near.destroy();
        far.destroy();
        gone(guest);
      };
      for (const socket of [near, far]) socket.on('error', end).on('close', end);
      far.write(first);
      near.pipe(far);
      far.pipe(near);
    };
    const silent = new Set<Socket>();
    const server = createServer({ allowHalfOpen: false }, (near) => {
      silent.add(near);
      near.on('error', () => near.destroy()).once('close', () => silent.delete(near));
      near.once('data', (first: Buffer) => {
        silent.delete(near);
        const refusal = refusalOf(first);
        if (refusal === null) return welcome(near, first);
        place.refused(refusal);
        near.end(answerOf(refusal), () => near.destroySoon());
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(place.path, resolve);
    });
    chmodSync(place.path, 0o600);
    return () => {
      for (const socket of [...present.values(), ...silent]) socket.destroy();
      server.close();
      rmSync(place.path, { force: true });
    };
  };

  return {
    async share(place) {
      if (opened === null) {
        const done = start(place);
        opened = { place, done };
        // Another attempt may fare better.
        done.catch(() => (opened = null));
      }
      await opened.done;
    },
    guests: () => [...present.keys()],
    onGuestLeft: (listener) => void listeners.push(listener),
    async own(work) {
      making.add(work);
      try {
        const context = await work;
        ours.add(context);
        return context;
      } finally {
        making.delete(work);
      }
    },
    close: () => void opened?.done.then((end) => end()).catch(() => {}),
  };
}
