/** Makes what a command may use, for one command. Every ref and selector goes through one door here. */
import { isAbsolute, resolve } from 'node:path';
import type { Caller, Context, MatchChoice, SessionView, Step, FoundTarget } from '../../commands/context.ts';
import { named } from '../../commands/context.ts';
import { callerKey } from '../../domain/callers.ts';
import type { CallerKey } from '../../domain/callers.ts';
import { parseRef } from '../../domain/snapshot/refs.ts';
import type { Notice, Tab } from '../../domain/tabs/tab.ts';
import { BrowseError, fail } from '../../protocol/errors.ts';
import type { PoolRow } from '../../protocol/pool.ts';
import type { Refreshed, ServiceName, Status } from '../../protocol/status.ts';
import { recordTarget, unrecorded } from './recorded-target.ts';
import type { RecordedTarget } from './invocation.ts';
import type { BrowserHost, Services, SharedSession } from '../ports.ts';
import type { Session } from '../sessions/session.ts';
import type { TimeLimit } from '../../domain/ports/machine.ts';
import type { Page } from '../../domain/ports/page.ts';

/** How many of several matches an error lists. */
const LISTED = 5;
/** Milliseconds between two looks for an element that is not there yet. */
const BEAT = 50;

/** What the pipeline knows when a command begins. */
export type ContextParts = {
  readonly caller: Caller;
  readonly headed: boolean;
  readonly bound: TimeLimit;
  readonly services: Services;
  /** Null for a command that needs no browser. */
  readonly session: Session | null;
  readonly tab: Tab | null;
  /** Whether an element that is not there yet is waited for: acting on it is what the caller means, reading it is a question. */
  readonly patient: boolean;
  /** Whether it can be done again by somebody else, who has to find its targets. */
  readonly remembered: boolean;
  /** Every target so far, for an error of the page that knows no refs. */
  readonly targets: RecordedTarget[];
  tell(notice: Notice): void;
  begun(text: string): void;
  failed: Context['failed'];
  typed: Context['typed'];
  run(argv: readonly string[]): Promise<Step>;
  readonly sessions: Context['sessions'];
  /** Has the browser of the command's session. */
  host(): BrowserHost;
  /** The session, as other clients join it. */
  shared(): SharedSession;
  readonly configuration: Context['configuration'];
  readonly onTab: Context['onTab'];
  status(): Status;
  refresh(service?: ServiceName): Promise<Refreshed>;
};

/** The context of one command. */
export function makeContext(made: ContextParts): Context {
  const { caller, bound, services } = made;
  return {
    caller,
    headed: made.headed,
    bound,
    clock: services.clock,
    files: services.files,
    artifacts: services.paths.artifacts,
    version: services.build.version,
    get session() {
      return viewOf(made.session ?? absent('session'), callerKey(caller.env, caller.terminal));
    },
    get tab() {
      return made.tab ?? absent('tab');
    },
    async target(selector, pick) {
      const tab = made.tab ?? absent('tab');
      const found = await target(made, tab, selector, pick);
      made.targets.push(made.remembered ? await recordTarget(tab, found, pick, bound) : unrecorded(found));
      return found;
    },
    path: (path) => (isAbsolute(path) ? resolve(path) : resolve(caller.cwd, path)),
    tell: made.tell,
    begun: made.begun,
    failed: made.failed,
    typed: made.typed,
    run: made.run,
    sessions: made.sessions,
    pool: {
      ...poolOf(services),
      share: () => made.host().share({ headed: null, env: caller.env }, bound, made.shared()),
      cdp: () => made.host().cdp({ headed: null, env: caller.env }, bound),
    },
    traffic: services.traffic,
    logServer: services.logServer,
    tests: services.tests,
    configuration: made.configuration,
    runs: services.runs,
    onTab: made.onTab,
    status: made.status,
    refresh: made.refresh,
  };
}

/** The pool, with the browser that needs no asking before all others. */
function poolOf(services: Services): Omit<Context['pool'], 'share' | 'cdp'> {
  const { host, pool, door } = services;
  return {
    spawn: (request, bound) => pool.spawn(request, bound),
    join: (options, bound) => pool.join(options, bound),
    leave: (port) => pool.leave(port),
    debugged: () => services.debugged(),
    ownerOf: (port) => services.portOwner(port),
    list() {
      const facts = host.facts();
      const first: readonly PoolRow[] =
        facts === null
          ? []
          : [
              {
                port: null,
                browser: facts.kind,
                headless: facts.headless,
                created_at: Math.floor(Date.parse(facts.startedAt) / 1000),
                state: 'running',
                source: 'launched',
                pid: facts.pid,
                name: `${facts.name} ${facts.version}`,
                profile: null,
                endpoint: null,
                cdp_endpoint: facts.cdp_endpoint,
                playwright_endpoint: null,
              },
            ];
      return [...first, ...pool.list()];
    },
    get: (port) => pool.get(port),
    kill: (port) => pool.kill(port),
    door,
  };
}

