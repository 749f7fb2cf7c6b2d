/**
 * Sessions on disk, a private file each: while one is open the list of its tabs, and after an end that nobody asked for what it is
 * restored from.
 *
 *   open (URLs) ──daemon killed──┐
 *        └──idle, SIGTERM, an upgrade──► ended (URLs, cookies, storage) ──► kept ──next use──► open
 *   stop, session close, 7 days: no file
 */
import { isObject } from '../../base/json.ts';
import { SerialQueue } from '../../base/serial-queue.ts';
import { portOf } from '../../domain/pool.ts';
import { projectOf } from '../../domain/project.ts';
import type { NotLoaded } from '../../domain/tabs/unloaded.ts';
import type { EndReason } from '../../protocol/client-identity.ts';
import type { SavedFacts } from '../../protocol/status.ts';
import type { Clock, Files } from '../../domain/ports/machine.ts';
import type { KeptSession, OpenSession, SavedSession, SavedSessions, SavedTab } from '../ports.ts';

/** How a session's file came to be as it is. `open`: its daemon runs, or was killed. `unused`: its tabs were closed. */
type Ended = EndReason | 'unused' | 'open';

/** `daemon` as it is called in a sentence. */
const AFTER: Readonly<Record<Ended, (daemon: string) => string>> = {
  open: (daemon) => `${daemon} was killed`,
  asked: (daemon) => `${daemon} was restarted`,
  idle: (daemon) => `${daemon} ended because nobody used it`,
  signal: (daemon) => `${daemon} was ended by a signal`,
  lost: (daemon) => `${daemon} ended because its record was removed`,
  once: (daemon) => `${daemon} ended`,
  unused: () => 'the session was not used for two hours',
};

/** Milliseconds for which the session of an agent's conversation is kept. */
const AGENTS = 24 * 3_600_000;
const DAY = 24 * 3_600_000;

export type SavedParts = {
  readonly files: Files;
  readonly clock: Pick<Clock, 'now'>;
  /** Of this daemon. */
  readonly pid: number;
  readonly folder: string;
  /** The one file of builds before 0.2. */
  readonly older: string;
  /** What of a session is restored, and for how many days it is kept. */
  readonly limits: () => { readonly restore: 'off' | 'tabs' | 'all'; readonly days: number };
  /** A URL without what is known as a secret. */
  readonly hidden: (url: string) => string;
};

/** What nobody has been told yet, for the next daemon. No session is called so. */
const UNTOLD = '.untold.json';

export class SavedSessionFiles implements SavedSessions {
  /** For whoever has the first command. */
  readonly notices: readonly string[];
  readonly #parts: SavedParts;
  readonly #kept = new Map<string, KeptSession>();
  /** What is on disk of those that are open. */
  readonly #open = new Map<string, string>();
  readonly #work = new SerialQueue();

  constructor(parts: SavedParts) {
    this.#parts = parts;
    const { files, folder, limits } = parts;
    files.secureFolder(folder);
    const { restore } = limits();
    const notices = readUntold(files, folder);
    for (const [name, kept] of this.#read()) {
      if (this.#expired(name, kept.at)) files.remove(this.#path(name));
      else if (restore !== 'off') this.#kept.set(name, restore === 'all' ? kept : { ...kept, state: null, gone: withState(kept.gone) });
      else {
        const lost = lostTabs(kept);
        if (lost !== null) notices.push(lost);
        files.remove(this.#path(name));
      }
    }
    this.notices = notices;
  }

  of(name: string): KeptSession | null {
    const kept = this.#kept.get(name);
    if (kept === undefined) return null;
    if (!this.#expired(name, kept.at)) return kept;
    this.forget(name);
    return null;
  }

  restored(name: string): void {
    this.#kept.delete(name);
  }

  forget(name: string): void {
    this.#kept.delete(name);
    this.#open.delete(name);
    void this.#work.run(async () => this.#parts.files.remove(this.#path(name))).catch(() => {});
  }

  facts(): readonly SavedFacts[] {
    return [...this.#kept.values()].map(({ name, at, tabs, state }) => ({
      session: name,
      tabs: tabs.length,
      savedAt: new Date(at).toISOString(),
      storage: state !== null,
    }));
  }

  /** Writes the lists that differ from the last ones. */
  update(sessions: readonly OpenSession[]): Promise<void> {
    const write: (() => Promise<void>)[] = [];
    for (const session of sessions) {
      // What is being restored stays on disk as it is until it was.
      if (this.#kept.has(session.name) || portOf(session.name) !== null) continue;
      const text = JSON.stringify(session);
      if (this.#open.get(session.name) === text || (session.tabs.length === 0 && !this.#open.has(session.name))) continue;
      this.#open.set(session.name, text);
      write.push(() => this.#write('open', { ...session, state: null, gone: [] }));
    }
    return this.#work.run(async () => {
      // A full disk costs no command: what is not written is not restored.
      for (const each of write) await each().catch(() => {});
    });
  }

  async park(session: SavedSession): Promise<void> {
    this.#open.delete(session.name);
    await this.#work.run(() => this.#write('unused', session));
    this.#kept.set(session.name, { ...session, at: this.#parts.clock.now(), after: AFTER.unused(''), renumber: true });
  }

  /** The last word of a daemon that ends. `saved` null: it was asked to, and keeps nothing. */
  async end(reason: EndReason, saved: readonly SavedSession[] | null, untold: readonly string[]): Promise<void> {
    const { files, folder } = this.#parts;
    await this.#work.run(async () => {
      if (saved === null) {
        for (const name of files.list(folder)) files.remove(`${folder}/${name}`);
        return;
      }
      for (const session of saved) if (portOf(session.name) === null) await this.#write(reason, session);
      if (untold.length > 0) await files.write(`${folder}/${UNTOLD}`, JSON.stringify(untold));
    });
  }

