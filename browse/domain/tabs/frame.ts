/** Frames: how one is chosen, what is known of one, and how it is called on a line of ours. Pure. */
import { quoted } from '../../base/escape.ts';
import { shownUrl } from '../traffic/printable-url.ts';
import type { Identity } from '../snapshot/tree.ts';

/** Which frame: the main one, that of an element, or the only one of that name or address (a part of it; `*` stands for anything). */
export type FrameChoice =
  | { readonly kind: 'main' }
  | { readonly kind: 'element'; readonly target: Identity }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'url'; readonly url: string };
/** Both are untrusted page text. */
export type FrameFacts = { readonly name: string; readonly url: string };

/** `"pay"`, or the address of a frame without a name. */
export function frameTitle({ name, url }: FrameFacts): string {
  return name === '' ? shownUrl(url) : quoted(name);
}

/** A frame, as a selector of the document around it. `nth`: which of those that match, from 0; null where it is the only one. */
export type FrameStep = { readonly selector: string; readonly nth: number | null };
