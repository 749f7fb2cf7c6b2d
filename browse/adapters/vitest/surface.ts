/**
 * What this worker uses of `vitest/node`, from 2.0 on: much of it is published, what is not is optional here, and is done
 * without when it is not there. Types only.
 */

/** The name and the place of a module that vite has transformed. */
export type Module = { readonly file: string | null; readonly importedModules?: Iterable<Module> };

export type ModuleGraph = {
  readonly fileToModulesMap: ReadonlyMap<string, unknown>;
  getModulesByFile(file: string): Iterable<Module> | undefined;
  invalidateModule(module: Module): void;
  invalidateAll(): void;
};

export type ViteServer = {
  readonly moduleGraph: ModuleGraph;
  readonly environments?: Readonly<Record<string, { readonly moduleGraph: ModuleGraph }>>;
  readonly config: {
    readonly root: string;
    readonly envDir?: string | false;
    readonly configFile?: string;
    readonly configFileDependencies?: readonly string[];
  };
};

/** Paths. */
export type TestFiles = { readonly testFiles: readonly string[]; readonly typecheckTestFiles: readonly string[] };

export type VitestProject = {
  readonly vite?: ViteServer;
  readonly server?: ViteServer;
  readonly config: { readonly name?: string; readonly globalSetup?: string | readonly string[] };
  testFilesList?: unknown;
  globTestFiles?(filters?: readonly string[]): Promise<TestFiles>;
  _globalSetups?: unknown;
  _teardownGlobalSetup?(): Promise<void>;
  teardownGlobalSetup?(): Promise<void>;
};

/** An error as vitest keeps it: it has crossed a process. */
export type Thrown = {
  readonly name?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly diff?: string;
  readonly frame?: string;
  readonly loc?: { readonly file?: string; readonly line: number; readonly column: number };
  readonly id?: string;
  /** Of a bundler: one by one, as one of two kinds of bundlers tells them. */
  readonly errors?: readonly {
    readonly text?: string;
    readonly message?: string;
    readonly loc?: { readonly file?: string; readonly line: number; readonly column: number };
    readonly location?: { readonly file: string; readonly line: number; readonly column: number } | null;
  }[];
};

/** A file, a group or a test. */
export type Task = {
  readonly type: 'test' | 'suite' | 'custom';
  readonly name: string;
  readonly mode: string;
  readonly filepath?: string;
  readonly projectName?: string;
  readonly file?: Task;
  readonly suite?: Task;
  readonly tasks?: readonly Task[];
  readonly location?: { readonly line: number };
  readonly result?: {
    readonly state: string;
    readonly duration?: number;
    readonly retryCount?: number;
    readonly errors?: readonly Thrown[];
  };
};

export type ConsoleLog = { readonly content: string; readonly taskId?: string; readonly type: 'stdout' | 'stderr' };

export type Vitest = {
  readonly version?: string;
  readonly projects: readonly VitestProject[];
  readonly vite?: ViteServer;
  readonly server?: ViteServer;
  readonly state: {
    readonly filesMap: Map<string, unknown>;
    readonly idMap: Map<string, Task>;
    getFiles(): readonly Task[];
    getUnhandledErrors(): readonly Thrown[];
    clearErrors(): void;
  };
  configOverride: { testNamePattern?: RegExp | undefined };
  pool?: { close?(): unknown } | undefined;
  readonly runningPromise?: Promise<unknown> | undefined;
  start(filters: readonly string[]): Promise<unknown>;
  close(): Promise<void>;
  clearSpecificationsCache?(): void;
  invalidateFile?(file: string): void;
  cancelCurrentRun?(reason: string): Promise<void>;
};

/** The modules of `vitest/node` that are asked for. */
export type VitestNode = {
  createVitest(mode: 'test', options: Readonly<Record<string, unknown>>): Promise<Vitest>;
};

/** Every vite server there is, each once. */
export function serversOf(vitest: Vitest): readonly ViteServer[] {
  const all = [vitest.vite ?? vitest.server, ...vitest.projects.map((project) => project.vite ?? project.server)];
  return [...new Set(all.filter((server) => server !== undefined))];
}

/** Every module graph, each once. The older one of a server is a view over those of its environments. */
export function graphsOf(vitest: Vitest): readonly ModuleGraph[] {
  const all = serversOf(vitest).flatMap((server) =>
    server.environments === undefined ? [server.moduleGraph] : Object.values(server.environments).map(({ moduleGraph }) => moduleGraph),
  );
  return [...new Set(all)];
}
