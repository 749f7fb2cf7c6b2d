/**
 * The rig of the adversarial suite: a page that records everything that reached it, a snapshot's refs, and acts whose only
 * lawful ends are "on the element that was printed" and "refused, and nothing was touched".
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { lines, keep } from '../../browse/domain/snapshot/render.ts';
import { RefTable, parseRef } from '../../browse/domain/snapshot/refs.ts';
import type { Identity, SnapshotNode } from '../../browse/domain/snapshot/tree.ts';
import { BrowseError, type ErrorCode } from '../../browse/protocol/errors.ts';
import { launchBrowser, within, type OpenBrowser } from './browser.ts';
import { serve, type Handler, type Site } from './site.ts';
import type { CaptureOptions, Check, Found, MouseAct, Page } from '../../browse/domain/ports/page.ts';

const PAGES = fileURLToPath(new URL('../pages/adversarial/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8' };

/** A page that has only just come has no ledger yet. */
const LEDGER = `(globalThis.ledger ?? (await new Promise((done) => addEventListener('DOMContentLoaded', () => done(globalThis.ledger))))).state()`;

/** How long an act may try; short, because half of them are meant to be refused. */
export const PATIENCE = 1_500;

/** What an act came to. */
export type Outcome =
  | { readonly done: true; readonly role: string; readonly name: string }
  | { readonly done: false; readonly code: ErrorCode; readonly message: string };

/** What reached the page: `click Pay`, in order, and `mark=value` of every field. */
export type PageState = { readonly events: readonly string[]; readonly fields: readonly string[] };

/** One tab with its own numbers. */
export type Scene = {
  readonly page: Page;
  /** Opens a page of test/pages/adversarial (`list.html?as=cards`) or an address, with nothing recorded. */
  open(name: string): Promise<void>;
  /** A snapshot, numbered; `anew` false is one that no caller asked for, such as a diff. Gives the lines as printed. */
  snapshot(options?: Partial<CaptureOptions>, anew?: boolean): Promise<readonly string[]>;
  /** What `@eN` means, looked up by what it printed; `nth` counts from 0 in print order. */
  ref(role: string, name: string, nth?: number): Identity;
  /** The number printed for it. */
  number(role: string, name: string, nth?: number): number;
  /** What a number means in this tab now; fails as the product does. */
  resolve(number: number): Identity;
  /** The one element of a selector, pinned. */
  find(selector: string): Promise<Identity>;
  /** Runs an expression in the page (`mutate.recycle()`), or statements in braces. */
  js(source: string): Promise<unknown>;
  /** Has the page run statements of its own accord, so many milliseconds from now. */
  later(ms: number, source: string): Promise<unknown>;
  state(): Promise<PageState>;
  /** Settles the act and tells how it ended. Anything but a failure of the table is thrown. */
  attempt(act: Promise<{ readonly role?: string; readonly name?: string } | unknown>): Promise<Outcome>;
  click(target: Identity, options?: { readonly force?: boolean; readonly patience?: number }): Promise<Outcome>;
  fill(target: Identity, value: string): Promise<Outcome>;
};

/** One browser and one site for a file of variants. */
export type Adversary = AsyncDisposable & {
  readonly open: OpenBrowser;
  readonly site: Site;
  scene(): Promise<Scene>;
};

/** Starts one; every scene is a tab of its own. */
export async function adversary(routes: Readonly<Record<string, Handler | string>> = {}): Promise<Adversary> {
  const site = await serve({ ...pages(), ...routes });
  const open = await launchBrowser();
  return {
    open,
    site,
    scene: async () => scene(await open.session.newPage(), site),
    [Symbol.asyncDispose]: async () => {
      await open[Symbol.asyncDispose]();
      await site[Symbol.asyncDispose]();
    },
  };
}

/** The pages of test/pages/adversarial as routes. */
export function pages(): Readonly<Record<string, Handler>> {
  const files = readdirSync(PAGES).filter((name) => /\.(html|js)$/.test(name));
  return Object.fromEntries(
    files.map((name): [string, Handler] => [
      `/adversarial/${name}`,
      (_, response) => {
        response.setHeader('content-type', TYPES[name.split('.').at(-1) ?? ''] ?? '');
        response.end(readFileSync(PAGES + name));
      },
    ]),
  );
}

