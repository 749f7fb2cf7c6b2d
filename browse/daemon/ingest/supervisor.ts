/**
 * The daemon's side of `logs serve`: who may post, where it listens, and what came. The port itself is in a process of its own;
 * here rows arrive, and go to the log like any other. Changes come one after another, each whole or not at all.
 *
 *   off ──somebody serves──► listening ──its process ends──► started again, three times ──► failed
 *    ▲────nobody does any more───┘ └──refresh: another port or other origins, in place──┘
 */
import { SerialQueue } from '../../base/serial-queue.ts';
import { LOOPBACK } from '../../domain/ingest/origins.ts';
import type { Values } from '../../domain/configuration/keys.ts';
import type { LogService, Served } from '../../domain/ingest/ports.ts';
import type { SessionSettings } from '../../domain/session.ts';
import { BrowseError, fail } from '../../protocol/errors.ts';
import type { LogServerFacts } from '../../protocol/status.ts';
import { atMost, inTime } from '../../domain/timeouts.ts';
import type { FromListener, Serving, ToListener } from '../../domain/messages/ingest.ts';
import { ChildClient } from '../logs/child-client.ts';
import type { Clock } from '../../domain/ports/machine.ts';
import type { TrafficLog, SettingsStore } from '../ports.ts';

/** Tried in turn unless the configuration names one. */
const PORTS: readonly number[] = Array.from({ length: 20 }, (_, at) => 7717 + at);
/** Milliseconds before a process that ended is started again, and how often in a row. */
const PAUSE = 500;
const STARTS = 3;
/** Milliseconds that it has to end. */
const FAREWELL = 1_500;
/** Milliseconds that it has to answer, and to start: a refresh waits for it. */
const PATIENCE = 5_000;
const BEGINNING = 15_000;

/** Where it listens, and for which pages, as it is configured. */
type Configuration = Pick<Values, 'logs.port' | 'logs.origins'>;
type Sessions = Readonly<Record<string, SessionSettings>>;

export type LogServerParts = {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string>>;
  readonly traffic: Pick<TrafficLog, 'note' | 'trouble' | 'learn'>;
  readonly settings: Pick<SettingsStore, 'all' | 'session' | 'setSession'>;
  readonly configuration: Configuration;
  readonly random: (length: number) => string;
  /** Something came: the daemon is in use. */
  readonly active: () => void;
  /** For the log. */
  readonly note: (text: string) => void;
  /** For the next answer. */
  readonly warn: (text: string) => void;
};

type Line = ChildClient<FromListener & { n?: number }>;
type Open = { readonly line: Line; readonly serving: Serving; readonly port: number; readonly since: number };

/** What is to be served, by the settings; null for nothing. */
function servingOf(sessions: Sessions, { 'logs.port': port, 'logs.origins': origins = LOOPBACK }: Configuration): Serving | null {
  const projects = Object.entries(sessions).flatMap(([session, { logs: own }]) =>
    own?.on ? [{ key: own.key, session, origins: [...origins, ...own.origins] }] : [],
  );
  return projects.length === 0 ? null : { ports: port === undefined ? PORTS : [port], projects };
}

export class LogServer implements LogService {
  readonly #parts: LogServerParts;
  #configuration: Configuration;
  #open: Open | null = null;
  readonly #turn = new SerialQueue();
  #trouble: string | null = null;
  #rows = 0;
  #refused = { before: 0, now: 0 };
  #starts = 0;
  #closed = false;

  constructor(parts: LogServerParts) {
    this.#parts = parts;
    this.#configuration = parts.configuration;
  }

  /** What was served when the daemon before ended. Never rejects: then it is said. */
  begin(): Promise<void> {
    return this.#turn
      .run(() => this.#apply(servingOf(this.#parts.settings.all(), this.#configuration)))
      .catch((error: unknown) => this.#parts.warn(`Logs of applications are not taken. ${(error as Error).message}`));
  }

  facts(): LogServerFacts {
    const { before, now } = this.#refused;
    const counts = { rows: this.#rows, refused: before + now };
    const open = this.#open;
    if (open === null) {
      const state = this.#trouble === null ? 'off' : 'failed';
      return { state, address: null, pid: null, since: null, sessions: [], ...counts, reason: this.#trouble };
    }
    return {
      state: 'listening',
      address: `http://127.0.0.1:${open.port}`,
      pid: open.line.pid ?? null,
      since: new Date(open.since).toISOString(),
      sessions: open.serving.projects.map(({ session }) => session),
      ...counts,
      reason: null,
    };
  }

  serve(session: string, origins: readonly string[]): Promise<Served> {
    return this.#turn.run(async () => {
      const { settings, random } = this.#parts;
      const { logs: before } = settings.session(session);
      // Whoever asks may try again.
      this.#starts = 0;
      const logs = { key: before?.key ?? random(32), origins: origins.length > 0 ? origins : (before?.origins ?? []), on: true };
      await this.#configure(session, logs);
      const { port, serving } = this.#open ?? fail('log-unavailable', { reason: 'the daemon is ending' });
      const address = `http://127.0.0.1:${port}`;
      const own = serving.projects.find((each) => each.session === session);
      return { session, address, url: `${address}/ingest/${logs.key}`, origins: own?.origins ?? [] };
    });
  }

  stop(session: string): Promise<boolean> {
    return this.#turn.run(async () => {
      const { logs } = this.#parts.settings.session(session);
      if (!logs?.on) return false;
      await this.#configure(session, { ...logs, on: false });
      return true;
    });
  }

