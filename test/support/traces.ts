/** Watches a page for what a snapshot must never cause: mutations, also in open shadow trees, and events. */
import type { Page } from 'playwright';

/** What happened in the page since `watchTraces`. */
export type Traces = { readonly records: number; readonly events: number };

/** Begins to count. */
export async function watchTraces(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen = { records: 0, events: 0 };
    Object.assign(globalThis, { seen });
    const options = { subtree: true, childList: true, attributes: true, characterData: true };
    const observer = new MutationObserver((records) => (seen.records += records.length));
    const observe = (root: Document | ShadowRoot): void => {
      observer.observe(root, options);
      for (const element of root.querySelectorAll('*')) if (element.shadowRoot !== null) observe(element.shadowRoot);
    };
    observe(document);
    for (const type of [
      'focus',
      'blur',
      'focusin',
      'scroll',
      'input',
      'change',
      'slotchange',
      'toggle',
      'beforetoggle',
      'select',
      'selectionchange',
    ])
      addEventListener(type, () => (seen.events += 1), true);
  });
}

/** What was counted, a frame later. */
export async function traces(page: Page): Promise<Traces> {
  return page.evaluate(
    () => new Promise<Traces>((done) => requestAnimationFrame(() => done((globalThis as unknown as { seen: Traces }).seen))),
  );
}
