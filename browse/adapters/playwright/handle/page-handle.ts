/**
 * What every way of using a page shares: its server side, its worlds, its events, and one way to turn errors into failures.
 * Must not know single acts or commands.
 */
import type { Page as ClientPage } from 'playwright';
import { Deadline, DeadlinePassed } from '../../../base/deadline.ts';
import type { Identity } from '../../../domain/snapshot/tree.ts';
import { shownUrl } from '../../../domain/traffic/printable-url.ts';
import { BrowseError, fail } from '../../../protocol/errors.ts';
import type { Verdict } from '../../injected/guard/guard.ts';
import { goneKind, translate } from '../errors.ts';
import type { Doing } from '../errors.ts';
import { ActRecord } from './act-record.ts';
import type { Around } from './around.ts';
import { Armings } from './armings.ts';
import { Arrivals } from './arrivals.ts';
import { ChosenFrame } from './chosen-frame.ts';
import { Owners } from './frames.ts';
import { PageFiles } from './page-files.ts';
import { InputBarrier } from './input-barrier.ts';
import { watchScripts } from './own-scripts.ts';
import type { ServerPage } from '../internals/server-side.ts';
import { mainSession, serverFrame, serverPage } from '../internals/server-side.ts';
import { DocumentGone, IsolatedWorlds, answers, persistently, tell } from './isolated-world.ts';
import type { IsolatedWorld } from './isolated-world.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';
import type { ActLimit, PageEvent } from '../../../domain/ports/page.ts';
import { hookPage } from '../internals/page-hooks.ts';
import { stale } from './target-words.ts';

/** The page went away, or stopped, under an act that was waiting: a dialog stopped its script, it crashed or it was closed. */
export type Interruption = 'dialog' | 'crashed' | 'closed';

/** One page, from within the adapter. */
export class PageHandle {
  client: ClientPage;
  page: ServerPage;
  worlds = new IsolatedWorlds();
  owners: Owners;
  chosen = new ChosenFrame();
  inputs = new InputBarrier(() => this.act.sending());
  readonly arrivals = new Arrivals();
  readonly act = new ActRecord();
  /** The windows that it opened, and those that opened it, share its process: one may keep all of them busy after it was closed. */
  family: { busy: string | null } = { busy: null };
  /** Documents that it has shown, ever. */
  documents = 0;
  readonly around: Around<PageHandle>;
  readonly #listeners: ((event: PageEvent) => void)[] = [];
  /** What happened before anybody listened: a window may open a dialog before it is reported. */
  #early: PageEvent[] = [];
  readonly #interruptions = new Set<(why: Interruption) => void>();
  readonly armings = new Armings();
  #windows = 0;
  readonly files = new PageFiles();
  #crashed = false;
  #closed = false;
  /** It ended with its browser. */
  #orphaned = false;
  #dialogs = 0;

  constructor(client: ClientPage, around: Around<PageHandle>) {
    this.client = client;
    this.around = around;
    this.page = serverPage(client);
    this.owners = new Owners(this.page);
    this.#hook();
  }

