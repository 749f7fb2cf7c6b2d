/**
 * Everything that is configured, put together: flags of the daemon, variables, the user's file, and those of the projects.
 * Knows nothing of sessions and browsers, which ask for what counts.
 */
import { SerialQueue } from '../../base/serial-queue.ts';
import { KEYS } from '../../domain/configuration/keys.ts';
import type { Key, KeyFacts, Values } from '../../domain/configuration/keys.ts';
import { differences, resolvePrecedence, valuesOf } from '../../domain/configuration/precedence.ts';
import type { Layer } from '../../domain/configuration/precedence.ts';
import { DEFAULT_IDLE } from '../../protocol/launch.ts';
import { fail } from '../../protocol/errors.ts';
import type { StatePaths } from '../../protocol/paths.ts';
import { openConfiguration } from './user-configuration.ts';
import type { ConfigurationStore, ParsedConfiguration } from './user-configuration.ts';
import { NO_PROJECT, Projects, notesOn } from './projects.ts';
import { readStorageState } from './storage-state.ts';
import { openTrust } from './trust.ts';
import type { Files } from '../../domain/ports/machine.ts';
import type { Project } from '../../domain/configuration/project.ts';
import type { TrustStore } from '../../domain/configuration/ports.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** A configuration that was read again, and is not used yet. */
export type ConfigurationReread = {
  /** What differs, in words; of the user's file `config.KEY`, of a project's its path and the key. */
  readonly changed: readonly string[];
  readonly keys: readonly Key[];
  /** What the daemon has one of, as it is to be. */
  readonly next: Values;
  /** What the user is to be told. */
  readonly notes: readonly string[];
  commit(): void;
};

const DEFAULTS: Layer = { source: 'default', values: { idle: DEFAULT_IDLE }, where: () => 'default' };

export class DaemonConfiguration {
  readonly user: ConfigurationStore;
  readonly projects: Projects;
  readonly trust: TrustStore;
  /** Two that mint at once would write one file. */
  readonly minting = new SerialQueue();
  readonly #env: Variables;
  readonly #flags: Values;

  /** `env`: the daemon's own; `flags`: what it was started with; `temp`: its temp folder. */
  constructor(files: Files, paths: StatePaths, env: Variables, flags: Values, temp: string) {
    this.user = openConfiguration(files, paths.config);
    this.trust = openTrust(files, paths.trust);
    this.projects = new Projects(this.trust, env, temp);
    this.#env = env;
    this.#flags = flags;
  }

  /** Everything that is said, for a caller with these variables. Fails with `usage` for a variable that makes no sense. */
  layers(project: Project, caller: Variables): readonly Layer[] {
    return this.#layers(project, caller, this.user.current());
  }

  #layers(project: Project, caller: Variables, { values, where }: ParsedConfiguration): readonly Layer[] {
    return [
      { source: 'flag', values: this.#flags, where: () => 'browse start' },
      { source: 'environment', values: fromVariables(this.#env, caller), where: (key) => (KEYS[key] as KeyFacts).variable ?? '' },
      { source: 'project', values: project.used, where: project.where },
      { source: 'user', values, where },
      DEFAULTS,
    ];
  }

  /** What counts in a project. */
  values(project: Project, caller: Variables): Values {
    return valuesOf(resolvePrecedence(this.layers(project, caller)));
  }

  /** What the daemon has one of for all projects: of several that say it, the first one in use. */
  wide(): Values {
    return this.#wide(this.projects.inUse(), this.user.current());
  }

  /** Calls it with what the daemon has one of, when a project that comes into use says something else of it. */
  watch(listener: (values: Values) => void): void {
    let before: Values = this.wide();
    this.projects.watch(() => {
      const now = this.wide();
      const changed = differences(before, now).length > 0;
      before = now;
      if (changed) listener(now);
    });
  }

  #wide(projects: readonly Project[], user: ParsedConfiguration): Values {
    const said = projects.map(({ used }) =>
      Object.fromEntries(Object.entries(used).filter(([key]) => (KEYS[key as Key] as KeyFacts).whole)),
    );
    const used = said.reduceRight((all, one) => ({ ...all, ...one }), {}) as Values;
    return valuesOf(resolvePrecedence(this.#layers({ ...NO_PROJECT, used }, {}, user)));
  }

  /** Reads the user's file and those of projects again: all, or the one that is named. Fails with `refresh-failed`. */
  async reread(root?: string | null): Promise<ConfigurationReread> {
    const own = this.user.reread();
    const { changed, projects, commit } = await this.projects.reread(root);
    for (const project of projects) {
      const { storageState } = valuesOf(resolvePrecedence(this.#layers(project, {}, own.parsed)));
      const state = storageState === undefined ? null : readStorageState(storageState);
      if (state !== null && 'problem' in state) return fail('refresh-failed', { reason: state.problem });
    }
    const before = this.projects.inUse();
    const together = [
      ...before.map((each) => projects.find((again) => again.root === each.root) ?? each),
      ...projects.filter((again) => !before.some((each) => each.root === again.root)),
    ];
    const keys = new Set<Key>([...own.changed, ...[...changed.values()].flat()]);
    return {
      changed: [...own.changed.map((key) => `config.${key}`), ...[...changed].flatMap(([name, of]) => of.map((key) => `${name}: ${key}`))],
      keys: [...keys],
      notes: projects.flatMap(notesOn),
      next: this.#wide(together, own.parsed),
      commit: () => {
        own.commit();
        commit();
      },
    };
  }
}

/** Those of the daemon count for what it has one of, those of the caller for the rest. */
function fromVariables(own: Variables, caller: Variables): Values {
  const values: Partial<Record<Key, unknown>> = {};
  for (const [key, facts] of Object.entries(KEYS) as [Key, KeyFacts][]) {
    if (facts.variable === undefined) continue;
    // The daemon has the variables of the shell that started it; which browser is started next, the shell that asks for it says.
    const shell = key === 'browser.executable' && caller['HOME'] !== undefined;
    const text = !shell && (facts.whole || key.startsWith('browser.')) ? own[facts.variable] : caller[facts.variable];
    if (text === undefined || text === '') continue;
    const read = facts.read(text);
    if ('problem' in read) return fail('usage', { problem: `${facts.variable} ${read.problem}`, hint: 'browse help config' });
    values[key] = read.value;
  }
  return values as Values;
}
