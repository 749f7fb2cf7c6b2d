/**
 * What is known of sessions for as long as there is the state folder: which numbers their tabs have had, and whose folder they are.
 * A number is on disk before anybody learns it, so that none is given twice, whatever becomes of the daemon.
 */
import { isObject } from '../../base/json.ts';
import type { Files } from '../../domain/ports/machine.ts';
import type { Register } from '../ports.ts';

/** `next`: the number of its next tab. `folder`: that of a session without a project, while it is open; else null. */
type Entry = { readonly next: number; readonly folder: string | null };

/** Sessions that are remembered by name. Tabs of one that is not begin behind all numbers of those that were forgotten. */
const REMEMBERED = 500;
/** Where numbers begin when the file cannot be read: behind all that anybody will have seen. */
const UNREADABLE = 10_001;

export class SessionRegister implements Register {
  readonly #files: Pick<Files, 'read' | 'writeNow'>;
  readonly #path: string;
  readonly #note: (text: string) => void;
  readonly #sessions: Map<string, Entry>;
  #first: number;
  #failed = false;

  constructor(files: Pick<Files, 'read' | 'writeNow'>, path: string, note: (text: string) => void) {
    this.#files = files;
    this.#path = path;
    this.#note = note;
    const { first, sessions } = read(files.read(path));
    this.#first = first;
    this.#sessions = new Map(sessions);
  }

  next(session: string): number {
    return this.#sessions.get(session)?.next ?? this.#first;
  }

  took(session: string, tab: number): void {
    const before = this.#sessions.get(session);
    if (before !== undefined && before.next > tab) return;
    this.#set(session, { next: tab + 1, folder: before?.folder ?? null });
  }

  belongs(session: string, folder: string): void {
    const next = this.next(session);
    if (this.#sessions.get(session)?.folder !== folder) this.#set(session, { next, folder });
  }

  hasFolder(folder: string): boolean {
    for (const each of this.#sessions.values()) if (each.folder === folder) return true;
    return false;
  }

  leave(session: string): void {
    const entry = this.#sessions.get(session);
    if (entry !== undefined && entry.folder !== null) this.#set(session, { ...entry, folder: null });
  }

  /** Every session has ended. */
  leaveAll(): void {
    for (const [session, entry] of this.#sessions) this.#sessions.set(session, { ...entry, folder: null });
    this.#write();
  }

  #set(session: string, entry: Entry): void {
    // The one that was used last is last.
    this.#sessions.delete(session);
    this.#sessions.set(session, entry);
    for (const [oldest, { next, folder }] of this.#sessions) {
      if (this.#sessions.size <= REMEMBERED) break;
      if (folder !== null) continue;
      this.#sessions.delete(oldest);
      this.#first = Math.max(this.#first, next);
    }
    this.#write();
  }

  #write(): void {
    const sessions = Object.fromEntries(this.#sessions);
    try {
      this.#files.writeNow(this.#path, JSON.stringify({ version: 1, first: this.#first, sessions }));
      this.#failed = false;
    } catch (error) {
      // A full disk costs no command; it is told once.
      if (!this.#failed) this.#note(`tab numbers are not kept: ${error instanceof Error ? error.message : String(error)}`);
      this.#failed = true;
    }
  }
}

function read(text: string | null): { readonly first: number; readonly sessions: readonly (readonly [string, Entry])[] } {
  if (text === null) return { first: 1, sessions: [] };
  try {
    const { first, sessions } = JSON.parse(text) as { first: unknown; sessions: unknown };
    if (!isNumber(first) || !isObject(sessions)) return { first: UNREADABLE, sessions: [] };
    return { first, sessions: Object.entries(sessions).map(([name, entry]) => [name, entryOf(entry)] as const) };
  } catch {
    return { first: UNREADABLE, sessions: [] };
  }
}

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

function entryOf(value: unknown): Entry {
  const { next, folder } = isObject(value) ? value : {};
  return { next: isNumber(next) ? next : UNREADABLE, folder: typeof folder === 'string' ? folder : null };
}