  #hook(): void {
    this.arrivals.watch(this.page.mainFrame());
    this.armings.listen(this.session);
    this.page.mainFrame().on('internalnavigation', ({ error, newDocument }) => {
      if (!error && newDocument) this.documents += 1;
      if (!error) return;
      this.files.fail(newDocument?.request?.url() ?? null);
    });
    hookPage(this.page, {
      onSay: (_, payload) => {
        this.#said(payload);
      },
      onDialogClosed: () => {
        this.#dialogs = 0;
      },
      onDownloadRequest: () => {
        this.files.expect();
      },
      onFlood: (state) => this.tell({ kind: 'flood', state }),
      onWindowOpen: () => {
        this.#windows += 1;
      },
      onSession: (session) => {
        this.armings.listen(session);
        watchScripts(session);
        this.armings.begins(session);
      },
    });
  }

  /** A crashed page cannot be used again: from now on the tab is this fresh one. */
  replaceBy(client: ClientPage): void {
    this.client = client;
    this.page = serverPage(client);
    this.worlds = new IsolatedWorlds();
    this.owners = new Owners(this.page);
    this.chosen = new ChosenFrame();
    this.inputs = new InputBarrier(() => this.act.sending());
    this.#crashed = false;
    this.#dialogs = 0;
    this.#hook();
  }

  /** Known without asking the page. */
  url(): string {
    return this.page.mainFrame().url();
  }

  get crashed(): boolean {
    return this.#crashed;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Windows that the page ever asked to open. */
  get windows(): number {
    return this.#windows;
  }

  /** Whether a dialog is open now. */
  get dialog(): boolean {
    return this.#dialogs > 0;
  }

  onEvent(listener: (event: PageEvent) => void): void {
    this.#listeners.push(listener);
    for (const event of this.#early.splice(0)) listener(event);
  }

  tell(event: PageEvent): void {
    if (event.kind === 'crashed') this.#interrupt('crashed', () => (this.#crashed = true));
    if (event.kind === 'closed') {
      this.#orphaned = event.withBrowser === true;
      this.#interrupt('closed', () => (this.#closed = true));
    }
    if (event.kind === 'navigated') this.#dialogs = 0;
    if (event.kind === 'download') this.files.arrive();
    if (event.kind === 'dialog') this.#interrupt('dialog', () => (this.#dialogs += 1));
    if (this.#listeners.length === 0) this.#early.push(event);
    for (const listener of this.#listeners) listener(event);
  }

  dialogEnded(): void {
    this.#dialogs = Math.max(0, this.#dialogs - 1);
  }

  #interrupt(why: Interruption, note: () => void): void {
    note();
    for (const interruption of this.#interruptions) interruption(why);
  }

  /**
   * Runs `work` beside the things that end it. A dialog, and a tab that closed itself, are the page's own answer to it; fails as
   * `lost` does when the page crashed or ended with its browser.
   */
  async uninterrupted<T>(work: Promise<T>): Promise<{ readonly value: T } | { readonly interrupted: 'dialog' | 'closed' }> {
    if (this.#dialogs > 0) return { interrupted: 'dialog' };
    let stop: ((why: Interruption) => void) | undefined;
    const interruption = new Promise<{ interrupted: Interruption }>((resolve) => {
      stop = (interrupted) => resolve({ interrupted });
      this.#interruptions.add(stop);
    });
    const gone = (error: unknown): { interrupted: Interruption } => {
      const kind = goneKind(error);
      if (kind === null) throw error;
      return { interrupted: kind };
    };
    work.catch(() => {});
    try {
      const first = await Promise.race([work.then((value) => ({ value }), gone), interruption]);
      if ('value' in first) return first;
      if (first.interrupted === 'crashed') return fail('page-crashed', { url: shownUrl(this.url()) });
      if (first.interrupted === 'closed' && !(await this.closedItself())) return this.lost();
      this.act.answered();
      return { interrupted: first.interrupted };
    } finally {
      if (stop) this.#interruptions.delete(stop);
    }
  }

  /** Whether a page that closed did so alone; false when its browser ended, which may be told a moment later. */
  async closedItself(): Promise<boolean> {
    this.#orphaned ||= !(await this.around.browserAnswers());
    return !this.#orphaned;
  }

  /** A guard, or a function of ours in the page, said something of its own accord. */
  #said(payload: string): void {
    const said = this.armings.say(payload);
    if (said === 'taken') this.act.taken();
    else if (said !== null) this.act.heard(said);
  }

  /** A new number for an armed guard, once earlier inputs are handled. What the guard says about it is kept until `disarm`. */
  async arming(deadline: Deadline): Promise<number> {
    await this.inputs.handled(deadline);
    const id = this.armings.next();
    this.act.arm(id);
    return id;
  }

  /** What the guard said so far on its own: all there is when the page can no longer be asked. */
  said(id: number): Verdict | null {
    return this.armings.said(id);
  }

  /** Ends what was armed under the number, and opens what was shut, once no input for it is under way. */
  disarm(id: number, worlds: readonly IsolatedWorld[]): void {
    this.armings.forget(id);
    this.act.disarm(id);
    this.inputs.afterwards(() => {
      for (const armed of worlds) tell(armed, 'disarm', [id]);
      this.armings.open(id);
    });
  }

  get session(): ReturnType<typeof mainSession> {
    return mainSession(this.page);
  }

  /** The world of the main frame. */
  main(deadline: Deadline): Promise<IsolatedWorld> {
    return this.worlds.open(this.page.mainFrame(), deadline);
  }

  /** The world an element was pinned in. Fails with `ref-stale`. */
  worldOf(target: Identity): IsolatedWorld {
    return this.worlds.find(target.pin.document) ?? stale(target, 'the page navigated');
  }

  /** Says what became of a page that is no more. */
  lost(): never {
    if (this.#orphaned) fail('browser-gone', { reason: 'its process ended' });
    return this.#crashed ? fail('page-crashed', { url: shownUrl(this.url()) }) : fail('page-closed', { url: shownUrl(this.url()) });
  }

  /** Runs `work` with one deadline, and turns whatever it rejects with into a failure of the table. */
  async run<T>(what: string, bound: ActLimit, work: (deadline: Deadline) => Promise<T>, more: Partial<Doing> = {}): Promise<T> {
    const deadline = new Deadline(bound);
    if (bound.facts) this.act.begin(bound.facts);
    try {
      if (this.#closed) this.lost();
      const done = await work(deadline);
      if (more.page !== false) this.family.busy = null;
      return done;
    } catch (error) {
      if (error instanceof BrowseError) throw error;
      if (this.#crashed || this.#orphaned) this.lost();
      if (goneKind(error) === 'closed' && !(await this.closedItself())) this.lost();
      if (error instanceof DocumentGone) fail('page-moved', { what, url: shownUrl(this.url()) });
      const doing = {
        what,
        url: this.url(),
        ms: Math.round(bound.timeout),
        page: true,
        leaving: this.leaving,
        busy: this.family.busy,
        ...more,
      };
      // Playwright's own waiting was ended with ours, not by the caller.
      const ours = error instanceof Error && error.name === 'AbortError' && !bound.signal.aborted;
      const late = ours ? new DeadlinePassed('late') : error;
      if (late instanceof DeadlinePassed && late.why === 'late') await this.act.lastWords(this.session);
      return translate(late, doing);
    }
  }

  /** Where the main frame is on its way to; null when it is not. Nobody can ask a page meanwhile. */
  get leaving(): string | null {
    const pending = this.page.mainFrame().pendingDocument();
    return pending === undefined ? null : (pending.request?.url() ?? 'another page');
  }

  /** The same for work on one element: a document that goes away under it makes the element stale. */
  onTarget<T>(
    what: string,
    target: Identity,
    bound: ActLimit,
    work: (world: IsolatedWorld, deadline: Deadline) => Promise<T>,
    more: Partial<Doing> = {},
  ): Promise<T> {
    return this.run(
      what,
      bound,
      async (deadline) => {
        try {
          return await work(this.worldOf(target), deadline);
        } catch (error) {
          if (error instanceof DocumentGone) return stale(target, 'the page navigated');
          throw error;
        }
      },
      more,
    );
  }

  /** Calls into the main document, once more when it is exchanged under the call. */
  inMain<T>(deadline: Deadline, ask: (world: IsolatedWorld) => Promise<T>): Promise<T> {
    return this.#inFrame(() => this.main(deadline), ask);
  }

  /** The same in the document of the chosen frame. */
  inChosen<T>(deadline: Deadline, ask: (world: IsolatedWorld) => Promise<T>): Promise<T> {
    return this.#inFrame(() => this.worlds.open(serverFrame(this.chosen.in(this.client)), deadline), ask);
  }

  #inFrame<T>(open: () => Promise<IsolatedWorld>, ask: (world: IsolatedWorld) => Promise<T>): Promise<T> {
    return persistently(async () => ask(await open()));
  }

  /** Whether the page's thread answers. */
  async responds(bound: TimeLimit): Promise<boolean> {
    if (this.#closed || this.#crashed) return false;
    // It waits for an answer, which is not to hang.
    if (this.#dialogs > 0 || this.leaving !== null) return true;
    const deadline = new Deadline(bound);
    // Whatever else happened, the page did not answer.
    return persistently(() => answers(this.session, deadline)).catch(() => false);
  }
}
