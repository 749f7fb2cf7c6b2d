/** Opening a session's context with what its settings and its project's configuration say. */
import type { Values } from '../../domain/configuration/keys.ts';
import type { BrowserChoice } from '../../domain/pool.ts';
import type { SessionSettings } from '../../domain/session.ts';
import { THROTTLES } from '../../domain/traffic/shaping.ts';
import type { BrowserHost, Start } from '../ports.ts';
import type { BrowserSession, SessionOptions } from '../../domain/ports/browser.ts';

/** Milliseconds that opening a context may take; its own, so that an action's short deadline does not pay for a cold start. */
export const OPENING = 30_000;

/** How the configuration wants the browser. */
export function choiceOf(values: Values): BrowserChoice {
  return {
    executable: values['browser.executable'] ?? null,
    args: values['browser.args'] ?? [],
    proxy: values['browser.proxy'] ?? null,
    headed: values['browser.headed'] ?? null,
  };
}

/** Credentials, routes, no network or a slow one, as the settings say: before the first page. */
export async function shaped(
  browser: BrowserSession,
  { credentials = [], routes = [], offline = false, throttle }: SessionSettings,
): Promise<void> {
  if (credentials.length > 0) await browser.setCredentials(credentials);
  if (routes.length > 0) await browser.setRoutes(routes);
  if (offline || throttle !== undefined) await browser.setNetwork(offline, THROTTLES.find(({ name }) => name === throttle) ?? null);
}

/** A context as the session's settings say, and where they say nothing, the configuration. */
export async function openContext(
  host: BrowserHost,
  name: string,
  settings: SessionSettings,
  values: Values,
  start: Start,
): Promise<BrowserSession> {
  const { viewport } = values;
  const options: SessionOptions = {
    userAgent: settings.userAgent ?? null,
    viewport: settings.viewport ?? viewport ?? null,
    headers: settings.headers ?? [],
  };
  return host.session(name, options, { ...start, choice: choiceOf(values) }, { timeout: OPENING, signal: new AbortController().signal });
}