function absent(what: string): never {
  throw new Error(`a command of this scope has no ${what}`);
}

function viewOf(session: Session, opener: CallerKey): SessionView {
  return {
    name: session.name,
    get browser() {
      return session.browser ?? fail('browser-gone', { reason: 'the session has no browser' });
    },
    tabs: session.tabs,
    settings: () => session.settings(),
    configure: (change) => session.configure(change),
    openTab: ({ current }) => session.openTab(current, opener),
    closeTab: (id) => session.closeTab(id),
  };
}

/** The one door: a ref through the tab's table, anything else through the page, which must find exactly one. */
async function target(made: ContextParts, tab: Tab, selector: string, pick: MatchChoice): Promise<FoundTarget> {
  const ref = parseRef(selector);
  if (ref !== null) return { identity: tab.refs.resolve(ref), given: `@e${ref.number}` };
  const wanted = pick.first ? 1 : (pick.nth ?? null);
  const { count, found, documents } = await look(made, tab, selector, wanted ?? LISTED);
  if (wanted !== null) {
    const chosen = found[wanted - 1];
    if (chosen) return { identity: chosen.identity, given: selector };
    return fail('usage', {
      problem: `--nth ${wanted}, but ${count} elements match ${JSON.stringify(selector)}`,
      hint: 'browse snapshot -i',
    });
  }
  const [only] = found;
  if (count === 1 && only) return { identity: only.identity, given: selector };
  tab.refs.meet(documents, false);
  const first = found.map(({ identity }) => named(`@e${tab.refs.extend(identity)}`, identity.role, identity.name));
  return fail('selector-ambiguous', { selector, count, first });
}

/** What a selector finds, as soon as it finds anything. Fails with `element-missing`. */
async function look(
  { bound, services, patient }: ContextParts,
  tab: Tab,
  selector: string,
  limit: number,
): Promise<Awaited<ReturnType<Page['query']>>> {
  const until = services.clock.elapsed() + bound.timeout;
  for (let asked = 0; ; asked += 1) {
    const left = until - services.clock.elapsed();
    const matches = await tab.page.query(selector, limit, { timeout: Math.max(1, left), signal: bound.signal }).catch((error: unknown) => {
      // It has answered before, and is only busy as the time ends: the answer is what it was.
      const busy = asked > 0 && error instanceof BrowseError && error.code === 'page-hung';
      return busy ? fail('element-missing', { selector }) : Promise.reject(error as Error);
    });
    if (matches.count > 0) return matches;
    // The deadline's last beats are for the answer: the reason is told, not the time-out.
    if (!patient || left <= 4 * BEAT) return fail('element-missing', { selector });
    await services.clock.sleep(BEAT, bound.signal);
    if (bound.signal.aborted) fail('interrupted', { command: 'looking for the element', outcome: 'did not run' });
  }
}

/** The page knows elements, the caller knows refs: a stale one is named as the caller gave it. */
export function restated(error: BrowseError, targets: readonly FoundTarget[]): BrowseError {
  if (error.code !== 'ref-stale') return error;
  const data = error.data as { ref: string; role: string; name: string; reason: string };
  const meant = targets.find(({ given, identity }) => given.startsWith('@') && identity.role === data.role && identity.name === data.name);
  return data.ref === '' && meant ? new BrowseError('ref-stale', { ...data, ref: meant.given }) : error;
}

/** The same with the time-out as it was given, where the failure names what was left of it. */
export function asGiven(error: BrowseError, timeout: number | undefined): BrowseError {
  const data = error.data as { readonly ms?: unknown; readonly waited?: unknown } | null;
  // What it waited for its turn is told beside what it had left.
  if (timeout === undefined || typeof data?.ms !== 'number' || data.ms > timeout || data.waited !== undefined) return error;
  return new BrowseError(error.code, { ...data, ms: timeout }, { ran: error.ran });
}

/** Reports an error of a command as one of the table; anything else is our bug, once, with its stack in the log. */
export function asBrowseError(error: unknown, services: Services): BrowseError {
  if (error instanceof BrowseError) return error;
  const id = services.random(8);
  services.log({ kind: 'internal', id, stack: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  return new BrowseError('internal', { id });
}
