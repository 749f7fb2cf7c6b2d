/** What belongs to a session beyond its tabs. Data only. */
import type { OriginHeader, Viewport } from './ports.ts';

/** What outlives a restart, per session. Absent means the browser's own. */
export type SessionSettings = {
  readonly userAgent?: string;
  readonly viewport?: Viewport;
  readonly headers?: readonly OriginHeader[];
  readonly onDialog?: 'accept' | 'dismiss';
};
