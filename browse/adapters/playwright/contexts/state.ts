/** Cookies and storage of a session, taken without waiting for a page that does not answer, and put back. */
import type { BrowserContext } from 'playwright';
import type { Deadline } from '../../../base/deadline.ts';
import { oneLine } from '../../../base/escape.ts';
import type { PageHandle } from '../handle/page-handle.ts';

type State = Awaited<ReturnType<BrowserContext['storageState']>>;

/** How long one page may take to show that it answers, in milliseconds. */
const PATIENCE = 500;

/** Everything if every page answers; else the cookies, and the storage of the pages that do. `lost` names the others. */
export async function readState(
  context: BrowserContext,
  surfaces: readonly PageHandle[],
  deadline: Deadline,
): Promise<{ state: State; lost: readonly string[] }> {
  const answers = await Promise.all(
    surfaces.map(async (surface) => ({ surface, answers: await surface.responds(deadline.bound(PATIENCE)) })),
  );
  const silent = answers.filter((one) => !one.answers).map(({ surface }) => surface);
  if (silent.length === 0) {
    // With a page that hangs this would never return.
    const whole = await deadline.race(context.storageState({ indexedDB: true }), deadline.left() * 0.8).catch(() => null);
    if (whole) return { state: whole, lost: [] };
  }
  const cookies = await deadline.race(context.cookies()).catch(() => null);
  const origins: State['origins'] = [];
  for (const { surface } of answers.filter((one) => one.answers)) {
    const origin = originOf(surface.url());
    if (origin === null || origins.some((known) => known.origin === origin)) continue;
    const localStorage = await readStorage(surface, deadline).catch(() => null);
    if (localStorage) origins.push({ origin, localStorage });
  }
  const lost = silent.map((surface) => `storage of ${oneLine(surface.url())}, which does not respond`);
  return { state: { cookies: cookies ?? [], origins }, lost: cookies ? lost : [...lost, 'the cookies'] };
}

async function readStorage(surface: PageHandle, deadline: Deadline): Promise<{ name: string; value: string }[]> {
  const asked = surface.client.evaluate(() => Object.entries(localStorage).map(([name, value]) => ({ name, value: String(value) })));
  return deadline.race(asked, PATIENCE);
}

function originOf(url: string): string | null {
  return /^https?:/.test(url) ? new URL(url).origin : null;
}

/** Puts back what {@link readState} took. */
export async function writeState(context: BrowserContext, state: unknown): Promise<void> {
  await context.setStorageState(state as State);
}
