/** The `Page` port over Playwright: each method lives in the file of its family. Must not know tabs, refs or commands. */
import type { Page as ClientPage } from 'playwright';
import { annotate } from '../page/annotate.ts';
import { drag } from '../input/drag.ts';
import * as fields from '../input/fields.ts';
import { enterFrame, framePath } from '../page/frame-choice.ts';
import { capture } from '../handle/frames.ts';
import { contextOptionsOf } from '../internals/server-side.ts';
import * as keyboard from '../input/keyboard.ts';
import * as navigation from '../page/navigation.ts';
import * as pointer from '../input/pointer.ts';
import * as reads from '../page/reads.ts';
import * as texts from '../page/texts.ts';
import { matching } from '../page/matching.ts';
import { query } from '../page/selectors.ts';
import type { PageHandle } from '../handle/page-handle.ts';
import { upload } from '../input/upload.ts';
import * as waits from '../page/waits.ts';
import { call } from '../handle/isolated-world.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';
import type { Page, Viewport } from '../../../domain/ports/page.ts';

/** How long closing a tab may take before it is left to the browser, in milliseconds. */
const CLOSE_PATIENCE = 700;

/** Milliseconds within which a page answers that does not hang. */
const HEALTHY = 100;

/** Makes the port of one page. */
export function makePage(surface: PageHandle): Page {
  let title = '';
  return {
    url: () => surface.url(),
    documents: () => surface.documents,
    guestName: () => surface.page.guid,
    title: async (bound: TimeLimit) => {
      // A page that waits for an answer is asked nothing.
      if (surface.dialog) return title;
      title = await surface.run('title', bound, (deadline) => surface.inMain(deadline, (world) => call(world, 'titleNow', [], deadline)));
      return title;
    },
    responds: (bound) => surface.responds(bound),
    onEvent: (listener) => surface.onEvent(listener),

    goto: (url, wait, bound) => navigation.goto(surface, url, wait, bound),
    history: (direction, wait, bound) => navigation.history(surface, direction, wait, bound),
    reload: (options, wait, bound) => navigation.reload(surface, options, wait, bound),

    capture: async (options, bound) => {
      const walking = { page: surface.page, worlds: surface.worlds, owners: surface.owners };
      const { within } = options;
      const captured = within
        ? await surface.onTarget('snapshot', within, bound, async (world, deadline) => {
            await reads.verify(surface, within, deadline.bound());
            return capture(walking, world, options, within.pin.index, deadline);
          })
        : await surface.run('snapshot', bound, (deadline) =>
            surface.inChosen(deadline, (world) => capture(walking, world, options, null, deadline)),
          );
      title = within || surface.chosen.facts ? title : captured.title;
      return captured;
    },
    matching: (expression, texts, bound) => matching(surface, expression, texts, bound),
    enterFrame: (choice, bound) => enterFrame(surface, choice, bound),
    frame: () => surface.chosen.facts,
    framePath: (document, bound) => framePath(surface, document, bound),
    query: (selector, limit, bound) => query(surface, selector, limit, bound),

    click: (target, act, bound) => pointer.click(surface, target, act, bound),
    hover: (target, options, bound) => pointer.hover(surface, target, options, bound),
    setChecked: (target, checked, bound) => pointer.setChecked(surface, target, checked, bound),
    fill: (target, value, bound, secrecy = 'open') => fields.fill(surface, target, value, secrecy, bound),
    select: (target, values, bound) => fields.select(surface, target, values, bound),
    focus: (target, bound) => fields.focus(surface, target, bound),
    drag: (from, to, how, bound) => drag(surface, from, to, how, bound),
    upload: (target, files, bound) => upload(surface, target, files, bound),
    type: (text, bound, follow = 'editor') => keyboard.type(surface, text, follow, bound),
    press: (key, bound, follow = 'editor') => keyboard.press(surface, key, follow, bound),
    append: (target, text, bound, follow = 'editor') => keyboard.append(surface, target, text, follow, bound),

    text: (target, bound) => texts.text(surface, target, bound),
    loading: (bound) => texts.loading(surface, bound),
    html: (target, bound) => reads.html(surface, target, bound),
    attributes: async (target, bound) =>
      (await reads.ask(surface, target, { what: 'attributes' }, bound)) as Readonly<Record<string, string>>,
    style: async (target, property, bound) => String(await reads.ask(surface, target, { what: 'style', property }, bound)),
    is: (target, check, bound) => reads.is(surface, target, check, bound),
    value: async (target, bound) => (await reads.ask(surface, target, { what: 'value' }, bound)) as string | null,
    scroll: (target, how, bound) => reads.scroll(surface, target, how, bound),
    box: (target, bound) => reads.box(surface, target, bound),
    evaluate: (source, target, bound) => reads.evaluate(surface, source, target, bound),
    screenshot: (target, options, bound) => reads.screenshot(surface, target, options, bound),

    annotate: (marks, path, bound) => annotate(surface, marks, path, bound),

    waitForLoad: (state, bound) => waits.waitForLoad(surface, state, bound),
    waitForUrl: (glob, bound) => waits.waitForUrl(surface, glob, bound),
    waitForText: (text, bound) => waits.waitForText(surface, text, bound),
    waitForFunction: (source, bound) => waits.waitForFunction(surface, source, bound),
    waitForSelector: (selector, state, bound) => waits.waitForSelector(surface, selector, state, bound),

    setViewport: (viewport) => surface.run('viewport', fixed(10_000), () => setViewport(surface.client, viewport)),
    bringToFront: () => surface.run('bring to front', fixed(5000), (deadline) => deadline.race(surface.client.bringToFront())),
    close: async () => {
      if (surface.closed) return;
      if (!(await surface.responds(fixed(HEALTHY)))) surface.family.busy = surface.url();
      // A page that hangs is closed by the browser all the same; only the news of it comes late.
      const closing = surface.run(
        'close',
        fixed(CLOSE_PATIENCE),
        (deadline) => deadline.race(surface.client.close({ runBeforeUnload: false })),
        { page: false },
      );
      await closing.catch(() => {});
    },
  };
}

function fixed(timeout: number): TimeLimit {
  return { timeout, signal: new AbortController().signal };
}

async function setViewport(client: ClientPage, { width, height, scale }: Viewport): Promise<void> {
  const options = contextOptionsOf(client.context());
  options.deviceScaleFactor = scale;
  // For tabs and popups to come.
  options.viewport = { width, height };
  await client.setViewportSize({ width, height });
}
