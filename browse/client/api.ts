/**
 * What a script of a user's own gets of us: types alone, without a single import, because the package ships this very text as the
 * declarations of `browse/client`.
 */

/** The part of Playwright that is needed, such as its `chromium`. */
export type Joins<B> = { connect(endpoint: string): Promise<B> };

/** The context of a browser of Playwright's; undefined for anything else. */
export type ContextOf<B> = B extends { contexts(): readonly (infer C)[] } ? C : undefined;

export type ConnectOptions<B> = {
  /** As `--session`; default: BROWSE_SESSION, else the project of the folder that the script runs in. */
  readonly session?: string | undefined;
  /** The port of a browser of the pool, as `--browser`; default: the session's own. */
  readonly browser?: number | undefined;
  /** Your own Playwright's `chromium`, 1.60 or later: then `browser` is what it joined. */
  readonly playwright?: Joins<B> | undefined;
  /** The state folder; default: BROWSE_HOME, else that of the command line. */
  readonly home?: string | undefined;
};

export type LaunchOptions<B> = Omit<ConnectOptions<B>, 'browser'> & {
  /** Default: the best of Chromium and its family. */
  readonly kind?: 'chromium' | 'chrome' | 'msedge' | 'firefox' | 'webkit' | undefined;
  /** With a window. */
  readonly headed?: boolean | undefined;
  /** 9222-10221; default: the first free one. */
  readonly port?: number | undefined;
  /** Absolute path of the executable `browse`; default: the one that was built together with this file. */
  readonly program?: string | undefined;
};

/** A browser of the daemon's, joined by a script. */
export type Connection<B> = AsyncDisposable & {
  /** For `chromium.connect(endpoint)`. */
  readonly endpoint: string;
  /** For whatever speaks CDP; null while the browser is on a pipe only. */
  readonly cdpEndpoint: string | null;
  /** Null for the default browser. */
  readonly port: number | null;
  /** The session's name, as commands take it. */
  readonly session: string;
  /** Whether this script launched the browser: then it ends with the script, or before by `close`. */
  readonly owns: boolean;
  /** What `playwright` joined; undefined without it. */
  readonly browser: B;
  /** The session's context in it: its tabs and cookies. No other session is to be seen. */
  readonly context: ContextOf<B>;
  /**
   * Runs a command of the command line in this session, `command('goto', url)`, and gives what it printed. Rejects with an error whose
   * `code`, `hint` and `exit` are those of the command line. Commands of the daemon's own life (`stop`, `doctor`) are not among them.
   */
  command(...argv: string[]): Promise<string>;
  /** Leaves. A browser that is owned has ended when this resolves; of any other nothing is touched. A second call changes nothing. */
  close(): Promise<void>;
};

/** Joins the browser of a session, in the daemon that runs. Fails with the code `daemon-down` when none does. */
export type Connect = <B = undefined>(options?: ConnectOptions<B>) => Promise<Connection<B>>;

/** Starts a browser that is this script's own, and the daemon first if none runs: that one stays, as after any command. */
export type Launch = <B = undefined>(options?: LaunchOptions<B>) => Promise<Connection<B>>;
