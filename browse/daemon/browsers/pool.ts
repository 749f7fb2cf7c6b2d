/**
 * The browsers that were spawned for a port: started on the first free one, listed, lent to sessions, killed. Each row is
 *
 *     starting ──► running ──died──► crashed ──kill──► gone
 *         └─failed─► gone   └─────────kill───────────► gone
 *
 * and holds its port until it is gone. One that crashed is not started again: who uses its port must learn of it.
 */
import type { Spawn } from '../../commands/context.ts';
import { checkPort, portOfEndpoint } from '../../domain/pool.ts';
import type { HeldPort, JoinOptions, PortAllocator, SharePlace, SpawnOptions } from '../../domain/pool.ts';
import { fail } from '../../protocol/errors.ts';
import type { PoolRow } from '../../protocol/pool.ts';
import { factsOf } from './browser-host.ts';
import { inTime } from '../../domain/timeouts.ts';
import { rowOf } from './pool-member.ts';
import type { PoolMember } from './pool-member.ts';
import { PoolPorts } from './pool-ports.ts';
import type { BrowserHost, BrowserPool, PoolLoss, SharedSession, Start } from '../ports.ts';
import type { TimeLimit, Clock } from '../../domain/ports/machine.ts';
import type { Browser, BrowserSession, Engine, SessionOptions } from '../../domain/ports/browser.ts';

export type PoolParts = {
  readonly engine: () => Promise<Engine>;
  readonly clock: Clock;
  readonly ports: PortAllocator;
  /** Each browser gets a folder of its own in it. */
  readonly tempFolder: string;
  /** Variables of the daemon itself; the caller's come on top. */
  readonly env: Readonly<Record<string, string>>;
  readonly alive: (pid: number) => boolean;
  readonly makeFolder: (path: string) => void;
  readonly removeFolder: (path: string) => Promise<void>;
  /** Where other clients join the browser of a port. */
  readonly place: (port: number, session: string) => SharePlace;
  /** The browsers that run have changed. */
  readonly onChange: () => void;
  readonly note: (text: string) => void;
};

/** Milliseconds that a browser may take to close before it is killed. */
const CLOSING = 2000;
/** Milliseconds before a connection that was lost is tried again, at first and at most, and how long each try may take: a browser may have to be started for it. */
const AGAIN = { first: 500, most: 30_000, try: 30_000 };

export class Pool implements BrowserPool {
  readonly #parts: PoolParts;
  readonly #members = new Map<number, PoolMember>();
  readonly #ports: PoolPorts;
  readonly #choices = new Map<string, number>();
  readonly #listeners: ((loss: PoolLoss) => void)[] = [];
  readonly #guestListeners: ((port: number, guest: number) => void)[] = [];
  #closed = false;

  constructor(parts: PoolParts) {
    this.#parts = parts;
    this.#ports = new PoolPorts(parts.ports, this.#members);
  }

