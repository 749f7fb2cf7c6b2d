/**
 * The daemon's own life, as what may happen in each state. Pure.
 *
 *     starting ──listening──► ready ──stop asked, idle, signal, record lost──► draining ──all closed──► ended
 *         └───────────────failed────────────────────────────────────────────────────────────────────────▲
 */
import { unreachable } from '../../base/never.ts';
import type { EndReason } from '../../protocol/client-identity.ts';

export type DaemonState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'draining'; readonly reason: EndReason; readonly keepTabs: boolean }
  | { readonly kind: 'ended' };

export type DaemonEvent =
  | { readonly kind: 'listening' }
  | { readonly kind: 'end'; readonly reason: EndReason; readonly keepTabs: boolean }
  | { readonly kind: 'closed' };

/** The state after an event. One that means nothing in a state leaves it as it is: a second stop joins the first. */
export function nextDaemonState(state: DaemonState, event: DaemonEvent): DaemonState {
  switch (state.kind) {
    case 'starting':
      if (event.kind === 'listening') return { kind: 'ready' };
      return event.kind === 'end' ? { kind: 'draining', reason: event.reason, keepTabs: event.keepTabs } : { kind: 'ended' };
    case 'ready':
      return event.kind === 'end' ? { kind: 'draining', reason: event.reason, keepTabs: event.keepTabs } : state;
    case 'draining':
      return event.kind === 'closed' ? { kind: 'ended' } : state;
    case 'ended':
      return state;
    default:
      return unreachable(state);
  }
}