  /** As another configuration and other settings say. Fails as a port does, and then all is as it was; gives the way back. */
  refresh(configuration: Configuration, sessions: Sessions): Promise<() => Promise<void>> {
    return this.#turn.run(async () => {
      const before = { configuration: this.#configuration, serving: this.#open?.serving ?? null };
      await this.#apply(servingOf(sessions, configuration));
      this.#configuration = configuration;
      return () =>
        this.#turn.run(async () => {
          this.#configuration = before.configuration;
          await this.#apply(before.serving);
        });
    });
  }

  /** Ends the port; what was answered for has been handed on. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#turn.over();
    await this.#end();
  }

  /** In the settings, and at once; or in neither. */
  async #configure(session: string, logs: NonNullable<SessionSettings['logs']>): Promise<void> {
    const { settings } = this.#parts;
    const before = settings.session(session);
    await settings.setSession(session, { ...before, logs });
    try {
      await this.#apply(servingOf(settings.all(), this.#configuration));
    } catch (error) {
      const { logs: _, ...others } = settings.session(session);
      await settings.setSession(session, before.logs ? { ...others, logs: before.logs } : others);
      throw error;
    }
  }

  /** Fails with `port-unusable`. */
  async #apply(serving: Serving | null): Promise<void> {
    if (this.#closed) return;
    if (serving === null) {
      this.#trouble = null;
      return this.#end();
    }
    // A page that posts has the key in its requests' addresses.
    for (const { key } of serving.projects) this.#parts.traffic.learn(key, false);
    const before = this.#open;
    const line = before?.line ?? this.#start();
    try {
      const port = await ask(this.#parts.clock, before === null ? BEGINNING : PATIENCE, line, serving);
      if (before?.port !== port) this.#parts.note(`logs are taken at 127.0.0.1:${port}`);
      this.#open = { line, serving, port, since: before?.since ?? this.#parts.clock.now() };
      this.#trouble = null;
    } catch (error) {
      if (before === null) {
        line.kill();
        this.#trouble = error instanceof Error ? error.message : String(error);
        this.#parts.note(`logs are not taken: ${this.#trouble}`);
      }
      throw error;
    }
  }

  #start(): Line {
    const line: Line = new ChildClient(['__listen'], this.#parts.env, (message) => this.#heard(line, message));
    void line.ended.then(() => this.#ended(line));
    return line;
  }

  #heard(line: Line, message: FromListener): void {
    if ('refused' in message) this.#refused.now = message.refused;
    if (!('put' in message)) return;
    const { traffic, active } = this.#parts;
    // While the disk refuses, rows of pages have the room that there is.
    const refused = traffic.trouble();
    if (refused === null) {
      for (const { event, trace } of message.put) traffic.note(event, message.session, null, trace);
      this.#rows += message.put.length;
      this.#starts = 0;
      active();
    }
    line.send({ do: 'took', rows: message.rows, refused } satisfies ToListener);
  }

  /** Its process ended by itself, or was killed. */
  #ended(line: Line): void {
    const open = this.#open;
    if (open?.line !== line) return;
    this.#open = null;
    this.#refused = { before: this.#refused.before + this.#refused.now, now: 0 };
    if (this.#closed) return;
    this.#starts += 1;
    this.#trouble = 'its process ended';
    this.#parts.note(`the process that takes logs ended (${this.#starts})`);
    if (this.#starts > STARTS) return;
    void this.#turn
      .run(async () => {
        await this.#parts.clock.sleep(PAUSE, new AbortController().signal);
        if (this.#open === null) await this.#apply(servingOf(this.#parts.settings.all(), this.#configuration));
      })
      .catch(() => {});
  }

  async #end(): Promise<void> {
    const line = this.#open?.line;
    this.#open = null;
    if (!line) return;
    await atMost(this.#parts.clock, FAREWELL, line.end());
    if (!line.over) line.kill();
  }
}

/** One that does not answer is ended: another one takes its place. Fails with `port-unusable`. */
async function ask(clock: Clock, timeout: number, line: Line, serving: Serving): Promise<number> {
  const [first, last] = [serving.ports[0], serving.ports.at(-1)];
  const unusable = (reason: string): never =>
    fail('port-unusable', { address: `127.0.0.1:${first}${first === last ? '' : ` to ${last}`}`, reason });
  const bound = { timeout, signal: new AbortController().signal };
  const asked = line.ask((n) => ({ do: 'serve', n, serving }) satisfies ToListener);
  const reply = await inTime(clock, bound, 'The port for logs', asked, () => {}).catch((error: unknown) => {
    if (!(error instanceof BrowseError)) return unusable('its process ended');
    line.kill();
    return unusable('its process does not answer');
  });
  if ('port' in reply && reply.port !== undefined) return reply.port;
  return unusable('trouble' in reply && reply.trouble !== undefined ? reply.trouble : 'no reason given');
}
