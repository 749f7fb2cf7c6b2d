/**
 * The configuration of every project that is in use. A project's file is read when its first session begins, and at a refresh;
 * between the two nothing of it is looked at. What it says is somebody else's word until the user trusts it.
 *
 *   unread ──first use──► used (all, or what is harmless) ──refresh──► another one, or as it was when the new one cannot be used
 */
import { join } from 'node:path';
import { isThere, readCheckedOut } from '../../adapters/node/checked-out.ts';
import { commandFiles, moduleFile, moduleFiles } from '../../adapters/node/module-files.ts';
import type { FileRead } from '../../adapters/node/checked-out.ts';
import type { ModuleFiles } from '../../adapters/node/module-files.ts';
import { oneLine } from '../../base/escape.ts';
import { readValues } from '../../domain/configuration/keys.ts';
import type { Key, Values } from '../../domain/configuration/keys.ts';
import { isLock } from '../../domain/project.ts';
import { differences, sift } from '../../domain/configuration/precedence.ts';
import { fail } from '../../protocol/errors.ts';
import { evaluate } from './config-evaluator-client.ts';
import { located, parseConfiguration } from './user-configuration.ts';
import type { Project } from '../../domain/configuration/project.ts';
import type { ProjectLook, Trusted, TrustStore } from '../../domain/configuration/ports.ts';

/** The names that a project's file may have, in the folder that is the project's. */
export const FILES = ['browse.config.json', 'browse.config.ts', 'browse.config.mts', 'browse.config.js', 'browse.config.mjs'];
/** Bytes of a configuration that is data, and of one that is code. */
const LARGEST = 64 * 1024;
const LARGEST_MODULE = 4 * 1024 * 1024;
const nothing = (root: string | null): Project => ({
  root,
  file: null,
  code: false,
  trust: 'none needed',
  used: {},
  withheld: {},
  problem: null,
  covers: {},
  where: () => '',
});

/** What a user is to be told of a project's configuration. */
export function notesOn({ file, code, trust, withheld, problem }: Project): readonly string[] {
  if (problem !== null) return [`The project's configuration is not used: ${problem}. Run: browse config`];
  if (trust !== 'untrusted' && trust !== 'changed') return [];
  const what = code ? 'is' : 'says what is';
  const keys = Object.keys(withheld).join(', ');
  const why = trust === 'changed' ? 'it has changed since you trusted it' : 'you have not trusted it';
  return [`${file} ${what} not used${keys === '' ? '' : ` (${keys})`}: ${why}. ${A_PERSON_DECIDES}`];
}

/** A caller that does what it is told must not be told to let a folder's code run. */
const A_PERSON_DECIDES = 'Whether to trust it is for a person to decide. Run: browse trust --show';

/** Where there is none. */
export const NO_PROJECT: Project = nothing(null);

export class Projects {
  readonly #trust: TrustStore;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #temp: string;
  readonly #known = new Map<string, Promise<Project>>();
  /** In the order in which they came into use. */
  readonly #used = new Map<string, Project>();
  #listener: () => void = () => {};

  /** `env`: the daemon's own. `temp`: a folder of its own, in which code is evaluated. */
  constructor(trust: TrustStore, env: Readonly<Record<string, string | undefined>>, temp: string) {
    this.#trust = trust;
    this.#env = env;
    this.#temp = temp;
  }

