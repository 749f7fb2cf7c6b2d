/** How a frame is called on a line of ours. Pure. */
import { quoted, shortUrl } from '../../base/escape.ts';
import type { FrameFacts } from '../ports.ts';

/** `"pay"`, or the address of a frame without a name. */
export function frameTitle({ name, url }: FrameFacts): string {
  return name === '' ? shortUrl(url) : quoted(name);
}
