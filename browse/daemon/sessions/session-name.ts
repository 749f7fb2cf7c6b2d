/** Which session a command means, and which browser has it: from flags, variables, the agent, and the project around the caller's folder. */
import type { Caller } from '../../commands/context.ts';
import { browserChoice, checkPort, portOf, sessionIn } from '../../domain/pool.ts';
import { agentSession, projectSession, sessionFolder, sessionName } from '../../domain/project.ts';
import { agentIn } from '../../protocol/agents.ts';
import { fail } from '../../protocol/errors.ts';
import type { Globals } from '../../protocol/globals.ts';
import { rootOf, sharedFolders } from '../configuration/project-configuration.ts';
import type { BrowserHost, Services } from '../ports.ts';

/** The name that a caller gave; null for one that gave none. */
export function givenName(globals: Globals, caller: Caller): string | null {
  return (globals.session ?? caller.env['BROWSE_SESSION']) || null;
}

/** The folder whose session a caller means that names none; null for the one of no folder. */
export function folderOf(services: Services, caller: Caller): string | null {
  const known = (folder: string): boolean => services.register.hasFolder(folder);
  return rootOf(services, caller) ?? sessionFolder(caller.cwd, known, sharedFolders(services.files, caller.env['HOME']));
}

/** The session that a caller means: by flag, by BROWSE_SESSION, else that of the folder, or of the agent in it. */
function nameOf(services: Services, globals: Globals, caller: Caller): { readonly name: string; readonly port: number | null } {
  const named = givenName(globals, caller);
  if (named === null) {
    const project = projectSession(folderOf(services, caller));
    const agent = agentIn(caller.env);
    return { name: agent === null ? project : agentSession(project, agent), port: null };
  }
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