/** A tab as the daemon uses it: a capture, a table of numbers, one door to an element. */
export function scene(page: Page, site: Site): Scene {
  const refs = new RefTable();
  let nodes: readonly SnapshotNode[] = [];
  const js = (source: string): Promise<unknown> =>
    page.evaluate(source.startsWith('{') ? `(async () => ${source})()` : `(async () => (${source}))()`, null, within());

  const number = (role: string, name: string, nth = 0): number => {
    const found = nodes.filter((node) => node.role === role && node.name === name)[nth];
    const given = found?.identity && refs.numberOf(found.identity.pin);
    if (!given) throw new Error(`the snapshot has no ${role} ${JSON.stringify(name)} (${nth}):\n${print().join('\n')}`);
    return given;
  };
  const print = (): readonly string[] => lines(nodes, { refOf: ({ pin }) => refs.numberOf(pin) });
  const resolve = (wanted: number): Identity => refs.resolve(parseRef(`@e${wanted}`) ?? { number: wanted, role: null, name: null });
  const attempt: Scene['attempt'] = async (act) => {
    try {
      const value = (await act) as { role?: string; name?: string } | undefined;
      return { done: true, role: value?.role ?? '', name: value?.name ?? '' };
    } catch (error) {
      if (!(error instanceof BrowseError)) throw error;
      return { done: false, code: error.code, message: error.message };
    }
  };

  return {
    page,
    async open(name) {
      await page.goto(/^\w+:/.test(name) ? name : `${site.origin}/adversarial/${name}`, 'load', within());
      await js('globalThis.ledger?.clear()');
    },
    async snapshot(options = {}, anew = true) {
      const asked: CaptureOptions = {
        interactive: true,
        within: null,
        viewport: false,
        boxes: false,
        urls: false,
        clickable: true,
        ...options,
      };
      const captured = await page.capture(asked, within());
      nodes = keep(captured.nodes, { interactive: asked.interactive, compact: false, depth: null });
      refs.meet(captured.documents, anew);
      refs.number(nodes);
      return print();
    },
    number,
    resolve,
    ref: (role, name, nth) => resolve(number(role, name, nth)),
    async find(selector) {
      const { count, found } = await page.query(selector, 2, within());
      const [only] = found as [Found?];
      if (count !== 1 || !only) throw new Error(`${count} elements match ${selector}`);
      return only.identity;
    },
    js,
    later: (ms, source) => page.evaluate(`(setTimeout(() => { ${source} }, ${ms}), 0)`, null, within()),
    async state() {
      const state = (await js(LEDGER)) as PageState;
      if (!Array.isArray(state.events) || !Array.isArray(state.fields))
        throw new Error(`the page keeps no ledger: ${JSON.stringify(state)}`);
      return state;
    },
    attempt,
    click: (target, { force = false, patience = PATIENCE } = {}) =>
      attempt(page.click(target, { button: 'left', count: 1, modifiers: [], force }, within(patience))),
    fill: (target, value) => attempt(page.fill(target, value, within(PATIENCE))),
  };
}

/** One variant: a page, what is printed and meant, what the page does before the act, and the act (a click). */
export type Variant = {
  readonly page: string;
  readonly target: readonly [role: string, name: string, nth?: number];
  /** Run in the page between the snapshot and the act. */
  readonly change?: string;
  readonly act?: (scene: Scene, target: Identity) => Promise<Outcome>;
};

/** How it ended, and the page's state right before and after the act. */
export type Trial = { readonly outcome: Outcome; readonly before: PageState; readonly after: PageState };

/** Runs one in a tab of its own. */
export async function trial(rig: Adversary, { page, target, change, act }: Variant): Promise<Trial> {
  const tab = await rig.scene();
  try {
    await tab.open(page);
    await tab.snapshot();
    const identity = tab.ref(...target);
    if (change !== undefined) await tab.js(`{ ${change} }`);
    const before = await tab.state();
    const outcome = await (act ? act(tab, identity) : tab.click(identity));
    return { before, outcome, after: await tab.state() };
  } finally {
    await tab.page.close();
  }
}

/** The marks that inputs reached, without repetition. */
export function touched({ events }: PageState): readonly string[] {
  return [...new Set(events.map((event) => event.slice(event.indexOf(' ') + 1)))];
}

