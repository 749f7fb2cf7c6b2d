/** What client and daemon say to each other over HTTP. Shapes only. */
import type { ErrorBody, ExitStatus } from './errors.ts';
import type { ClientIdentity } from './client-identity.ts';
import type { BuildInfo, ProcessIdentity } from './record.ts';

/** `POST /v1/argv`: a command line, forwarded as it was typed. */
export type ArgvRequest = {
  /** Unique per command; the daemon never runs one twice. */
  readonly id: string;
  /** Without the program's name. */
  readonly argv: readonly string[];
  /** Absolute; relative paths of the command mean this folder. */
  readonly cwd: string;
  readonly umask: number;
  /** The named variables a command may see (BROWSE_*, NO_COLOR, COLUMNS, DISPLAY, proxies, and those that --secret-env names). */
  readonly env: Readonly<Record<string, string>>;
  /** Present only for a command that declares stdin. */
  readonly stdin?: string;
  /** Whether the caller's stdout is a terminal. */
  readonly tty: boolean;
  /** The controlling terminal, as the process session and the device that the kernel names; absent without one. */
  readonly terminal?: string;
  /** Milliseconds since the client began: a time-out that was given counts from there. */
  readonly spent?: number;
  readonly build: BuildInfo;
};

/** The answer to every command, whatever way it came in by. */
export type ArgvReply = {
  readonly id: string;
  readonly exit: ExitStatus;
  readonly stdout: string;
  readonly stderr: string;
  /** Set iff `exit` is not 0. */
  readonly error?: ErrorBody;
};

/** `GET /v1/ping`: who is there, without asking any page. */
export type PingReply = {
  readonly pid: number;
  readonly nonce: string;
  readonly state: 'ready' | 'draining';
  readonly running: number;
  /** Who would lose its work with this daemon, besides the commands that run. Not in answers of older builds. */
  readonly kept?: readonly string[];
};

/** `POST /v1/stop`. */
export type StopRequest = {
  /** Keep tabs, cookies and storage for the next daemon. */
  readonly restore?: boolean;
  /** Only when no command runs and nobody is at work in a browser of ours; else 409. */
  readonly whenIdle?: boolean;
  readonly by?: ClientIdentity;
};
/** Its answer, given before anything ends. */
export type StopReply = {
  readonly ok: true;
  readonly refreshedAt: string | null;
  readonly process: ProcessIdentity;
  /** By when it means to be gone, in milliseconds from now. */
  readonly withinMs: number;
};

/** `POST /v1/changes`: answered when the log has heard something since `heard`, when the daemon ends, or after `withinMs`. */
export type ChangesRequest = { readonly heard: number; readonly withinMs: number };
/** Its answer: what to say the next time. */
export type ChangesReply = { readonly heard: number };

/** `GET /v1/commands/ID`, for a client that lost its answer. */
export type CommandFate =
  | { readonly state: 'unknown' }
  | { readonly state: 'running' }
  /** `reply` null: it is over, and its answer is no longer kept. */
  | { readonly state: 'done'; readonly reply: ArgvReply | null };
