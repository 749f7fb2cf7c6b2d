/** Processes that work for the daemon: somebody's specs, unit tests, scripts. A port; its real side is `adapters/node/children/workers`. */

export type WorkerStart = {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of it: nothing of ours is added but what the channel needs. */
  readonly env: Readonly<Record<string, string>>;
};

/** How a worker ended. `reason` when it never began. */
export type WorkerEnd = { readonly code: number | null; readonly signal: string | null; readonly reason: string | null };

/** `exit status 3`, `signal SIGKILL`, or why it never began. */
export const howEnded = ({ code, signal, reason }: WorkerEnd): string =>
  reason ?? (signal === null ? `exit status ${code ?? 'unknown'}` : `signal ${signal}`);

/** One of them, in a process group of its own. It is told things, and says things, as JSON values. */
export interface Worker {
  /** 0 when it never began. */
  readonly pid: number;
  /** Nothing comes of it once the worker has ended. */
  tell(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onOutput(listener: (stream: 'stdout' | 'stderr', text: string) => void): void;
  /** Never rejects. All it said has been heard by then. */
  readonly ended: Promise<WorkerEnd>;
  /** Closes its channel and asks it to end; after so many milliseconds it is killed, with all that it started. */
  end(graceMs: number): Promise<WorkerEnd>;
}

export interface Workers {
  /** Never throws: what cannot be started has ended. */
  start(options: WorkerStart): Worker;
}
