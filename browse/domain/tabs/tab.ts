/** One tab of a session as the pipeline knows it. Data only; what it holds has a life of its own. */
import type { PrintedLine } from '../snapshot/render.ts';
import type { TabDialogs, DialogTold } from './dialog.ts';
import type { TabQueue } from './queue.ts';
import type { RefTable } from '../snapshot/refs.ts';
import type { Audience } from './audience.ts';
import type { Unloaded } from './unloaded.ts';
import type { Page } from '../ports/page.ts';

/** What happened on its own, told with the answer of the next command on that tab. Texts from a page are untrusted. */
export type Notice =
  | { readonly kind: 'dialog'; readonly dialog: DialogTold }
  | { readonly kind: 'tab'; readonly tab: number; readonly url: string }
  /** `state` changes until it is told; a failed one says why. */
  | { readonly kind: 'download'; readonly name: string; readonly path: string; state: 'under way' | 'saved' | { readonly failed: string } }
  | { readonly kind: 'crashed' }
  | { readonly kind: 'note'; readonly text: string }
  /** So many came before the others that they are not told one by one. */
  | { readonly kind: 'omitted'; readonly count: number }
  /** It was made for this command, whose caller did not name it. */
  | { readonly kind: 'session'; readonly session: string };

export type Tab = {
  readonly id: number;
  /** While it is not loaded, a stand-in that knows its address and title. */
  page: Page;
  readonly refs: RefTable;
  readonly queue: TabQueue;
  readonly dialogs: TabDialogs;
  /** Not yet told. */
  notices: Notice[];
  /** Files that are still coming. */
  readonly downloads: Map<Notice, Promise<void>>;
  /** Lines of the last snapshot by its flags, for a diff. */
  readonly seen: Map<string, { readonly lines: readonly PrintedLine[]; readonly document: string }>;
  /** Null once it shows its page. */
  unloaded: Unloaded | null;
  /** Under way, once for all who wait. */
  loading: Promise<void> | null;
  readonly audience: Audience;
  /** The document that began last: where, when (monotonic milliseconds), and whether a form was sent for it. */
  document: { readonly url: string; readonly at: number; readonly posted: boolean } | null;
  /** The last title that the page told, for when it does not answer. Untrusted. */
  title: string;
};