  async spawn(request: Spawn, bound: TimeLimit): Promise<PoolRow> {
    const { headed, env, port: asked, ...options } = request;
    const { profile } = options;
    if (this.#closed) fail('draining', {});
    const { port, held } = asked === null ? await this.#ports.firstFree() : await this.#ports.exactly(asked);
    // Looked for in the same turn in which the row is made: two spawns at once may wait for their ports together.
    const rival = [...this.#members.values()].find((each) => profile !== null && each.profile === profile && each.state !== 'crashed');
    if (rival) {
      held.release();
      this.#ports.settled(port);
      return fail('profile-busy', { profile: profile ?? '', holder: `the browser on port ${rival.port}` });
    }
    const member = this.#enter(port, held, profile, null);
    const { folder, ending } = member;
    try {
      // Whoever waits for the port may have closed the pool meanwhile.
      if (this.#closed) fail('draining', {});
      const spawn: SpawnOptions = { ...options, port };
      this.#parts.makeFolder(folder);
      const engine = await this.#parts.engine();
      const launch = { headless: !headed, tempFolder: folder, env: { ...this.#parts.env, ...env }, spawn };
      const browser = await engine.launch(launch, { timeout: bound.timeout, signal: AbortSignal.any([bound.signal, ending.signal]) });
      this.#parts.note(`spawned ${browser.name} (pid ${browser.pid}) on port ${port}`);
      return this.#up(member, browser);
    } catch (error) {
      await this.#forget(member);
      throw error;
    }
  }

  async join(options: JoinOptions, bound: TimeLimit): Promise<PoolRow> {
    if (this.#closed) fail('draining', {});
    const wanted = portOfEndpoint(options.endpoint);
    if (wanted !== null && this.#ports.has(wanted)) fail('port-busy', { port: wanted, by: 'a browser of the pool' });
    // A port of this machine is held by the browser itself.
    const { port, held } = wanted === null ? await this.#ports.firstFree() : { port: wanted, held: { release: () => {} } };
    const member = this.#enter(port, held, null, options);
    try {
      const engine = await this.#parts.engine();
      const signal = AbortSignal.any([bound.signal, member.ending.signal]);
      return this.#up(member, await engine.join(options, { timeout: bound.timeout, signal }));
    } catch (error) {
      await this.#forget(member);
      throw error;
    }
  }

  async leave(port: number): Promise<void> {
    const member = this.#member(port);
    if (member.joined === null)
      fail('usage', { problem: `the browser on port ${port} is ours: it is killed, not left`, hint: `browse pool kill ${port}` });
    await this.#end(member, CLOSING);
  }

  list(): readonly PoolRow[] {
    this.look();
    return [...this.#members.values()]
      .toSorted((a, b) => a.port - b.port)
      .flatMap((member) => (member.browser === null || member.state === 'closing' ? [] : [rowOf(member, member.browser)]));
  }

  get(port: number): PoolRow {
    this.look();
    const member = this.#member(port);
    return rowOf(member, member.browser);
  }

  async kill(port: number, pid?: number): Promise<void> {
    checkPort(port);
    const member = this.#members.get(port);
    if (pid !== undefined && member?.browser?.pid !== pid) return;
    if (member === undefined || member.state === 'closing') return fail('port-unknown', { port });
    if (member.joined !== null)
      fail('usage', {
        problem: `the browser ${port} was started by somebody else: it is left, not killed`,
        hint: `browse disconnect ${port}`,
      });
    await this.#end(member, CLOSING);
  }

  host(port: number): BrowserHost {
    this.#member(port);
    return {
      session: (name, options, start, bound) => this.#session(port, name, options, start, bound),
      share: (_start, _bound, session) => this.#share(port, session),
      cdp: async () => {
        this.look();
        return this.#reachable(port).browser.cdpEndpoint;
      },
      guests: () => this.#members.get(port)?.browser?.guests() ?? [],
      guestPage: (name) => this.#members.get(port)?.browser?.guestPage(name) ?? null,
      closeSession: async (session) => {
        const member = this.#members.get(port);
        // The profile is the session: without it nothing of the browser is left.
        await (member?.owner ? this.#end(member, CLOSING) : session.close());
      },
      look: () => this.look(),
      // It was spawned with what its command said.
      suits: () => true,
      facts: () => {
        const member = this.#members.get(port);
        if (!member?.browser || member.state !== 'running') return null;
        return factsOf(member.browser, port, new Date(member.createdAt).toISOString());
      },
    };
  }

  onLost(listener: (loss: PoolLoss) => void): void {
    this.#listeners.push(listener);
  }

  onGuestLeft(listener: (port: number, guest: number) => void): void {
    this.#guestListeners.push(listener);
  }

  look(): void {
    for (const member of this.#members.values())
      if (member.state === 'running' && member.browser && member.joined === null && !this.#parts.alive(member.browser.pid))
        this.#crashed(member);
  }

  choice(session: string): number | null {
    return this.#choices.get(session) ?? null;
  }

  choose(session: string, port: number | null): void {
    if (port === null) return void this.#choices.delete(session);
    this.#member(port);
    this.#choices.set(session, port);
  }

  /** Every one of them within the bound, then killed; none is started any more. */
  async close(bound: TimeLimit): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#members.values()].map((member) => this.#end(member, bound.timeout)));
  }

  /** Process ids of all that run. */
  pids(): readonly number[] {
    return [...this.#members.values()].flatMap(({ browser, state, joined }) =>
      browser === null || state === 'crashed' || joined !== null ? [] : [browser.pid],
    );
  }

  /** Whether somebody may be using one of them without a command: a window, or a program at its port. */
  used(): boolean {
    const running = [...this.#members.values()].filter(({ state, joined }) => state === 'running' && joined === null);
    if (running.length === 0) return false;
    if (running.some(({ browser }) => browser?.headless === false)) return true;
    return (this.#parts.ports.connections(running.map(({ port }) => port)) ?? 1) > 0;
  }

  /** Fails with `port-unknown`, `port-outside`. */
  #member(port: number): PoolMember & { browser: Browser } {
    checkPort(port);
    const member = this.#members.get(port);
    if (!member?.browser || member.state === 'closing') return fail('port-unknown', { port });
    return member as PoolMember & { browser: Browser };
  }

  /** Fails with `pool-crashed`, `join-lost`, too. */
  #reachable(port: number): PoolMember & { browser: Browser } {
    const member = this.#member(port);
    const { state, browser } = member;
    if (state === 'crashed') return fail('pool-crashed', { port, pid: browser.pid });
    return state === 'lost' ? fail('join-lost', { port, endpoint: browser.endpoint ?? '' }) : member;
  }

  async #session(port: number, name: string, options: SessionOptions, start: Start, bound: TimeLimit): Promise<BrowserSession> {
    const member = this.#reachable(port);
    const { browser } = member;
    // Its pages have no ground on which an element can be verified.
    if (browser.kind === 'firefox' || browser.kind === 'webkit') return fail('undriven', { port, browser: browser.kind });
    if (start.headed === true && browser.headless)
      return fail('usage', { problem: `--headed: the browser on port ${port} has no window`, hint: 'browse pool spawn --headed' });
    if (!browser.single)
      return inTime(this.#parts.clock, bound, 'Opening a session in the browser', browser.newSession(options), (late) => late.close());
    if (member.owner !== null && member.owner !== name) return fail('profile-taken', { port, session: member.owner });
    member.owner = name;
    return browser.newSession(options);
  }

  async #share(port: number, { name, browser }: SharedSession): Promise<string> {
    const member = this.#reachable(port);
    const place = this.#parts.place(port, name);
    await member.browser.share(place, browser);
    member.shared = place.path;
    return place.path;
  }

  #enter(port: number, held: HeldPort, profile: string | null, joined: JoinOptions | null): PoolMember {
    const member: PoolMember = {
      port,
      held,
      profile,
      joined,
      folder: `${this.#parts.tempFolder}/p${port}`,
      createdAt: this.#parts.clock.now(),
      ending: new AbortController(),
      state: 'starting',
      browser: null,
      owner: null,
      shared: null,
    };
    this.#members.set(port, member);
    this.#ports.settled(port);
    return member;
  }

  #up(member: PoolMember, browser: Browser): PoolRow {
    Object.assign(member, { browser, state: 'running', owner: null, shared: null } satisfies Partial<PoolMember>);
    browser.onGuestLeft((guest) => {
      for (const listener of this.#guestListeners) listener(member.port, guest);
    });
    browser.onCrash(() => (member.joined === null ? this.#crashed(member) : this.#lost(member, member.joined)));
    this.#parts.onChange();
    return rowOf(member, browser);
  }

  /** The tabs are still there, but under which number each was known cannot be told: its session ends. */
  #lost(member: PoolMember, options: JoinOptions): void {
    if (this.#gone(member, 'lost', `the connection to the browser ${member.port} was lost`)) void this.#rejoin(member, options);
  }

  async #rejoin(member: PoolMember, options: JoinOptions): Promise<void> {
    const { clock } = this.#parts;
    const { signal } = member.ending;
    const engine = await this.#parts.engine();
    let told = '';
    const tell = (error: unknown): null => {
      const why = error instanceof Error ? error.message : String(error);
      if (why !== told && !signal.aborted) this.#parts.note(`the browser ${member.port} is not joined again yet: ${why}`);
      told = why;
      return null;
    };
    for (let pause = AGAIN.first; !signal.aborted; pause = Math.min(AGAIN.most, pause * 2)) {
      await clock.sleep(pause, signal);
      if (signal.aborted) return;
      const browser = await engine.join(options, { timeout: AGAIN.try, signal }).catch((error: unknown) => tell(error));
      if (browser === null) continue;
      if (signal.aborted) return browser.close({ timeout: CLOSING, signal: new AbortController().signal });
      this.#up(member, browser);
      return this.#parts.note(`the browser ${member.port} is joined again`);
    }
  }

  #crashed(member: PoolMember): void {
    const reason = `the browser on port ${member.port} (pid ${member.browser?.pid}) ended unexpectedly`;
    if (this.#gone(member, 'crashed', reason)) this.#parts.onChange();
  }

  /** Tells everybody, once; false when it was known. */
  #gone(member: PoolMember, state: 'lost' | 'crashed', reason: string): boolean {
    if (member.state !== 'running' || member.browser === null) return false;
    member.state = state;
    this.#parts.note(reason);
    for (const listener of this.#listeners) listener({ port: member.port, reason, killed: state === 'lost' });
    return true;
  }

  async #end(member: PoolMember, ms: number): Promise<void> {
    if (member.state === 'closing') return;
    const { state, browser, port } = member;
    member.state = 'closing';
    member.ending.abort();
    // Its start forgets it, as soon as that has given up.
    if (browser === null) return;
    for (const listener of this.#listeners) listener({ port, reason: `the browser on port ${port} was killed`, killed: true });
    try {
      if (state !== 'crashed' && state !== 'lost') await browser.close({ timeout: ms, signal: new AbortController().signal });
    } finally {
      await this.#forget(member);
      this.#parts.onChange();
    }
  }

  async #forget(member: PoolMember): Promise<void> {
    await this.#parts.removeFolder(member.folder).catch((error: unknown) => this.#parts.note(`${member.folder}: ${String(error)}`));
    member.held.release();
    this.#members.delete(member.port);
  }
}
