/**
 * What a session has of its project's configuration: cookies and storage of the storageState, and what its user is to be told.
 *
 *   unread ──read──► begun (an empty context takes them) ──read, take──► others take their place, if they are others
 */
import type { Values } from '../../domain/configuration/keys.ts';
import type { Applied } from '../../domain/configuration/ports.ts';
import { portOf } from '../../domain/pool.ts';
import { BrowseError } from '../../protocol/errors.ts';
import { inTime } from '../../domain/timeouts.ts';
import { notesOn } from '../configuration/projects.ts';
import { choiceOf, OPENING } from './opening.ts';
import type { BrowserHost, Services } from '../ports.ts';
import { readStorageState } from '../configuration/storage-state.ts';
import type { BrowserSession } from '../../domain/ports/browser.ts';

/** Milliseconds that pages may take to take part in a change of their storage: a refresh waits for it. */
const RESEATING = 10_000;

/** Of a shell's variables those that say which browser is started; the others are said by each command. */
function browserOf({ HOME, BROWSE_CHROMIUM }: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string | undefined>> {
  return { HOME, BROWSE_CHROMIUM };
}

export class SessionConfiguration {
  readonly #session: string;
  readonly #services: Services;
  #values: Values = {};
  /** The variables of the shell that opened it last. */
  #shell: Readonly<Record<string, string>> = {};
  /** The hash of the cookies and storage that were put there last. */
  #digest: string | null = null;
  #notes: readonly string[] = [];
  /** What was told already. */
  readonly #told = new Set<string>();

  constructor(session: string, services: Services) {
    this.#session = session;
    this.#services = services;
  }

  /** What counts now in a session of that project, for the shell that opens it; without one, as for the last one. */
  async read(root: string | null, shell = this.#shell): Promise<Values> {
    this.#shell = shell;
    const { configured } = this.#services;
    const project = await configured.projects.of(root);
    this.#values = configured.values(project, { ...browserOf(shell) });
    this.#notes = notesOn(project);
    return this.#values;
  }

  /** What counted when it was read last. */
  get values(): Values {
    return this.#values;
  }

  /** Whether the context is one that we made empty: not somebody else's browser, not a profile with logins of its own. */
  get ours(): boolean {
    const port = portOf(this.#session);
    if (port === null) return true;
    const { source, profile } = this.#services.pool.get(port);
    return source !== 'connected' && profile === null;
  }

  /** In a context that was made just now. */
  async begin(browser: BrowserSession, host: BrowserHost): Promise<void> {
    this.#digest = null;
    const { failed } = await this.take(browser, host, { timeout: OPENING });
    this.#notes = [...this.#notes, ...failed];
  }

  /** What has not been told yet. */
  takeNotes(): readonly string[] {
    const fresh = this.#notes.filter((note) => !this.#told.has(note));
    for (const note of fresh) this.#told.add(note);
    return fresh;
  }

  /** Cookies and storage as the configuration names them, unless they are these already, or `anew`. Never rejects. */
  async take(
    browser: BrowserSession,
    host: BrowserHost,
    how: { readonly anew?: boolean; readonly timeout?: number } = {},
  ): Promise<Applied> {
    const { reseated, failed } = await this.#takeState(browser, how);
    if (host.suits(choiceOf(this.#values))) return { reseated, failed };
    const late =
      'the browser runs with other options (browser.*) than are configured; they count when it starts. Run: browse restart --restore';
    return { reseated, failed: [...failed, `Session ${this.#session}: ${late}`] };
  }

  async #takeState(
    browser: BrowserSession,
    { anew = false, timeout = RESEATING }: { readonly anew?: boolean; readonly timeout?: number },
  ): Promise<Applied> {
    const { storageState } = this.#values;
    if (storageState === undefined || !this.ours) return { reseated: [], failed: [] };
    const failed = (text: string): Applied => ({ reseated: [], failed: [`Session ${this.#session}: ${text}`] });
    const read = readStorageState(storageState);
    if (read === null)
      return failed(
        this.#digest === null ? `there is no ${storageState} yet, so it has no cookies of it` : `${storageState} is gone; its cookies stay`,
      );
    if ('problem' in read) return failed(read.problem);
    if (!anew && read.digest === this.#digest) return { reseated: [], failed: [] };
    const bound = { timeout, signal: new AbortController().signal };
    const done = (): void => void (this.#digest = read.digest);
    try {
      await inTime(this.#services.clock, bound, 'Replacing cookies and storage', browser.restoreState(read.state), done);
    } catch (error) {
      const late = error instanceof BrowseError && error.code === 'timeout';
      return failed(late ? error.message : 'the browser refused cookies and storage of the storageState');
    }
    done();
    return { reseated: [this.#session], failed: [] };
  }
}
