/** Random text: ids, names of sockets, fences. */
import { randomBytes } from 'node:crypto';

/** So many characters of lower-case hex. */
export function randomHex(length: number): string {
  return randomBytes(Math.ceil(length / 2))
    .toString('hex')
    .slice(0, length);
}
