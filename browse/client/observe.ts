/**
 * Watches whichever daemon this state folder has, one after another, and owns none of them: its begin, its death, its
 * replacement, the news of its log. Told by events where there are any (the folder of the record, the end of a question that
 * the daemon keeps open), and by a look a second.
 */
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { send, TransportError } from '../adapters/http/client.ts';
import type { HttpAnswer } from '../adapters/http/client.ts';
import { clientIdentityFrom, parseLastEnd } from '../protocol/client-identity.ts';
import type { ClientIdentity, LastEnd } from '../protocol/client-identity.ts';
import { BrowseError } from '../protocol/errors.ts';
import { parseRecord } from '../protocol/record.ts';
import type { BuildInfo, DaemonRecord } from '../protocol/record.ts';
import type { Status } from '../protocol/status.ts';
import type { ChangesReply, ChangesRequest } from '../protocol/wire.ts';
import { probeLock } from './probe.ts';
import type { Watch } from './probe.ts';
import type { ClientDeps } from './client-deps.ts';

/** Who a daemon is. Nothing of it is a secret. */
export type NamedClient = {
  readonly pid: number;
  readonly nonce: string;
  readonly build: BuildInfo;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly startedBy: ClientIdentity | null;
};

/** What `/v1/status` tells. */
export type SeenStatus = Omit<Status, 'session'>;

/** What there is at one moment, and the last word of the daemon that ended last. */
export type Observation = { readonly end: LastEnd | null } & (
  | { readonly kind: 'none' }
  /** `named` null: somebody (`holder`) holds the start lock, and its daemon has not said its name. */
  | { readonly kind: 'starting'; readonly named: NamedClient | null; readonly holder: number | null }
  | { readonly kind: 'there'; readonly named: NamedClient; readonly status: SeenStatus }
  /** It ends, and answers no more. */
  | { readonly kind: 'leaving'; readonly named: NamedClient }
  /** It lives and does not answer. */
  | { readonly kind: 'silent'; readonly named: NamedClient }
  | { readonly kind: 'unreadable'; readonly reason: string }
);

export type Observer = {
  /** The daemon as it was last seen, to be asked something; null while none answers. */
  record(): DaemonRecord | null;
  /** Resolves after the interrupt; rejects with what is our own bug. */
  readonly done: Promise<void>;
};

export type ObserveOptions = {
  readonly observed: (observation: Observation) => void;
  /** There may be new rows in the log. */
  readonly heard: () => void;
  /** Ends it. */
  readonly interrupt: AbortSignal;
};

/** Milliseconds between two looks when nothing happens. */
const BEAT = 1000;
/** The same while a daemon comes or goes. */
const BUSY = 100;
const STEADY: readonly Observation['kind'][] = ['there', 'none', 'unreadable'];
/** Milliseconds between two looks when much happens. */
const SETTLING = 30;
/** How long a daemon may take to say how it is. */
const STATUS_DEADLINE = 1000;
/** For how long it may be silent until that is told. */
const SILENCE = 3000;
/** How long it may keep the question for news. */
const PATIENCE = 25_000;
/** Milliseconds between two of those: a page that never rests is asked about five times a second. */
const PAUSE = 200;

/** What a daemon of an older build leaves out. */
const UNTOLD: Pick<SeenStatus, 'services' | 'browsers' | 'sessions' | 'saved' | 'tabs' | 'running' | 'warnings'> = {
  services: [],
  browsers: [],
  sessions: [],
  saved: [],
  tabs: 0,
  running: [],
  warnings: [],
};

const named = ({ process, nonce, build, startedAt, startedBy }: DaemonRecord): NamedClient => ({
  pid: process.pid,
  nonce,
  build,
  startedAt,
  startedBy: clientIdentityFrom(startedBy),
});

