/** The session that belongs to a caller who names none. Pure. */
import { shortHash } from '../base/hash.ts';
import { fail } from '../protocol/errors.ts';

/** The session of a project root: its folder's name, and a hash that tells two checkouts apart. `default` without a project. */
export function projectSession(root: string | null): string {
  if (root === null) return 'default';
  const name = (root.split('/').at(-1) ?? '').replace(/[^\w.-]+/g, '-').slice(0, 40);
  return `${name === '' ? 'root' : name}-${shortHash(root).slice(0, 6)}`;
}

/** A session's name as it was typed. Fails with `usage`. */
export function sessionName(typed: string): string {
  if (/^[\w][\w.-]{0,63}$/.test(typed)) return typed;
  return fail('usage', {
    problem: `A session's name has letters, digits, "_", "-" and ".", not ${JSON.stringify(typed)}`,
    hint: 'browse session list',
  });
}
