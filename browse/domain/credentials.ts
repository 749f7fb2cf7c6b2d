/** Credentials of HTTP authentication: how they look on the wire, and what a list may say of them. Pure. */
import type { Credentials } from './ports/browser.ts';

/** The forms in which the secret may appear somewhere: as it is, and as Basic authentication spells it. */
export function secretForms({ username, password }: Pick<Credentials, 'username' | 'password'>): readonly string[] {
  return [password, btoa(String.fromCodePoint(...new TextEncoder().encode(`${username}:${password}`)))];
}

/** All that is ever told of them. */
export type ShownCredentials = Pick<Credentials, 'username' | 'origin'>;

/** Without the secret. */
export function shown({ username, origin }: Credentials): ShownCredentials {
  return { username, origin };
}
