/** What commands may ask of the configuration, and what they are told. Types only. */
import type { Key, Values } from './keys.ts';
import type { ValueSource } from './precedence.ts';
import type { TimeLimit } from '../ports/machine.ts';

/** `none needed`: it says nothing that needs trust. `changed`: it was trusted with another content. */
export type TrustState = 'none needed' | 'trusted' | 'untrusted' | 'changed';

/** How a project's file is looked at: as it counts by itself, as what would be trusted (nothing of it runs), or as what is trusted now. */
export type ProjectLook = 'as trusted' | 'offered' | 'trusting';

/** A value as a file says it. */
export type SaidValue = { readonly key: Key; readonly value: unknown; /** File, line and column. */ readonly where: string };

/** One key, whatever said it. */
export type ShownValue = {
  readonly key: Key;
  /** Null when nothing says it. */
  readonly value: unknown;
  readonly source: ValueSource | null;
  readonly where: string | null;
  /** What the project's file says in vain, and why. */
  readonly unused: { readonly value: unknown; readonly where: string; readonly reason: string } | null;
};

export type ConfigurationShown = {
  /** Null outside of a project. */
  readonly project: {
    readonly root: string;
    /** Null when it has none. */
    readonly file: string | null;
    readonly trust: TrustState;
    readonly problem: string | null;
    /** It is another one by now than the one that is used. */
    readonly edited: boolean;
  } | null;
  /** A file that would count if a project were around it. */
  readonly stray: string | null;
  readonly user: { readonly file: string; readonly problem: string | null };
  readonly values: readonly ShownValue[];
};

/** What trusting a project means. */
export type Offer = {
  readonly root: string;
  readonly file: string;
  readonly before: TrustState;
  /** It is code, which is run to know what it says. */
  readonly code: boolean;
  /** What it says; of code that is not trusted: nothing, for it has not run. */
  readonly keys: readonly SaidValue[];
  /** Every file that is covered, with the SHA-256 of its content. */
  readonly covers: Readonly<Record<string, string>>;
};

/** A project that is trusted. */
export type Trusted = { readonly root: string; /** ISO 8601. */ readonly at: string; readonly files: Readonly<Record<string, string>> };

/** What a new configuration did to sessions that there are. */
export type Applied = {
  /** Sessions whose cookies and storage were replaced. */
  readonly reseated: readonly string[];
  /** What could not be done, in words. */
  readonly failed: readonly string[];
};

/** The configuration as one caller sees it. */
export interface ProjectConfiguration {
  /** The folder of the caller's project; null outside of one. */
  root(): string | null;
  /** Fails with `config-broken`, `usage` (a variable). */
  values(): Promise<Values>;
  show(): Promise<ConfigurationShown>;
  /** What trusting would cover. Fails with `config-none`, `config-broken`. */
  offer(): Promise<Offer>;
  /** Trusts the project as it is at this moment, and uses it at once. */
  trust(): Promise<Offer & Applied>;
  /** Forgets that a project is trusted; false when it was not. */
  distrust(): Promise<boolean>;
  trusted(): readonly Trusted[];
  /** Runs the command that mints credentials, and gives them to the sessions of the project. Fails with `auth-unset`, `auth-failed`. */
  refreshAuth(bound: TimeLimit): Promise<Applied & { readonly file: string }>;
}

export type TrustStore = {
  of(root: string): Trusted | null;
  list(): readonly Trusted[];
  /** Written before it returns. */
  add(trusted: Trusted): Promise<void>;
  remove(root: string): Promise<boolean>;
};
