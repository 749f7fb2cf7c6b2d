/** What belongs to a session beyond its tabs. Data only. */
import type { RouteRule } from './traffic/shaping.ts';
import type { Viewport } from './ports/page.ts';
import type { Credentials, OriginHeader } from './ports/browser.ts';

/** What outlives a restart, per session. Absent means the browser's own. */
export type SessionSettings = {
  readonly userAgent?: string;
  readonly viewport?: Viewport;
  readonly headers?: readonly OriginHeader[];
  readonly credentials?: readonly Credentials[];
  readonly routes?: readonly RouteRule[];
  readonly offline?: boolean;
  /** Name of a profile. */
  readonly throttle?: string;
  /** Requests are recorded since then (milliseconds since the epoch), for that file where one was named. */
  readonly har?: { readonly since: number; readonly file: string | null };
  /** Logs of the project's applications: with that key, from pages of those origins beside the usual ones. */
  readonly logs?: { readonly key: string; readonly origins: readonly string[]; readonly on: boolean };
  readonly onDialog?: 'accept' | 'dismiss';
};
