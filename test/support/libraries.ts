/**
 * The pages of test/libraries: component libraries as they come from npm, bundled at test time and opened from a
 * folder, without a network. Must not know the walk.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright';
import { bundleApps } from './apps.ts';
import { temporaryFolder } from './folder.ts';
import { SCENES } from './library-scenes.ts';

/** A page as it is loaded, or a scene of it. */
export type View = { readonly library: string; readonly scene: string };
export const LOADED = 'as it is loaded';

/** Every page as it is loaded, and every scene of it. */
export const VIEWS: readonly View[] = Object.entries(SCENES).flatMap(([library, scenes]) =>
  [LOADED, ...Object.keys(scenes)].map((scene) => ({ library, scene })),
);

export type Libraries = Disposable & {
  /** Opens a view in a page, which has then come to rest. */
  show(page: Page, view: View): Promise<void>;
};

/** Bundles all pages; a few seconds. */
export function bundleLibraries(): Libraries {
  const folder = temporaryFolder();
  bundleApps('libraries/pages', folder.path);
  for (const library of Object.keys(SCENES))
    writeFileSync(
      join(folder.path, `${library}.html`),
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>${library}</title><link rel="stylesheet" href="${library}.css"><div id="root"></div><script src="${library}.js"></script>`,
    );
  return {
    show: async (page, { library, scene }) => {
      await page.goto(pathToFileURL(join(folder.path, `${library}.html`)).href);
      await SCENES[library]?.[scene]?.(page);
      await rest(page);
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** Drawn frames without a change and without a running animation after which a page counts as at rest. */
const FRAMES = 10;

async function rest(page: Page): Promise<void> {
  await page.evaluate(async (frames) => {
    let still = 0;
    const observer = new MutationObserver(() => {
      still = 0;
    });
    const options = { subtree: true, childList: true, attributes: true, characterData: true };
    const observed = new Set<Node>();
    const observe = (root: Document | ShadowRoot): void => {
      if (!observed.has(root)) observer.observe(root, options);
      observed.add(root);
      for (const element of root.querySelectorAll('*')) if (element.shadowRoot !== null) observe(element.shadowRoot);
    };
    const moves = (animation: Animation): boolean =>
      animation.playState === 'running' && Number.isFinite(Number(animation.effect?.getComputedTiming().endTime));
    while (still < frames) {
      observe(document);
      await new Promise(requestAnimationFrame);
      still = document.getAnimations().some(moves) ? 0 : still + 1;
    }
    observer.disconnect();
  }, FRAMES);
}
