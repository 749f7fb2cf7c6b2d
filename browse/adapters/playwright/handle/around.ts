/** What a page asks of the session that it is in. Types only. */
import type { Page as ClientPage } from 'playwright';
import type { TrafficListener } from '../../../domain/traffic/ports.ts';

/** What the session around a page is asked by it. */
export type Around<Surface> = {
  /** Whether the browser may run on another machine. */
  readonly far: boolean;
  /** Brings the tab to the front where the browser starves those in the background. */
  front(page: ClientPage): Promise<void>;
  /** Gives a crashed tab a fresh page. */
  revive(surface: Surface): Promise<void>;
  /** Whether the browser itself answers: a page that closed did so alone, or ended with it. */
  browserAnswers(): Promise<boolean>;
  /** Windows of the session that pages opened, ever. */
  arrived(): number;
  /** Resolves at the next such window. */
  arrival(): Promise<void>;
  /** Who hears of the session's traffic; null when nobody does. */
  readonly traffic: Pick<TrafficListener, 'secret' | 'hold'> | null;
};
