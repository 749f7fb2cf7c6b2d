/** Closed shadow trees, which scripts cannot see and the browser can: it is asked about the elements that may have one. */
import type { Deadline } from '../../../base/deadline.ts';
import { protocolOf, sessionOf } from '../internals/server-side.ts';
import type { ServerPage } from '../internals/server-side.ts';
import type { IsolatedWorld } from './isolated-world.ts';

type Remote = { readonly objectId?: string };
type Described = {
  readonly node: { readonly shadowRoots?: readonly { readonly shadowRootType?: string; readonly backendNodeId: number }[] };
};

/** Hands the closed trees of those elements (by their pins) to the isolated world: whether there was any. */
export async function openClosed(page: ServerPage, world: IsolatedWorld, pins: readonly number[], deadline: Deadline): Promise<boolean> {
  const session = sessionOf(page, world.frame);
  const executionContextId = protocolOf(world.context).id;
  const objectGroup = 'browse-closed';
  const ask = async (): Promise<boolean> => {
    const { result: list } = (await session.send('Runtime.callFunctionOn', {
      functionDeclaration: 'function(pins){return pins.map((pin)=>globalThis.__browse.element(pin))}',
      executionContextId,
      arguments: [{ value: pins }],
      objectGroup,
    })) as { result: Remote };
    const { result: entries } = (await session.send('Runtime.getProperties', { objectId: list.objectId, ownProperties: true })) as {
      result: readonly { readonly name: string; readonly value?: Remote }[];
    };
    const elements = entries.flatMap(({ name, value }) => (/^\d+$/.test(name) && value?.objectId !== undefined ? [value.objectId] : []));
    const roots = await Promise.all(
      elements.map(async (objectId) => {
        const { node } = (await session.send('DOM.describeNode', { objectId })) as Described;
        return node.shadowRoots?.find(({ shadowRootType }) => shadowRootType === 'closed')?.backendNodeId;
      }),
    );
    const found = await Promise.all(
      roots.flatMap((backendNodeId) =>
        backendNodeId === undefined
          ? []
          : [session.send('DOM.resolveNode', { backendNodeId, executionContextId, objectGroup }) as Promise<{ object: Remote }>],
      ),
    );
    if (found.length > 0)
      await session.send('Runtime.callFunctionOn', {
        functionDeclaration: 'function(...roots){globalThis.__browse.openUp(...roots)}',
        executionContextId,
        arguments: found.map(({ object }) => ({ objectId: object.objectId })),
      });
    return found.length > 0;
  };
  // What cannot be asked of a document that goes away stays closed.
  const any = await deadline.race(ask().catch(() => false));
  session.send('Runtime.releaseObjectGroup', { objectGroup }).catch(() => {});
  return any;
}
