/** What `browse doctor` and `browse install` say about a machine, as data. */
import type { ErrorBody, ExitStatus } from './errors.ts';

/** One fact about this machine. */
export type Finding = {
  /** `browser`, `sandbox`, `state folder`, ... */
  readonly subject: string;
  /** `bad`: browse does not work like this. */
  readonly verdict: 'ok' | 'warn' | 'bad';
  /** What is the case, with names, versions and paths. */
  readonly fact: string;
  /** What to do about it; null where there is nothing to do. */
  readonly next: string | null;
};

/** A browser that was fetched. */
export type Fetched = { readonly name: string; readonly version: string; readonly executable: string };

/** What the process that looked says to the one that asked. */
export type MachineReply =
  | { readonly findings: readonly Finding[] }
  | { readonly fetched: Fetched }
  | { readonly error: ErrorBody; readonly exit: ExitStatus };
