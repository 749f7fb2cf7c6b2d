/**
 * Trying a caller's expression on a page's texts, which can take for ever. It is done in the page's isolated world, whose engine
 * ends it in time; a daemon that did it itself would hang with all its tabs. Must not know snapshots.
 */
import { oneLine } from '../../../base/escape.ts';
import { fail } from '../../../protocol/errors.ts';
import { sessionOf, protocolOf } from '../internals/server-side.ts';
import type { PageHandle } from '../handle/page-handle.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';

/** Milliseconds an expression may take for a whole page. */
const PATIENCE = 1000;

/** Which of `texts` the expression is found in. Fails with `usage`. */
export function matching(
  surface: PageHandle,
  { source, flags }: { readonly source: string; readonly flags: string },
  texts: readonly string[],
  bound: TimeLimit,
): Promise<readonly boolean[]> {
  const shown = oneLine(`/${source}/${flags}`);
  const refuse = (problem: string): never => fail('usage', { problem, hint: 'browse help find' });
  return surface.run('find', bound, (deadline) =>
    surface.inChosen(deadline, async (world) => {
      const expression = `(() => { const found = new RegExp(${JSON.stringify(source)}, ${JSON.stringify(flags.replace(/[gy]/g, ''))}); return ${JSON.stringify(texts)}.map((text) => found.test(text)); })()`;
      const given = { expression, contextId: protocolOf(world.context).id, returnByValue: true, timeout: PATIENCE };
      const asked = sessionOf(surface.page, world.frame).send('Runtime.evaluate', given);
      const tried = await deadline.race(asked).catch((error: unknown) => {
        if (error instanceof Error && /terminated|Internal error/.test(error.message))
          return refuse(`${shown} takes more than ${PATIENCE} ms on this page`);
        throw error;
      });
      const { result, exceptionDetails } = tried as {
        result: { value?: readonly boolean[] };
        exceptionDetails?: { exception?: { description?: string } };
      };
      if (exceptionDetails === undefined) return result.value ?? [];
      const [first = ''] = (exceptionDetails.exception?.description ?? '').split('\n');
      return refuse(`${shown} is no expression: ${oneLine(first.replace(/^SyntaxError: /, ''))}`);
    }),
  );
}
