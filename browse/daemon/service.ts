/** What a service of the daemon is: a part with a state of its own, which can be refreshed by itself. Types only. */
import type { SessionSettings } from '../domain/session.ts';
import type { ServiceFacts } from '../protocol/status.ts';
import type { Values } from '../domain/configuration/keys.ts';

/** What was read again, and does not count yet. */
export type Reread = {
  readonly configuration: Values;
  readonly sessions: Readonly<Record<string, SessionSettings>>;
};

/** What a refresh has made ready: it counts after `commit`, and is as if it had never been after `undo`. */
export type RefreshStep = {
  /** In words, one each. */
  readonly changed: readonly string[];
  /** Handles on files that were opened again. */
  readonly closedHandles?: number;
  commit(): void;
  undo(): Promise<void>;
};

export interface Service {
  facts(): Omit<ServiceFacts, 'refreshedAt'>;
  /** Rejects with why it cannot be, and then nothing has changed. Never waits for work that does not end. */
  refresh(next: Reread): Promise<RefreshStep>;
}
