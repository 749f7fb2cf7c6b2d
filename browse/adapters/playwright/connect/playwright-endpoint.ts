/**
 * Lets other Playwright clients join a browser of ours: the same context, tabs and cookies as one session of it. Their endpoint is a
 * socket of ours, one per session, which passes on to and from the one that Playwright makes, but for what belongs to other sessions;
 * so it is known who is there and who has left; contexts that a guest made and left behind are closed, and what it set on those of
 * sessions is undone. Whoever opens the socket has the browser: both lie where nobody else may look. A guest is there once it has
 * said something that can be understood; one that is too old for it is told so.
 */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { Browser as ClientBrowser, BrowserContext } from 'playwright';
import type { SharePlace } from '../../../domain/pool.ts';
import { settingsBefore } from '../internals/guest-settings.ts';
import { guestName, leftovers } from '../internals/server-side.ts';
import { ContextFilter } from './context-filter.ts';
import { answerOf, refusalOf } from './legacy-clients.ts';

export type PlaywrightEndpoint = {
  /**
   * Opens the socket of a session, whose context (null: none) clients at it see besides their own; without one they see all. Fails as
   * a system call does. A second call for the same socket says which context it is from now on.
   */
  share(place: SharePlace, session?: BrowserContext | null): Promise<void>;
  /** By number, which is never used again. */
  guests(): readonly number[];
  onGuestLeft(listener: (guest: number) => void): void;
  /** Makes a context of our own, which is nobody's to clean up. */
  own(making: Promise<BrowserContext>): Promise<BrowserContext>;
  close(): void;
};

/** The name of the context that is shown; null for none, undefined for all. */
type Shared = string | null | undefined;

/** A socket of ours. `shown`: the context of its session now. */
type Opened = { readonly shown: { session: Shared }; readonly done: Promise<() => void> };

/** Who was there when something was made: it is cleaned up when the last of them has left. */
type Left = { readonly context: BrowserContext; readonly makers: Set<number> };

export function playwrightEndpoint(client: ClientBrowser): PlaywrightEndpoint {
  const ours = new WeakSet<BrowserContext>();
  const making = new Set<Promise<BrowserContext>>();
  const present = new Map<number, { readonly near: Socket; readonly left: () => void }>();
  const left = new Set<Left>();
  const listeners: ((guest: number) => void)[] = [];
  const opened = new Map<string, Opened>();
  /** Contexts of our sessions, by the names that clients have for them. */
  const sessions = new Set<string>();
  /** What puts the contexts of our sessions back once the last guest has left. */
  let undoing: readonly (() => Promise<void>)[] = [];
  let bound: Promise<string> | null = null;
  let numbers = 0;
  const tidy = leftovers(client);

  const gone = (guest: number): void => {
    const socket = present.get(guest);
    if (socket === undefined) return;
    present.delete(guest);
    socket.left();
    for (const each of left) {
      each.makers.delete(guest);
      if (each.makers.size > 0) continue;
      left.delete(each);
      each.context.close().catch(() => {});
    }
    if (present.size === 0) {
      tidy();
      for (const undo of undoing) void undo();
      undoing = [];
    }
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

  /** The socket that Playwright makes, once for all sessions. */
  const bind = async (folder: string): Promise<string> => {
    for (const path of [folder, `${folder}/r`]) mkdirSync(path, { recursive: true, mode: 0o700 });
    // Read when the server starts, and again when it ends. By default its socket and a file with our launch options lie where others look.
    process.env['PWTEST_SOCKETS_DIR'] = folder;
    process.env['PWTEST_SERVER_REGISTRY'] = `${folder}/r`;
    return (await client.bind('browse')).endpoint;
  };

  /** Whether a context is shown to a client of that session: its own, and those that clients made, but for `earlier` ones. */
  const shownTo = (own: Shared, earlier: ReadonlySet<string>, context: string): boolean =>
    own === undefined || context === own || (!sessions.has(context) && !earlier.has(context));

  const start = async (place: SharePlace, shown: { session: Shared }): Promise<() => void> => {
    // Another attempt may fare better.
    bound ??= bind(place.folder).catch((error: unknown) => {
      bound = null;
      throw error;
    });
    const endpoint = await bound;
    const welcome = (near: Socket, first: Buffer): void => {
      const guest = ++numbers;
      if (present.size === 0) undoing = client.contexts().flatMap((each) => (ours.has(each) ? [settingsBefore(each)] : []));
      const far = connect(endpoint);
      present.set(guest, { near, left: () => place.present(-1) });
      place.present(1);
      const end = (): void => {
        near.destroy();
        far.destroy();
        gone(guest);
      };
      for (const socket of [near, far]) socket.on('error', end).on('close', end);
      // What others made before: the session's own context is the first that it sees.
      const earlier = new Set([...left].map((each) => guestName(each.context)));
      const filter = new ContextFilter(
        (context) => {
          if (making.size === 0) return shownTo(shown.session, earlier, context);
          // It may be one that is being made for a session, and is not known yet.
          return Promise.allSettled(making).then(() => shownTo(shown.session, earlier, context));
        },
        (bytes) => {
          // Who reads slowly holds up its own connection, and no memory of ours.
          if (!near.write(bytes)) far.pause();
        },
      );
      near.on('drain', () => far.resume());
      far.write(first);
      near.pipe(far);
      far.on('data', (bytes: Buffer) => filter.take(bytes)).on('end', () => near.end());
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
      for (const { near } of present.values()) near.destroy();
      for (const socket of silent) socket.destroy();
      server.close();
      rmSync(place.path, { force: true });
    };
  };

  return {
    async share(place, session) {
      const own = session ? guestName(session) : session;
      const before = opened.get(place.path);
      if (before !== undefined) {
        before.shown.session = own;
        return void (await before.done);
      }
      const shown = { session: own };
      const done = start(place, shown);
      opened.set(place.path, { shown, done });
      done.catch(() => opened.delete(place.path));
      await done;
    },
    guests: () => [...present.keys()],
    onGuestLeft: (listener) => void listeners.push(listener),
    async own(work) {
      making.add(work);
      try {
        const context = await work;
        ours.add(context);
        if (present.size > 0) undoing = [...undoing, settingsBefore(context)];
        const name = guestName(context);
        sessions.add(name);
        context.once('close', () => sessions.delete(name));
        return context;
      } finally {
        making.delete(work);
      }
    },
    close: () => {
      for (const { done } of opened.values()) done.then((end) => end()).catch(() => {});
    },
  };
}