/** Fails unless the act says that it was done and everything that reached the page reached the element of this mark. */
export function right({ outcome, after }: Trial, mark: string): void {
  expect({ outcome, touched: touched(after) }).toEqual({ outcome: expect.objectContaining({ done: true }), touched: [mark] });
}

/** What a refusal has to say. */
export type Refusal = { readonly code: ErrorCode | readonly ErrorCode[]; readonly says: RegExp };

/** Fails unless the act was refused in these words and the page is as it was before. */
export function refused({ outcome, before, after }: Trial, { code, says }: Refusal): void {
  expect({ outcome, after }).toEqual({
    outcome: {
      done: false,
      code: typeof code === 'string' ? code : expect.toSatisfy((given: ErrorCode) => code.includes(given)),
      message: expect.stringMatching(says),
    },
    after: before,
  });
}

/** Fails when anything but the element of this mark was reached, when a done act reached nothing, or a refused one was none of these codes. */
export function rightOrRefused({ outcome, before, after }: Trial, mark: string, codes: readonly ErrorCode[]): 'right' | 'refused' {
  const strangers = touched({ ...after, events: after.events.slice(before.events.length) }).filter((each) => each !== mark);
  expect({ outcome, strangers }).toEqual({ outcome: expect.anything(), strangers: [] });
  if (outcome.done) {
    expect(touched(after), `it says done, but nothing reached ${mark}`).toContain(mark);
    return 'right';
  }
  expect(codes, outcome.message).toContain(outcome.code);
  return 'refused';
}

/** Prints a line of figures into the run's output. */
export function tell(line: string): void {
  console.log(line);
}

/** One way of using a ref. */
export type Consumer = (page: Page, target: Identity) => Promise<unknown>;

const CHECKS = ['visible', 'hidden', 'enabled', 'disabled', 'checked', 'editable', 'focused'] as const satisfies readonly Check[];

/** Every way of using a ref, by the command that does. Each needs an element of its own kind; `picture` is where a screenshot would go. */
export function consumers(picture: string): Readonly<Record<string, Consumer>> {
  const press =
    (act: Partial<MouseAct>): Consumer =>
    (page, target) =>
      page.click(target, { button: 'left', count: 1, modifiers: [], force: false, ...act }, within(PATIENCE));
  return {
    'click': press({}),
    'click --force': press({ force: true }),
    'click --double': press({ count: 2 }),
    'click --button right': press({ button: 'right' }),
    'hover': (page, target) => page.hover(target, { force: false }, within(PATIENCE)),
    'drag': (page, target) => {
      const end = { identity: target, point: null };
      return page.drag(end, end, { hold: 0, steps: null, force: false }, within(PATIENCE));
    },
    'focus': (page, target) => page.focus(target, within(PATIENCE)),
    'scroll': (page, target) => page.scroll(target, null, within(PATIENCE)),
    'scroll --by': (page, target) => page.scroll(target, { by: 50 }, within(PATIENCE)),
    'value': (page, target) => page.value(target, within(PATIENCE)),
    'fill': (page, target) => page.fill(target, 'text of ours', within(PATIENCE)),
    'type': (page, target) => page.append(target, 'text of ours', within(PATIENCE)),
    'select': (page, target) => page.select(target, ['g'], within(PATIENCE)),
    'check': (page, target) => page.setChecked(target, true, within(PATIENCE)),
    'uncheck': (page, target) => page.setChecked(target, false, within(PATIENCE)),
    'upload': (page, target) => page.upload(target, [fileURLToPath(import.meta.url)], within(PATIENCE)),
    'text': (page, target) => page.text(target, within(PATIENCE)),
    'html': (page, target) => page.html(target, within(PATIENCE)),
    'attrs': (page, target) => page.attributes(target, within(PATIENCE)),
    'css': (page, target) => page.style(target, 'color', within(PATIENCE)),
    'box': (page, target) => page.box(target, within(PATIENCE)),
    'js with an element': (page, target) => page.evaluate('(element) => element.outerHTML', target, within(PATIENCE)),
    'screenshot': (page, target) => page.screenshot(target, { path: picture, full: false }, within(PATIENCE)),
    ...Object.fromEntries(
      CHECKS.map((check): [string, Consumer] => [`is ${check}`, (page, target) => page.is(target, check, within(PATIENCE))]),
    ),
  };
}
