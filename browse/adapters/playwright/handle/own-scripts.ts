/**
 * Which scripts of a session run in an isolated world, as ours do and no page's can. Known from the announcement of each script, and
 * so only where the session was watched from its beginning. Must not know what they do.
 */
import type { ProtocolSession } from '../internals/server-side.ts';

type Announced = { readonly scriptId: string; readonly executionContextAuxData?: { readonly isDefault?: boolean } };

const own = new WeakMap<ProtocolSession, Set<string>>();

/** To be called before the session's debugger is there. */
export function watchScripts(session: ProtocolSession): void {
  const scripts = new Set<string>();
  own.set(session, scripts);
  session.on('Debugger.scriptParsed', ({ scriptId, executionContextAuxData }: Announced) => {
    if (executionContextAuxData?.isDefault === false) scripts.add(scriptId);
  });
}

/** Whether a script is none of the page's. */
export function isOwnScript(session: ProtocolSession, scriptId: string): boolean {
  return own.get(session)?.has(scriptId) === true;
}
