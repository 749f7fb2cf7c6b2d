/** What client and daemon say to each other over HTTP. Shapes only. */
import type { ErrorBody, ExitStatus } from './errors.ts';
import type { BuildInfo } from './record.ts';

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
