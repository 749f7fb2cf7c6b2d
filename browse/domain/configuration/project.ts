/** A project's configuration as it was read, and how far it is trusted. Types only. */
import type { Key, Values } from './keys.ts';
import type { TrustState } from './ports.ts';

/** A project's file as it was read. */
export type Project = {
  readonly root: string | null;
  readonly file: string | null;
  readonly code: boolean;
  readonly trust: TrustState;
  readonly used: Values;
  /** What is said in vain. Of code: nothing, for nobody has asked it. */
  readonly withheld: Values;
  /** Why none of it is used. */
  readonly problem: string | null;
  /** What trust covers, with the SHA-256 of each. */
  readonly covers: Readonly<Record<string, string>>;
  /** File, line and column of a key. */
  readonly where: (key: Key) => string;
};
