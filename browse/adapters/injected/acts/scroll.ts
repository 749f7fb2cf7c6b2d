/** Scrolling: an element into view, or what scrolls at and around it. Must not know the daemon. */
import { boxOf, flatParent } from '../dom-getters.ts';
import { isStale, nextFrame, resolve } from './target.ts';
import type { Stale, Target } from './target.ts';
import type { ScrollBy, Scrolled } from '../../../domain/ports/page.ts';
import { hit } from '../hit-test.ts';

function scrolls(element: Element): boolean {
  if (element.scrollHeight <= element.clientHeight) return false;
  return element === document.scrollingElement || ['auto', 'scroll', 'overlay'].includes(getComputedStyle(element).overflowY);
}

/** The nearest that scrolls, at `element` or around it. */
function scrollerAround(element: Element | null): Element | null {
  for (let at = element; at !== null; at = flatParent(at)) if (scrolls(at)) return at;
  return null;
}

/** What a wheel in the middle of the window would scroll; the page where nothing does. Null in a document that has no element yet. */
function mainScroller(): Element | null {
  const page: Element | null = document.scrollingElement ?? document.documentElement;
  if (page === null) return null;
  if (scrolls(page)) return page;
  return scrollerAround(hit({ x: innerWidth / 2, y: innerHeight / 2 })) ?? page;
}

function place(scroller: Element): { readonly at: number; readonly most: number } {
  return { at: Math.round(scroller.scrollTop), most: Math.max(0, scroller.scrollHeight - scroller.clientHeight) };
}

/** Scrolls the page, or what a verified element lies in. Lists that draw what comes into view have done so when it resolves. */
export async function scroll(target: Target | null, how: ScrollBy): Promise<({ readonly outcome: 'done' } & Scrolled) | Stale> {
  const element = target === null ? null : resolve(target);
  if (element !== null && isStale(element)) return element;
  const scroller = element === null ? mainScroller() : (scrollerAround(how === null ? flatParent(element) : element) ?? mainScroller());
  if (scroller === null) return { outcome: 'done', moved: 0, at: 0, most: 0 };
  const before = element !== null && how === null ? boxOf(element).y : place(scroller).at;
  if (how === null) element?.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
  else if ('by' in how) scroller.scrollBy({ top: how.by, behavior: 'instant' });
  else scroller.scrollTo({ top: how.to === 'top' ? 0 : scroller.scrollHeight, behavior: 'instant' });
  const now = place(scroller);
  const moved = element !== null && how === null ? before - boxOf(element).y : now.at - before;
  // Scroll events are told in the first frame, and what they set off is drawn in the second.
  await nextFrame();
  await nextFrame();
  return { outcome: 'done', moved: Math.round(moved), ...now };
}