  /** As it is used. Never rejects. */
  of(root: string | null): Promise<Project> {
    if (root === null) return Promise.resolve(NO_PROJECT);
    const known = this.#known.get(root);
    if (known) return known;
    const looking = this.look(root);
    this.#known.set(root, looking);
    void looking.then((project) => this.#known.get(root) === looking && this.use(project));
    return looking;
  }

  /** Reads again those that are in use, or that one, which is in use from then on. Fails with `refresh-failed` for what cannot be used. */
  async reread(root?: string | null): Promise<{
    readonly changed: ReadonlyMap<string, readonly Key[]>;
    readonly projects: readonly Project[];
    commit(): void;
  }> {
    const roots = root === undefined ? [...this.#known.keys()] : root === null ? [] : [root];
    const changed = new Map<string, readonly Key[]>();
    const next = await Promise.all(roots.map((each) => this.look(each)));
    for (const project of next) {
      if (project.problem !== null) return fail('refresh-failed', { reason: project.problem });
      const name = project.root ?? '';
      const before = await this.#known.get(name);
      if (before) changed.set(name, differences(before.used, project.used));
    }
    return {
      changed,
      projects: next,
      commit: () => {
        for (const project of next) this.#put(project);
      },
    };
  }

  /** Those in use, the first one first. */
  inUse(): readonly Project[] {
    return [...this.#used.values()];
  }

  /** Calls it when one has come into use, or another one has taken its place. */
  watch(listener: () => void): void {
    this.#listener = listener;
  }

  #put(project: Project): void {
    if (project.root === null) return;
    this.#known.set(project.root, Promise.resolve(project));
    this.#used.set(project.root, project);
  }

  /** From now on that one is used. */
  use(project: Project): void {
    this.#put(project);
    this.#listener();
  }

  /** As it is on disk at this moment. Its code runs only if it is as it was trusted, or is being trusted. */
  async look(root: string, how: ProjectLook = 'as trusted'): Promise<Project> {
    const found = FILES.filter((name) => isThere(join(root, name)));
    const [name] = found;
    if (name === undefined) return nothing(root);
    const path = join(root, name);
    const code = !name.endsWith('.json');
    const base = { ...nothing(root), file: path, code, where: () => path };
    if (found.length > 1) return { ...base, problem: `${root}: it has ${found.join(' and ')}; keep one of them` };
    const read = readCheckedOut(path, { bytes: code ? LARGEST_MODULE : LARGEST, within: root });
    if (read === null) return nothing(root);
    if ('problem' in read) return { ...base, problem: `${path}: ${read.problem}` };
    return code ? this.#lookAtCode(base, read, how) : this.#lookAtData(base, read, how);
  }

  #lookAtData(base: Project, { path, text, digest }: FileRead, how: ProjectLook): Project {
    const root = base.root ?? '';
    const parsed = parseConfiguration(text, path, root);
    if ('problem' in parsed) return { ...base, problem: parsed.problem };
    const { values, where } = parsed;
    const { withheld } = sift(values, false);
    const known = this.#trust.of(root);
    const covers = { [path]: digest, ...commandFiles(root, programsOf(values)) };
    const same = how === 'trusting' || (known !== null && Object.entries(covers).every(([file, of]) => known.files[file] === of));
    const trust = Object.keys(withheld).length === 0 ? 'none needed' : same ? 'trusted' : known === null ? 'untrusted' : 'changed';
    return { ...base, ...sift(values, trust !== 'untrusted' && trust !== 'changed'), trust, covers, where };
  }

  async #lookAtCode(base: Project, entry: FileRead, how: ProjectLook): Promise<Project> {
    const root = base.root ?? '';
    const known = this.#trust.of(root);
    const said = how === 'trusting' || known === null ? null : trustedFiles(known, entry);
    const not: Pick<Project, 'trust' | 'covers'> = {
      trust: known === null ? 'untrusted' : 'changed',
      covers: { [entry.path]: entry.digest },
    };
    if (said === null && how === 'as trusted') return { ...base, ...not };
    const modules = said ?? moduleFiles(entry);
    if ('problem' in modules) return { ...base, ...not, problem: modules.problem };
    const covers = Object.fromEntries(
      [...modules.files, ...(modules.lock === null ? [] : [modules.lock])].map(({ path, digest }) => [path, digest]),
    );
    if (said === null && how === 'offered') return { ...base, ...not, covers };
    const evaluated = await evaluate({ modules, root, temp: this.#temp, env: this.#env });
    if ('problem' in evaluated) return { ...base, trust: 'trusted', covers, problem: evaluated.problem };
    for (const file of evaluated.loaded.filter((each) => each.includes('/node_modules/'))) {
      // A package that is not as it was: it has run, for its lockfile is the same, and counts for nothing.
      const digest = moduleFile(file)?.digest ?? '';
      if (said !== null && known?.files[file] !== digest) return { ...base, trust: 'changed', covers };
      covers[file] = digest;
    }
    const { path } = entry;
    const values = readValues(evaluated.value);
    if ('problem' in values) {
      const part = values.path.length === 0 ? '' : `, ${values.path.join('.')}`;
      return { ...base, trust: 'trusted', covers, problem: oneLine(`${path}${part}: ${values.problem}`) };
    }
    const used = located(values.values, root);
    for (const [file, digest] of Object.entries(commandFiles(root, programsOf(used)))) {
      if (said !== null && known?.files[file] !== digest) return { ...base, trust: 'changed', covers };
      covers[file] = digest;
    }
    return { ...base, trust: 'trusted', covers, used };
  }
}

/** The words of what it runs. */
function programsOf({ refreshAuth = [], 'browser.executable': executable }: Values): readonly string[] {
  return [...refreshAuth, ...(executable === undefined ? [] : [executable])];
}

/** Every file that is trusted, read once, if all are as they were; what is executed is what was read here. */
function trustedFiles({ files }: Trusted, entry: FileRead): ModuleFiles | null {
  if (files[entry.path] !== entry.digest) return null;
  const all: FileRead[] = [entry];
  let lock: FileRead | null = null;
  for (const [path, digest] of Object.entries(files)) {
    if (path === entry.path) continue;
    const read = moduleFile(path);
    if (read?.digest !== digest) return null;
    if (isLock(path)) lock = read;
    else if (!path.includes('/node_modules/')) all.push(read);
  }
  return { files: all, lock };
}
