/**
 * The configuration of every project that is in use. A project's file is read when its first session begins, and at a refresh;
 * between the two nothing of it is looked at. What it says is somebody else's word until the user trusts it.
 *
 *   unread ──first use──► used (all, or what is harmless) ──refresh──► another one, or as it was when the new one cannot be used
 */
import { join } from 'node:path';
import { isThere, readCheckedOut } from '../../adapters/node/checked-out.ts';
import type { FileRead } from '../../adapters/node/checked-out.ts';
import { oneLine } from '../../base/escape.ts';
import { readValues } from '../../domain/configuration/keys.ts';
import type { Key } from '../../domain/configuration/keys.ts';
import { differences, sift } from '../../domain/configuration/precedence.ts';
import { fail } from '../../protocol/errors.ts';
import { evaluate } from './config-evaluator-client.ts';
import { located, parseConfiguration } from './user-configuration.ts';
import type { Project } from '../../domain/configuration/project.ts';
import type { TrustStore } from '../../domain/configuration/ports.ts';

/** The names that a project's file may have, in the folder that is the project's. */
export const FILES = ['browse.config.json', 'browse.config.ts', 'browse.config.mts', 'browse.config.js', 'browse.config.mjs'];
/** Bytes of a configuration, and of a module that one loads. */
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
  return [`${file} ${what} not used${keys === '' ? '' : ` (${keys})`}: ${why}. Run: browse trust`];
}

/** Where there is none. */
export const NO_PROJECT: Project = nothing(null);

export class Projects {
  readonly #trust: TrustStore;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #known = new Map<string, Promise<Project>>();
  /** In the order in which they came into use. */
  readonly #used = new Map<string, Project>();
  #listener: () => void = () => {};

  /** `env`: the daemon's own. */
  constructor(trust: TrustStore, env: Readonly<Record<string, string | undefined>>) {
    this.#trust = trust;
    this.#env = env;
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

  /** As it is on disk at this moment. `asked`: the user has it before his eyes and says yes; its code may run. */
  async look(root: string, asked = false): Promise<Project> {
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
    return code ? this.#lookAtCode(base, read, asked) : this.#lookAtData(base, read, asked);
  }

  #lookAtData(base: Project, { path, text, digest }: FileRead, asked: boolean): Project {
    const root = base.root ?? '';
    const parsed = parseConfiguration(text, path, root);
    if ('problem' in parsed) return { ...base, problem: parsed.problem };
    const { values, where } = parsed;
    const { withheld } = sift(values, false);
    const known = this.#trust.of(root);
    const same = asked || known?.files[path] === digest;
    const trust = Object.keys(withheld).length === 0 ? 'none needed' : same ? 'trusted' : known === null ? 'untrusted' : 'changed';
    return { ...base, ...sift(values, trust !== 'untrusted' && trust !== 'changed'), trust, covers: { [path]: digest }, where };
  }

  async #lookAtCode(base: Project, { path, digest }: FileRead, asked: boolean): Promise<Project> {
    const root = base.root ?? '';
    const known = this.#trust.of(root);
    const same = known !== null && known.files[path] === digest && Object.entries(known.files).every(([file, of]) => digestOf(file) === of);
    const covers = { [path]: digest };
    if (!asked && !same) return { ...base, trust: known === null ? 'untrusted' : 'changed', covers };
    const evaluated = await evaluate(path, root, this.#env);
    if ('problem' in evaluated) return { ...base, trust: 'trusted', covers, problem: evaluated.problem };
    for (const file of evaluated.loaded.filter((each) => !each.includes('/node_modules/'))) {
      // It has run, and counts for nothing: what it is made of is not what was trusted.
      if (!asked && known?.files[file] === undefined) return { ...base, trust: 'changed', covers };
      covers[file] = digestOf(file) ?? '';
    }
    const values = readValues(evaluated.value);
    if ('problem' in values) {
      const part = values.path.length === 0 ? '' : `, ${values.path.join('.')}`;
      return { ...base, trust: 'trusted', covers, problem: oneLine(`${path}${part}: ${values.problem}`) };
    }
    return { ...base, trust: 'trusted', covers, used: located(values.values, root) };
  }
}

function digestOf(file: string): string | null {
  const read = readCheckedOut(file, { bytes: LARGEST_MODULE, within: null });
  return read === null || 'problem' in read ? null : read.digest;
}