  #path(name: string): string {
    return `${this.#parts.folder}/${name}.json`;
  }

  #expired(name: string, at: number): boolean {
    const limit = projectOf(name) === null ? this.#parts.limits().days * DAY : AGENTS;
    return this.#parts.clock.now() - at > limit;
  }

  #write(ended: Ended, session: SavedSession): Promise<void> {
    const { limits, clock, pid } = this.#parts;
    const { restore } = limits();
    const at = clock.now();
    const tabs = session.tabs.map((tab) => this.#clean(tab));
    const kept = { ...session, tabs, state: restore === 'all' ? session.state : null };
    return this.#parts.files.write(this.#path(session.name), JSON.stringify({ version: 1, at, pid, ended, ...kept }));
  }

  /** Whole, but for user information and values known as secrets: a page without them is another one. */
  #clean(tab: SavedTab): SavedTab {
    const url = this.#parts.hidden(tab.url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#@]*@/i, '$1'));
    return url === tab.url ? tab : { ...tab, url, not: 'stripped' };
  }

  #read(): readonly (readonly [string, KeptSession])[] {
    const { files, folder, older } = this.#parts;
    const found: (readonly [string, KeptSession])[] = [];
    for (const kept of readOlder(files.read(older), this.#parts.clock.now())) found.push([kept.name, kept]);
    files.remove(older);
    for (const file of files.list(folder)) {
      if (!/^\w.*\.json$/.test(file)) continue;
      const name = file.slice(0, -'.json'.length);
      const kept = keptFrom(files.read(`${folder}/${file}`) ?? '', name);
      if (kept === null) files.remove(`${folder}/${file}`);
      else found.push([name, kept]);
    }
    return found;
  }
}

const withState = (gone: readonly string[]): readonly string[] => [...new Set([...gone, 'cookies and storage'])];

/** What a file says; null when it is none of ours. */
function keptFrom(text: string, name: string): KeptSession | null {
  try {
    const value = JSON.parse(text) as unknown;
    if (!isObject(value) || value['name'] !== name || !Array.isArray(value['tabs'])) return null;
    const { at, pid, ended, root, current, tabs, state, gone } = value;
    const how: Ended = typeof ended === 'string' && Object.hasOwn(AFTER, ended) ? (ended as Ended) : 'open';
    const lost = Array.isArray(gone) ? gone.map(String) : [];
    return {
      name,
      root: typeof root === 'string' ? root : null,
      current: typeof current === 'number' ? current : null,
      tabs: (tabs as readonly unknown[]).flatMap((tab) => tabFrom(tab) ?? []),
      state: state ?? null,
      gone: state === null || state === undefined ? withState(lost) : lost,
      at: typeof at === 'number' ? at : 0,
      after: AFTER[how](Number.isSafeInteger(pid) ? `the daemon (pid ${String(pid)})` : 'the daemon'),
      // Who asked for the restart goes on with the numbers at hand; others may still hold them for something else.
      renumber: how !== 'asked',
    };
  } catch {
    return null;
  }
}

const NOT: readonly NotLoaded[] = ['posted', 'stripped', 'deadly'];

function tabFrom(value: unknown): SavedTab | null {
  if (!isObject(value) || !Number.isSafeInteger(value['id']) || typeof value['url'] !== 'string') return null;
  const { id, url, title, not } = value;
  return { id: id as number, url, title: typeof title === 'string' ? title : '', not: NOT.find((each) => each === not) ?? null };
}

/** The one file in which builds before 0.2 kept all sessions. */
function readOlder(text: string | null, now: number): readonly KeptSession[] {
  try {
    const value = JSON.parse(text ?? '') as { readonly pid?: unknown; readonly saved?: unknown; readonly sessions?: unknown };
    const all = Array.isArray(value.saved) ? value.saved : Array.isArray(value.sessions) ? value.sessions : [];
    return (all as readonly unknown[]).flatMap((each) => {
      if (!isObject(each) || typeof each['name'] !== 'string') return [];
      const ended = value.saved ? 'asked' : 'open';
      return keptFrom(JSON.stringify({ ...each, at: now, pid: value.pid, ended }), each['name']) ?? [];
    });
  } catch {
    return [];
  }
}

function readUntold(files: Files, folder: string): string[] {
  const path = `${folder}/${UNTOLD}`;
  try {
    const notices = JSON.parse(files.read(path) ?? '[]') as unknown;
    files.remove(path);
    return Array.isArray(notices) ? notices.map(String) : [];
  } catch {
    return [];
  }
}

/** `The daemon was killed; 2 tabs of session shop are lost: https://a/, https://b/`. */
function lostTabs({ name, after, tabs }: KeptSession): string | null {
  const urls = tabs.map(({ url }) => url).filter((url) => url !== 'about:blank');
  if (urls.length === 0) return null;
  const shown = urls
    .slice(0, 5)
    .map((url) => (url.length > 120 ? `${url.slice(0, 119)}…` : url))
    .join(', ');
  const what = urls.length === 1 ? '1 tab' : `${urls.length} tabs`;
  return `${after.charAt(0).toUpperCase()}${after.slice(1)}; ${what} of session ${name} ${urls.length === 1 ? 'is' : 'are'} lost: ${shown}${urls.length > 5 ? ', …' : ''}`;
}
