/**
 * A browser of a Selenium Grid, by Playwright's own support for it: that reads the Grid's address from the environment when it
 * launches, asks for a session and joins the browser of it by CDP. The session is ended when the browser is left.
 */
import { setImmediate } from 'node:timers/promises';
import { chromium } from 'playwright';
import type { Browser as ClientBrowser } from 'playwright';
import type { Deadline } from '../../../base/deadline.ts';
import type { JoinOptions } from '../../../domain/pool.ts';
import { alone } from '../launch/launching.ts';

/** Turns of the event loop in which Playwright has read its variables for certain: it does so in the first. */
const TURNS = 20;

/** Rejects as Playwright does, and {@link Deadline} too. */
export async function launchInGrid(
  { endpoint, headers, headed }: JoinOptions,
  { capabilities }: NonNullable<JoinOptions['grid']>,
  deadline: Deadline,
): Promise<ClientBrowser> {
  const variables = {
    SELENIUM_REMOTE_URL: endpoint,
    SELENIUM_REMOTE_HEADERS: Object.keys(headers).length === 0 ? undefined : JSON.stringify(headers),
    SELENIUM_REMOTE_CAPABILITIES: capabilities ?? undefined,
  };
  const launching = await alone(variables, deadline, async () => {
    // A launch that did not see the address must not find a browser of this machine instead.
    const launched = chromium.launch({ headless: !headed, executablePath: '/dev/null', timeout: Math.max(1, deadline.left()) });
    launched.catch(() => {});
    for (let turn = 0; turn < TURNS; turn++) await setImmediate();
    return { launched };
  });
  try {
    return await deadline.race(launching.launched);
  } catch (error) {
    launching.launched.then((late) => late.close()).catch(() => {});
    throw error;
  }
}
