/** Every session of this daemon: made on first use, counted for `status`, saved and restored around a restart. */
import type { SessionFacts, SessionStatus } from '../../commands/context.ts';
import type { Applied } from '../../domain/configuration/ports.ts';
import { portOf } from '../../domain/pool.ts';
import { fail } from '../../protocol/errors.ts';
import { projectOf } from '../../domain/project.ts';
import type { Status } from '../../protocol/status.ts';
import { browserOf } from './session-name.ts';
import type { Dispatch, OpenSession, SavedSession, Services, SessionStart, SharedSession } from '../ports.ts';
import { Downloads } from './downloads.ts';
import { Session } from './session.ts';
import { tell } from './tab-events.ts';
import type { TimeLimit } from '../../domain/ports/machine.ts';

/** Milliseconds within which a healthy page answers. */
const HEALTHY = 150;
/** Milliseconds that the cookies and storage of another session may take to be read. */
const BEGINNING = 3000;
/** Milliseconds after which the tabs of an agent's session are closed. */
const UNUSED = 2 * 3_600_000;
const NEVER = new AbortController().signal;

export class Sessions {
  readonly #services: Services;
  readonly #sessions = new Map<string, Session>();
  readonly #downloads: Downloads;

  constructor(services: Services) {
    this.#services = services;
    this.#downloads = new Downloads({ folder: services.paths.artifacts, clock: services.clock });
    services.host.onLost((reason) => {
      for (const session of this.#sessions.values()) if (portOf(session.name) === null) session.lose(reason);
    });
    const left = (port: number | null, guest: number): void => {
      for (const session of this.#sessions.values()) if (portOf(session.name) === port) session.popups.guestLeft(guest);
    };
    services.host.onGuestLeft((guest) => left(null, guest));
    services.pool.onGuestLeft(left);
    services.pool.onLost(({ port, reason, killed }) => {
      for (const session of this.#sessions.values()) {
        if (portOf(session.name) !== port) continue;
        session.lose(reason);
        if (killed) this.#sessions.delete(session.name);
      }
    });
  }

  #make(name: string): Session {
    const made = new Session(name, this.#services, browserOf(this.#services, name), this.#downloads);
    this.#sessions.set(name, made);
    return made;
  }

  /** The session of that name with a context in its browser. `given`: its name was said; else the first answer says it. */
  async open(name: string, start: SessionStart, signal: AbortSignal, given = true): Promise<Session> {
    const found = this.#sessions.get(name);
    const fresh = found === undefined && this.#services.saved.of(name) === null;
    const session = found ?? this.#make(name);
    const project = projectOf(name);
    await session.open({ ...start, ...(project === null ? {} : { begins: () => this.#stateOf(project) }) }, signal);
    // The one of no folder has no name to tell.
    if (fresh && !given && name !== 'default') tell(session.notices, { kind: 'session', session: name });
    return session;
  }

  /** Whether it is there, open or kept. */
  has(name: string): boolean {
    return this.#sessions.has(name) || this.#services.saved.of(name) !== null;
  }

  /** Cookies and storage of a session, open or kept; null when it has none. */
  async #stateOf(name: string): Promise<unknown> {
    const open = this.#sessions.get(name)?.browser;
    if (!open) return this.#services.saved.of(name)?.state ?? null;
    const { state } = await open.saveState({ timeout: BEGINNING, signal: NEVER }).catch(() => ({ state: null }));
    return state;
  }

  /** Fails with `session-unknown`. */
  async close(name: string): Promise<void> {
    const { saved, register } = this.#services;
    const session = this.#sessions.get(name);
    if (session === undefined && saved.of(name) === null) fail('session-unknown', { session: name });
    this.#sessions.delete(name);
    await session?.close();
    saved.forget(name);
    register.leave(name);
  }

  /** As other clients join it. */
  shared(name: string): SharedSession {
    return { name, browser: this.#sessions.get(name)?.browser ?? null };
  }

  list(own: string): readonly SessionFacts[] {
    return [...this.#sessions.values()].map(({ name, tabs }) => ({ name, mine: name === own, tabs: tabs.size }));
  }

  counts(): Pick<Status, 'browsers' | 'sessions' | 'tabs' | 'saved'> {
    const { host, pool, saved } = this.#services;
    const ports = pool.list().flatMap(({ port }) => (port === null ? [] : [port]));
    const browsers = [host.facts(), ...ports.map((port) => pool.host(port).facts())].filter((facts) => facts !== null);
    const all = [...this.#sessions.values()];
    return {
      browsers,
      sessions: all.map(({ name }) => name),
      saved: saved.facts(),
      tabs: all.reduce((sum, { tabs }) => sum + tabs.size, 0),
    };
  }

  async openTabs(): Promise<readonly OpenSession[]> {
    await Promise.all([...this.#sessions.values()].map((session) => session.learnTitles()));
    return [...this.#sessions.values()].map((session) => session.saved());
  }

  status(own: string): SessionStatus {
    const session = this.#sessions.get(own);
    const { pool } = this.#services;
    const port = portOf(own);
    const row = port === null ? null : pool.get(port);
    const facts = session?.browser || row ? browserOf(this.#services, own).facts() : null;
    const openedAt = session?.openedAt ?? null;
    return {
      name: own,
      browser: facts ? `${facts.name} ${facts.version}` : null,
      browserPid: facts?.pid || null,
      port,
      cdp_endpoint: (row ?? facts)?.cdp_endpoint ?? null,
      source: row?.source ?? 'launched',
      uptime: openedAt === null ? 0 : Math.round(this.#services.clock.elapsed() - openedAt) / 1000,
      tabs: session?.tabs.size ?? 0,
    };
  }

  /** Makes the configuration count where sessions are: in all, or in those of one project. `anew`: cookies also if they are the same. */
  async reconfigure(root?: string | null, anew = false): Promise<Applied> {
    const sessions = [...this.#sessions.values()].filter((session) => root === undefined || session.root === root);
    const applied = await Promise.all(sessions.map((session) => session.reconfigure(anew)));
    return { reseated: applied.flatMap(({ reseated }) => reseated), failed: applied.flatMap(({ failed }) => failed) };
  }

  /** Whether a tab's page answers; one that is gone has nothing to wait for. */
  async answers(name: string, id: number): Promise<boolean> {
    const session = this.#sessions.get(name);
    if (!session?.browser || !session.tabs.has(id)) return false;
    return session.tabs.get(id).page.responds({ timeout: HEALTHY, signal: NEVER });
  }

  async save(bound: TimeLimit): Promise<{ sessions: readonly SavedSession[]; lost: readonly string[] }> {
    const all = [...this.#sessions.values()];
    const ours = all.filter(({ name }) => portOf(name) === null);
    const others = all.filter((session) => !ours.includes(session));
    return {
      sessions: await Promise.all(ours.map((session) => this.#saved(session, bound))),
      lost: others.map(({ name }) => `session ${name}: its browser of the pool ended with the daemon`),
    };
  }

  async #saved(session: Session, bound: TimeLimit): Promise<SavedSession> {
    const taking = session.browser?.saveState(bound).catch(() => ({ state: null, lost: ['cookies and storage'] }));
    const [taken] = await Promise.all([taking, session.learnTitles(true)]);
    // In a browser that has died there is nothing to take.
    return { ...session.saved(), state: taken?.state ?? null, gone: taken?.lost ?? [] };
  }

  async restoreAll(loaded: boolean): Promise<void> {
    const { saved } = this.#services;
    const names = saved.facts().map(({ session }) => session);
    // What nobody asked for comes back when somebody wants it.
    for (const name of names.filter((each) => loaded || saved.of(each)?.renumber === false)) {
      try {
        const session = await this.open(name, { headed: null, env: {}, root: () => null }, NEVER);
        if (loaded) for (const tab of session.tabs.list()) await session.ready(tab, false).catch(() => {});
      } catch {
        // It stays on disk for the next use.
      }
    }
  }

  async tend(): Promise<void> {
    for (const session of this.#sessions.values()) {
      const { name } = session;
      if (projectOf(name) === null || portOf(name) !== null || session.idle < UNUSED) continue;
      // A script may be at work in it without a command.
      if (this.#services.host.guests().length > 0) continue;
      const saved = await this.#saved(session, { timeout: BEGINNING, signal: NEVER });
      // It may have been used meanwhile.
      if (session.idle < UNUSED) continue;
      this.#sessions.delete(name);
      await this.#services.saved.park(saved).catch(() => {});
      await session.close();
    }
  }
}

/** What the daemon around the pipeline asks of sessions. */
export function ofSessions(sessions: Sessions): Pick<Dispatch, 'counts' | 'open' | 'reconfigure' | 'save' | 'restoreAll' | 'tend'> {
  return {
    counts: () => sessions.counts(),
    open: () => sessions.openTabs(),
    reconfigure: (root) => sessions.reconfigure(root),
    save: (bound) => sessions.save(bound),
    restoreAll: (loaded) => sessions.restoreAll(loaded),
    tend: () => sessions.tend(),
  };
}
