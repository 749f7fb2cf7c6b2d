/**
 * The frames that an input is not for: shut while it is under way, and asked afterwards whether it came there. A late overlay may
 * be a frame of its own. Must not know what the input is.
 */
import { Deadline } from '../../../base/deadline.ts';
import type { Verdict } from '../../injected/guard/guard.ts';
import type { PageHandle } from '../page/page-handle.ts';
import { call } from '../page/isolated-world.ts';
import type { IsolatedWorld } from '../page/isolated-world.ts';

/** How long such a frame may take to shut its guard, in milliseconds. One that hangs handles no input either. */
const PATIENCE = 250;

/** Lets nothing into the other frames; gives those that were shut. */
export async function shutOtherFrames(
  surface: PageHandle,
  world: IsolatedWorld,
  id: number,
  deadline: Deadline,
): Promise<readonly IsolatedWorld[]> {
  const others = surface.page.frameManager.frames().filter((frame) => frame !== world.frame && frame.existingContext('utility'));
  const patience = new Deadline(deadline.bound(PATIENCE));
  const shut = others.map(async (frame) => {
    const other = await surface.worlds.open(frame, patience);
    await call(other, 'armOtherFrame', [id, deadline.left()], patience);
    return [other];
  });
  return (await Promise.all(shut.map((one) => one.catch((): IsolatedWorld[] => [])))).flat();
}

/** What the first of them says that had to refuse the input; null when none had. */
export async function inputInOtherFrame(worlds: readonly IsolatedWorld[], id: number, deadline: Deadline): Promise<Verdict | null> {
  const patience = new Deadline(deadline.bound(PATIENCE));
  const told = await Promise.all(worlds.map((world) => call(world, 'disarm', [id], patience).catch(() => null)));
  return told.find((verdict) => verdict?.broken) ?? null;
}
