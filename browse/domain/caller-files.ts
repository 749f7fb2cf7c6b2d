/** The files of whoever sent a command. A port; its real side is `adapters/node/caller-files`. */

/** The caller's files: every path is absolute. Fails with `file-missing`, `file-unreadable`, `file-unwritable`. */
export interface CallerFiles {
  /** The platform's temp folder. */
  readonly temp: string;
  /** The nearest folder from `folder` upwards, but for those that are left out, that holds one of the names; null when none does. */
  nearest(folder: string, names: readonly string[], except: readonly string[]): string | null;
  /** With every link resolved; null when there is no such file. */
  realPath(path: string): Promise<string | null>;
  readText(path: string): Promise<string>;
  /** Null when nothing is there. */
  stat(path: string): Promise<{ readonly kind: 'file' | 'folder'; readonly bytes: number } | null>;
  /** Written whole or not at all. */
  write(path: string, data: string, mode: number): Promise<void>;
  makeFolder(path: string, mode: number): Promise<void>;
  setMode(path: string, mode: number): Promise<void>;
}
