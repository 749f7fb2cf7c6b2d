/** Where a command works: its session and its tab, resolved once, when it is accepted. */
import { parseRef } from '../../domain/snapshot/refs.ts';
import type { Tab } from '../../domain/tabs/tab.ts';
import { effectOf } from '../../protocol/command.ts';
import { fail } from '../../protocol/errors.ts';
import { leftOf } from './invocation.ts';
import type { Invocation } from './invocation.ts';
import { rootOf } from '../configuration/project-configuration.ts';
import type { Services } from '../ports.ts';
import { folderOf, givenName, sessionOf } from '../sessions/session-name.ts';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';

export type ResolvedTab = {
  readonly session: Session;
  readonly tab: Tab;
  /** The session's `losses` at that time: another number later tells that the browser died meanwhile. */
  readonly losses: number;
};

/** The session, opened if need be, and the tab, which shows its page when that is needed. Fails with `session-unknown`, `tab-gone`, `ref-stale`, or as the browser's launch does. */
export async function resolveTab(
  services: Services,
  sessions: Sessions,
  invocation: Invocation,
  signal: AbortSignal,
  shown = invocation.command.scope === 'tab',
): Promise<ResolvedTab> {
  const { globals, caller } = invocation;
  const goes = invocation.command.goes === true;
  const start = {
    headed: globals.headed ? true : null,
    env: caller.env,
    root: () => rootOf(services, caller),
    goes: goes && globals.tab === undefined,
  };
  const name = sessionOf(services, globals, caller);
  const given = givenName(globals, caller) !== null;
  // A name that is typed wrongly must not become a session, in which everything is as if nothing had been done.
  if (globals.session !== undefined && invocation.command.opens !== true && !sessions.has(name))
    fail('session-unknown', {
      session: name,
      known: sessions
        .list(name)
        .map((each) => each.name)
        .slice(0, 10)
        .join(', '),
    });
  const session = await sessions.open(name, start, signal, given);
  if (!given) rememberFolder(services, name, caller);
  if (globals.tab === undefined) notTheLostOne(invocation, session);
  const id = globals.tab ?? session.tabs.current;
  const { losses } = session;
  const tab = id === null ? await session.openTab(true) : session.tabs.get(id);
  if (shown) await session.ready(tab, goes);
  return { session, tab, losses };
}

/** A folder without a project is that of its session, for commands below it too. */
function rememberFolder(services: Services, session: string, caller: Invocation['caller']): void {
  if (rootOf(services, caller) !== null) return;
  const folder = folderOf(services, caller);
  if (folder !== null) services.register.belongs(session, folder);
}

/** The place when it is there before the time-out that was given is over. Opening goes on: others may need it. Fails with `browser-late`. */
export async function openedInTime(
  { clock, host }: Services,
  invocation: Invocation,
  opening: () => Promise<ResolvedTab>,
): Promise<ResolvedTab> {
  const { timeout } = invocation.globals;
  if (timeout === undefined) return opening();
  const opened = new AbortController();
  const late = clock.sleep(leftOf(invocation, clock), opened.signal).then(() => null);
  const place = await Promise.race([opening(), late]).finally(() => opened.abort());
  return place ?? fail('browser-late', { ms: timeout, running: host.facts() !== null });
}

/**
 * Who has not been told that his tab closed by itself means that tab, not the one that took its place.
 * Fails with `ref-stale` or `tab-gone`; a look without refs may go on, and tells it.
 */
function notTheLostOne({ command, input }: Invocation, session: Session): void {
  const { lost } = session;
  if (lost === null || command.scope !== 'tab') return;
  const ref = Object.values(input)
    .map((value) => (typeof value === 'string' ? parseRef(value) : null))
    .find((each) => each !== null);
  if (ref) {
    session.takeNotices();
    const { role, name } = lost.refs.resolve(ref);
    fail('ref-stale', { ref: `@e${ref.number}`, role, name, reason: 'the tab closed' });
  }
  if (effectOf(command, input) === 'read') return;
  session.takeNotices();
  const now = session.tabs.current === null ? '' : `; tab ${session.tabs.current} is the current one now`;
  fail('tab-gone', { tab: lost.id, reason: `it closed itself${now}` });
}
