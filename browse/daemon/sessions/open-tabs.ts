/** The list of open tabs on disk: what the next daemon restores, or must say was lost. URLs only, unless a restart restores. */
import type { EndReason } from '../../protocol/client-identity.ts';
import type { OpenSession, SavedSession } from '../ports.ts';
import type { Files } from '../../domain/ports/machine.ts';

type OpenFile = {
  readonly pid: number;
  /** Null while the daemon runs: whoever finds that, finds a daemon that was killed. */
  readonly ended: EndReason | null;
  readonly sessions: readonly OpenSession[];
  /** For a restart that restores. */
  readonly saved: readonly SavedSession[] | null;
  /** What is to be said to whoever comes next: what a restart could not keep, and what nobody came to hear. */
  readonly notices: readonly string[];
};

export type OpenTabs = {
  /** Writes the list if it differs from the last one. */
  update(sessions: readonly OpenSession[]): Promise<void>;
  /** The last word of a daemon that ends. Asked to stop, it keeps nothing. */
  end(
    reason: EndReason,
    saved: { sessions: readonly SavedSession[]; lost: readonly string[] } | null,
    untold: readonly string[],
  ): Promise<void>;
};

/** What the daemon before left. */
export type Inheritance = { readonly saved: readonly SavedSession[]; readonly notices: readonly string[] };

const WHY: Readonly<Record<EndReason, string>> = {
  asked: 'was stopped',
  idle: 'ended because nobody used it',
  signal: 'was ended by a signal',
  lost: 'ended because its record was removed',
  once: 'ended',
};

/** `2 tabs are lost: https://a/, https://b/`. */
function lostTabs(sessions: readonly OpenSession[]): string | null {
  const urls = sessions.flatMap(({ tabs }) => tabs.map(({ url }) => url)).filter((url) => url !== 'about:blank');
  if (urls.length === 0) return null;
  const shown = urls
    .slice(0, 5)
    .map((url) => (url.length > 120 ? `${url.slice(0, 119)}…` : url))
    .join(', ');
  return `${urls.length === 1 ? '1 tab is' : `${urls.length} tabs are`} lost: ${shown}${urls.length > 5 ? ', …' : ''}`;
}

/** Reads and removes what the daemon before left at `path`. */
export function inherit(files: Files, path: string): Inheritance {
  try {
    const text = files.read(path);
    if (text === null) return { saved: [], notices: [] };
    files.remove(path);
    const open = JSON.parse(text) as OpenFile;
    if (open.saved !== null) return { saved: open.saved, notices: open.notices };
    const lost = lostTabs(open.sessions);
    const why = open.ended === null ? 'was killed' : WHY[open.ended];
    return {
      saved: [],
      notices: lost === null ? open.notices : [...open.notices, `The daemon before this one (pid ${open.pid}) ${why}; ${lost}`],
    };
  } catch {
    return { saved: [], notices: [] };
  }
}

/** Keeps the list at `path` for the daemon `pid`. */
export function keepOpenTabs(files: Files, path: string, pid: number): OpenTabs {
  let sessions: readonly OpenSession[] = [];
  let written = '';
  const write = async (ended: EndReason | null, saved: OpenFile['saved'], notices: readonly string[]): Promise<void> => {
    const text = JSON.stringify({ pid, ended, sessions, saved, notices } satisfies OpenFile);
    if (text === written) return;
    written = text;
    await files.write(path, text);
  };
  return {
    async update(now) {
      sessions = now;
      if (written === '' && now.length === 0) return;
      await write(null, null, []);
    },
    async end(reason, saved, untold) {
      if (saved !== null) await write(reason, saved.sessions, [...untold, ...saved.lost]);
      else if (reason === 'asked' || reason === 'once') files.remove(path);
      else if (sessions.length > 0 || untold.length > 0) await write(reason, null, untold);
    },
  };
}