/** Begins to watch. */
export function observe(world: ClientDeps, options: ObserveOptions): Observer {
  const watching: Watch = { unsaidSince: null, silentSince: null, named: null };
  let [record, followed, watcher, dirty]: [DaemonRecord | null, string | null, FSWatcher | null, boolean] = [null, null, null, true];
  /** The one that the look at hand had an answer of. */
  let answered: DaemonRecord | null = null;
  let wake = (): void => {};
  const poke = (): void => {
    dirty = true;
    wake();
  };

  const listen = (): void => {
    if (watcher !== null) return;
    try {
      watcher = watch(world.paths.run, poke);
      watcher.on('error', () => {
        watcher?.close();
        watcher = null;
      });
    } catch {
      // It is not there yet; or this file system sends no events, and the beat must do.
      watcher = null;
    }
  };

  const ask = async (to: DaemonRecord, method: 'GET' | 'POST', path: string, ms: number, body?: object): Promise<HttpAnswer> => {
    const over = new AbortController();
    const leave = (): void => over.abort();
    const timer = setTimeout(leave, ms);
    options.interrupt.addEventListener('abort', leave, { once: true });
    try {
      const more = body === undefined ? {} : { body: JSON.stringify(body) };
      return await send({ endpoint: to.endpoint, token: to.token, method, path, signal: over.signal, ...more });
    } finally {
      clearTimeout(timer);
      options.interrupt.removeEventListener('abort', leave);
    }
  };

  /** Keeps a question open at this daemon: its answer is news, its break is a death. */
  const follow = async (to: DaemonRecord): Promise<void> => {
    followed = to.nonce;
    let heard = -1;
    try {
      while (!options.interrupt.aborted && followed === to.nonce) {
        const question: ChangesRequest = { heard, withinMs: PATIENCE };
        const { status, body } = await ask(to, 'POST', '/v1/changes', PATIENCE + 5000, question);
        if (status !== 200) break;
        const reply = JSON.parse(body) as ChangesReply;
        if (reply.heard === heard) continue;
        heard = reply.heard;
        options.heard();
        await world.clock.sleep(PAUSE, options.interrupt);
      }
    } catch {
      // Gone, or a stranger: a look tells.
    } finally {
      if (followed === to.nonce) followed = null;
      poke();
    }
  };

  const look = async (): Promise<Observation> => {
    const { paths, files, processes } = world;
    if (!files.checkFolder(paths.run)) return { kind: 'none', end: null };
    const end = parseLastEnd(files.read(paths.ended) ?? '');
    const text = files.read(paths.record);
    const found = text === null ? null : parseRecord(text);
    if (text !== null && found === null) return { kind: 'unreadable', reason: `${paths.record} is damaged`, end };
    if (found === null || processes.state(found.process) === 'gone') {
      const lock = probeLock(world, { held: null }, watching);
      if (lock.kind === 'held' && lock.holder === 'alive') return { kind: 'starting', named: null, holder: lock.pid, end };
      return { kind: 'none', end };
    }
    if (found.state === 'starting') return { kind: 'starting', named: named(found), holder: null, end };
    const silent: Observation = { kind: found.state === 'draining' ? 'leaving' : 'silent', named: named(found), end };
    try {
      const { status, body } = await ask(found, 'GET', '/v1/status', STATUS_DEADLINE);
      if (status !== 200) return silent;
      const { ok: _ok, ...told } = { ...UNTOLD, ...(JSON.parse(body) as SeenStatus & { ok: true }) };
      answered = found;
      return { kind: 'there', named: named(found), status: told, end };
    } catch (error) {
      // What is no answer of a daemon is none.
      if (!(error instanceof TransportError || error instanceof SyntaxError)) throw error;
      return processes.state(found.process) === 'gone' ? { kind: 'none', end } : silent;
    }
  };

  let [answering, quiet]: [string | null, number | null] = [null, null];
  /** One answer that is late does not make a frozen daemon: it starts, or nothing is said of it yet. */
  const patiently = (observation: Observation): Observation | null => {
    if (observation.kind === 'there') answering = observation.named.nonce;
    if (observation.kind !== 'silent') quiet = null;
    if (observation.kind !== 'silent') return observation;
    quiet ??= world.clock.elapsed();
    const { named: who, end } = observation;
    if (world.clock.elapsed() - quiet >= SILENCE) return observation;
    return answering === who.nonce ? null : { kind: 'starting', named: who, holder: null, end };
  };

  options.interrupt.addEventListener('abort', poke, { once: true });
  const run = async (): Promise<void> => {
    while (!options.interrupt.aborted) {
      dirty = false;
      listen();
      let observation: Observation;
      answered = null;
      try {
        observation = await look();
      } catch (error) {
        if (!(error instanceof BrowseError)) throw error;
        observation = { kind: 'unreadable', reason: error.message, end: null };
      }
      if (options.interrupt.aborted) break;
      record = answered;
      const told = patiently(observation);
      if (told !== null) options.observed(told);
      if (record !== null && followed === null) {
        options.heard();
        void follow(record);
      }
      if (dirty) {
        await world.clock.sleep(SETTLING, options.interrupt);
        continue;
      }
      const rest = new AbortController();
      wake = () => rest.abort();
      await world.clock.sleep(STEADY.includes(observation.kind) ? BEAT : BUSY, rest.signal);
    }
    watcher?.close();
  };
  return { record: () => record, done: run() };
}
