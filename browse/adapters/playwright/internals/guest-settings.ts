/**
 * What clients who joined a context set on it and on its pages, and Playwright leaves there when they have gone: it is looked at before
 * the first of them, and undone after the last. What the session itself sets meanwhile stays. Must not know who the clients are.
 */
import { setTimeout } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright';
import { contextOptionsOf, serverSide } from './server-side.ts';

/** How often it is tried, and the milliseconds between. */
const ATTEMPTS = 10;
const PAUSE = 100;

/** What a session itself asks of its context. */
type Intended = { offline?: boolean; credentials?: HTTPCredentials | null };
type HTTPCredentials = Parameters<BrowserContext['setHTTPCredentials']>[0];
type Size = { readonly width: number; readonly height: number };

/** The server's side, as far as clients can set it. */
interface ServerSettings {
  readonly _options: {
    readonly extraHTTPHeaders?: readonly object[];
    readonly offline?: boolean;
    readonly geolocation?: object;
    readonly httpCredentials?: object;
  };
  readonly _permissions: ReadonlyMap<string, unknown>;
  readonly clock: { readonly _initScripts: readonly unknown[]; uninstall(progress: { race<T>(work: T): T }): Promise<void> };
}
interface ServerPageSettings {
  extraHTTPHeaders(): readonly object[] | undefined;
  readonly _emulatedMedia: Readonly<Record<string, unknown>>;
  emulatedSize(): { readonly viewport: Size } | null | undefined;
}

const intended = new WeakMap<BrowserContext, Intended>();

/** A session sets that, and not a client of it. */
export function intend(context: BrowserContext, settings: Intended): void {
  intended.set(context, { ...intended.get(context), ...settings });
}

/** Looks at a context, and gives what puts it back. That never rejects: what is gone has nothing to put back. */
export function settingsBefore(context: BrowserContext): () => Promise<void> {
  const viewport = contextOptionsOf(context).viewport;
  const sizes = new Map(context.pages().map((page) => [page, sizeOf(page)]));
  const putBack = async (): Promise<boolean> => {
    if (context.browser()?.contexts().includes(context) !== true) return true;
    const server = serverSide(context) as ServerSettings;
    const { offline = false, credentials = null } = intended.get(context) ?? {};
    const now = contextOptionsOf(context).viewport;
    const work: Promise<unknown>[] = [];
    if ((server._options.extraHTTPHeaders ?? []).length > 0) work.push(context.setExtraHTTPHeaders({}));
    if ((server._options.offline ?? false) !== offline) work.push(context.setOffline(offline));
    if (server._options.geolocation !== undefined) work.push(context.setGeolocation(null));
    if (server._permissions.size > 0) work.push(context.clearPermissions());
    if (server.clock._initScripts.length > 0) work.push(server.clock.uninstall({ race: (each) => each }));
    if (JSON.stringify(server._options.httpCredentials ?? null) !== JSON.stringify(credentials))
      work.push(context.setHTTPCredentials(credentials));
    // A viewport that the session asked for meanwhile is that of all its pages.
    for (const page of context.pages()) work.push(undo(page, now === viewport ? (sizes.get(page) ?? null) : (now ?? null)));
    return (await Promise.allSettled(work)).every(({ status }) => status === 'fulfilled');
  };
  return async () => {
    // A client's tabs close meanwhile, and Playwright takes a setting back from all pages where it fails in one of them.
    for (let attempt = 0; attempt < ATTEMPTS && !(await putBack()); attempt += 1) await setTimeout(PAUSE);
  };
}

function sizeOf(page: Page): Size | null {
  return (serverSide(page) as ServerPageSettings).emulatedSize()?.viewport ?? null;
}

async function undo(page: Page, size: Size | null): Promise<void> {
  if (page.isClosed()) return;
  const server = serverSide(page) as ServerPageSettings;
  const now = sizeOf(page);
  if ((server.extraHTTPHeaders() ?? []).length > 0) await page.setExtraHTTPHeaders({});
  if (Object.values(server._emulatedMedia).some((each) => each !== undefined && each !== 'no-override'))
    await page.emulateMedia({ media: null, colorScheme: null, reducedMotion: null, forcedColors: null, contrast: null });
  if (size !== null && (now?.width !== size.width || now.height !== size.height)) await page.setViewportSize(size);
}
