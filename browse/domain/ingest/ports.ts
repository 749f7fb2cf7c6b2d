/** The port for logs of applications, as a command sees it. Types only. */

/** Where a session's applications may post their logs. `url` holds the key. */
export type Served = {
  readonly session: string;
  readonly address: string;
  readonly url: string;
  /** Of the web pages that may. */
  readonly origins: readonly string[];
};

export interface LogService {
  /** From now on, restarts included; origins beside the usual ones, those of before when none is named. Fails with `port-unusable`. */
  serve(session: string, origins: readonly string[]): Promise<Served>;
  /** False when it was not served. */
  stop(session: string): Promise<boolean>;
}
