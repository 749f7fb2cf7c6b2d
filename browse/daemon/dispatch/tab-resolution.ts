/** Where a command works: its session and its tab, resolved once, when it is accepted. */
import type { Caller } from '../../commands/context.ts';
import { projectSession, sessionName } from '../../domain/project.ts';
import { browserChoice, checkPort, portOf, sessionIn } from '../../domain/pool.ts';
import { parseRef } from '../../domain/snapshot/refs.ts';
import type { Tab } from '../../domain/tabs/tab.ts';
import { fail } from '../../protocol/errors.ts';
import type { Globals } from '../../protocol/globals.ts';
import type { Asked } from './invocation.ts';
import { rootOf } from '../configuration/project-configuration.ts';
import type { BrowserHost, Services } from '../ports.ts';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';

export type Place = {
  readonly session: Session;
  readonly tab: Tab;
  /** The session's `losses` at that time: another number later tells that the browser died meanwhile. */
  readonly losses: number;
};

/** The session that a caller means: by flag, by BROWSE_SESSION, else that of the project around his folder. */
function nameOf(services: Services, globals: Globals, caller: Caller): { readonly name: string; readonly port: number | null } {
  const named = globals.session ?? caller.env['BROWSE_SESSION'];
  if (!named) return { name: projectSession(rootOf(services, caller.cwd)), port: null };
  // As lists print those in a browser of the pool.
  const port = portOf(named);
  if (port !== null) checkPort(port);
  return { name: sessionName(port === null ? named : named.slice(0, named.lastIndexOf('@'))), port };
}

/** Its name with the browser it is in: as `--browser` says, else as was chosen for it, else the default one. Fails with `usage`. */
export function sessionOf(services: Services, globals: Globals, caller: Caller): string {
  const { name, port } = nameOf(services, globals, caller);
  if (globals.browser === undefined) return sessionIn(name, port ?? services.pool.choice(name));
  const asked = browserChoice(globals.browser);
  if (port !== null && asked !== port)
    fail('usage', { problem: `session ${name}@${port} is not in browser ${globals.browser}`, hint: 'browse session list' });
  return sessionIn(name, asked);
}

/** Who has the browser of a session. Fails with `port-unknown`. */
export function browserOf({ host, pool }: Pick<Services, 'host' | 'pool'>, session: string): BrowserHost {
  const port = portOf(session);
  return port === null ? host : pool.host(port);
}

/** From now on the caller's session is in the browser that `--browser` named. Fails with `port-unknown`. */
export function chooseBrowser(services: Services, globals: Globals, caller: Caller, port?: number | null): void {
  if (port !== undefined) services.pool.choose(nameOf(services, globals, caller).name, port);
  else if (globals.browser !== undefined) services.pool.choose(nameOf(services, globals, caller).name, browserChoice(globals.browser));
}

/** The session, opened if need be, and the tab. Fails with `tab-gone`, `ref-stale`, or as the browser's launch does. */
export async function resolvePlace(services: Services, sessions: Sessions, asked: Asked, signal: AbortSignal): Promise<Place> {
  const { globals, caller } = asked;
  const start = { headed: globals.headed ? true : null, env: caller.env, root: () => rootOf(services, caller.cwd) };
  const session = await sessions.open(sessionOf(services, globals, caller), start, signal);
  if (globals.tab === undefined) notTheLostOne(asked, session);
  const id = globals.tab ?? session.tabs.current;
  const { losses } = session;
  return { session, tab: id === null ? await session.openTab(true) : session.tabs.get(id), losses };
}

/**
 * Who has not been told that his tab closed by itself means that tab, not the one that took its place.
 * Fails with `ref-stale` or `tab-gone`; a look without refs may go on, and tells it.
 */
function notTheLostOne({ command, input }: Asked, session: Session): void {
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
  if (command.effect === 'read') return;
  session.takeNotices();
  const now = session.tabs.current === null ? '' : `; tab ${session.tabs.current} is the current one now`;
  fail('tab-gone', { tab: lost.id, reason: `it closed itself${now}` });
}
