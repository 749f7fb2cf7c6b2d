/** An element as in-page code verifies it, and as failures name it. */
import type { Identity } from '../../../domain/snapshot/tree.ts';
import { fail } from '../../../protocol/errors.ts';
import type { Target } from '../../injected/acts/target.ts';

/** The pin and the belief that in-page code verifies. */
export function targetOf(identity: Identity): Target {
  return { pin: identity.pin.index, role: identity.role, name: identity.name, twin: identity.twin };
}

/** Fails with `ref-stale`; nothing was touched. */
export function stale(target: Identity, reason: string): never {
  return fail('ref-stale', { ref: '', role: target.role, name: target.name, reason });
}

/** An element as failures name it: `button "Save"`. */
export function nameOf(target: Pick<Identity, 'role' | 'name'>): string {
  return target.name === '' ? target.role : `${target.role} ${JSON.stringify(target.name)}`;
}
