/**
 * Elements that may have a closed shadow tree, which no script can see: components and empty boxes that show something. Who asks the
 * browser about them is told each of them once, and again when its size changed. Must not know what a walk prints.
 */
import { boxOf, firstChild } from '../../dom-getters.ts';
import type { Pins } from '../pins.ts';

/** Elements asked about in one look. */
const LIMIT = 200;
/** Elements other than components that may have a shadow tree and are often used so. */
const HOSTS = new Set(['div', 'span', 'section', 'p', 'article', 'aside', 'main', 'header', 'footer', 'nav']);

/** The size that an element had when it was asked about. */
const asked = new WeakMap<Element, string>();

export type HostSuspects = {
  /** An element without an open tree is come to. */
  meet(element: Element, tag: string): void;
  take(pins: Pins): readonly number[];
};

/** Fresh for one walk. */
export function createSuspects(): HostSuspects {
  const met: Element[] = [];
  return {
    meet(element, tag) {
      if (met.length < LIMIT && (tag.includes('-') || (HOSTS.has(tag) && firstChild(element) === null))) met.push(element);
    },
    take(pins) {
      const found: number[] = [];
      for (const element of met) {
        const { width, height } = boxOf(element);
        if (width < 8 || height < 8) continue;
        const size = `${width} ${height}`;
        if (asked.get(element) === size) continue;
        asked.set(element, size);
        found.push(pins.pin(element));
      }
      return found;
    },
  };
}
