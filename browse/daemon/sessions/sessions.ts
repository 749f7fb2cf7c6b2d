/** Every session of this daemon: made on first use, counted for `status`, saved and restored around a restart. */
import type { SessionFacts, SessionStatus } from '../../commands/context.ts';
import type { Applied } from '../../domain/configuration/ports.ts';
import { portOf } from '../../domain/pool.ts';
import { fail } from '../../protocol/errors.ts';
import type { BrowserFacts } from '../../protocol/status.ts';
import { browserOf } from './session-name.ts';
import type { OpenSession, SavedSession, Services, SessionStart } from '../ports.ts';
import { Session } from './session.ts';
import type { TimeLimit } from '../../domain/ports/machine.ts';

/** Milliseconds within which a healthy page answers. */
const HEALTHY = 150;
const NEVER = new AbortController().signal;

export class Sessions {
  readonly #services: Services;
  readonly #sessions = new Map<string, Session>();

  constructor(services: Services) {
    this.#services = services;
    services.host.onLost((reason) => {
      for (const session of this.#sessions.values()) if (portOf(session.name) === null) session.lose(reason);
    });
    const left = (port: number | null, guest: number): void => {
      for (const session of this.#sessions.values()) if (portOf(session.name) === port) session.guestLeft(guest);
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
    const made = new Session(name, this.#services, browserOf(this.#services, name));
    this.#sessions.set(name, made);
    return made;
  }

  /** The session of that name with a context in its browser. */
  async open(name: string, start: SessionStart, signal: AbortSignal): Promise<Session> {
    const session = this.#sessions.get(name) ?? this.#make(name);
    await session.open(start, signal);
    return session;
  }

  /** Fails with `session-unknown`. */
  async close(name: string): Promise<void> {
    const session = this.#sessions.get(name) ?? fail('session-unknown', { session: name });
    this.#sessions.delete(name);
    await session.close();
  }

  list(own: string): readonly SessionFacts[] {
    return [...this.#sessions.values()].map(({ name, tabs }) => ({ name, mine: name === own, tabs: tabs.size }));
  }

  counts(): { readonly browsers: readonly BrowserFacts[]; readonly sessions: readonly string[]; readonly tabs: number } {
    const { host, pool } = this.#services;
    const ports = pool.list().flatMap(({ port }) => (port === null ? [] : [port]));
    const browsers = [host.facts(), ...ports.map((port) => pool.host(port).facts())].filter((facts) => facts !== null);
    const all = [...this.#sessions.values()];
    return {
      browsers,
      sessions: all.map(({ name }) => name),
      tabs: all.reduce((sum, { tabs }) => sum + tabs.size, 0),
    };
  }

  openTabs(): readonly OpenSession[] {
    return [...this.#sessions.values()].map(({ name, tabs }) => ({
      name,
      tabs: tabs.list().map(({ id, page }) => ({ id, url: page.url() })),
    }));
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
    const lost: string[] = [];
    const sessions: SavedSession[] = [];
    for (const session of this.#sessions.values()) {
      const tabs = session.tabs.list().map(({ id, page }) => ({ id, url: page.url() }));
      if (portOf(session.name) !== null) {
        lost.push(`session ${session.name}: its browser of the pool ended with the daemon`);
        continue;
      }
      const saved = await session.browser?.saveState(bound).catch(() => ({ state: null, lost: ['cookies and storage'] }));
      lost.push(...(saved?.lost ?? []).map((what) => `${what} of session ${session.name}`));
      sessions.push({ name: session.name, root: session.root, current: session.tabs.current, tabs, state: saved?.state ?? null });
    }
    return { sessions, lost };
  }

  async restore(saved: readonly SavedSession[]): Promise<readonly string[]> {
    const lost: string[] = [];
    for (const { name, current, tabs, state, root = null } of saved) {
      const session = this.#make(name);
      const browser = await session.open({ headed: null, env: {}, root: () => root }, NEVER);
      if (state !== null) await browser.restoreState(state);
      // The blank tab that every session begins with gives way to those it had, which keep their numbers.
      const blank = session.tabs.current;
      const failed = await Promise.all(tabs.map(({ id, url }) => session.reopenTab(id, url, id === current)));
      lost.push(...failed.filter((each) => each !== null).map((what) => `${what} of session ${name}`));
      if (blank !== null && tabs.length > 0 && !tabs.some(({ id }) => id === blank)) await session.closeTab(blank);
    }
    return lost;
  }
}
