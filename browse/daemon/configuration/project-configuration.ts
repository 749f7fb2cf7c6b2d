/** The configuration as one caller's commands see it: what counts in his project, where it came from, and what he trusts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ALL, KEYS } from '../../domain/configuration/keys.ts';
import type { Key, KeyFacts } from '../../domain/configuration/keys.ts';
import type { Applied, ProjectConfiguration, Offer, SaidValue, ShownValue } from '../../domain/configuration/ports.ts';
import { resolvePrecedence } from '../../domain/configuration/precedence.ts';
import { fail } from '../../protocol/errors.ts';
import { mint } from './auth.ts';
import { FILES } from './projects.ts';
import { MANIFESTS, outsideModules } from '../../domain/project.ts';
import type { Services } from '../ports.ts';
import type { Project } from '../../domain/configuration/project.ts';

type Caller = { readonly cwd: string; readonly env: Readonly<Record<string, string>> };

/** Folders that everything lies in: a manifest there, or a repository that anybody may have put there, makes no project. */
export function sharedFolders({ temp }: Services['files'], home: string | undefined): readonly string[] {
  return ['/', temp, '/tmp', '/var/tmp', ...(home === undefined ? [] : [home.replace(/(.)\/+$/, '$1')])];
}

/** The project around the caller's folder: the nearest repository, else the nearest manifest or configuration. Null outside of one. */
export function rootOf({ files }: Pick<Services, 'files'>, { cwd, env }: Pick<Caller, 'cwd' | 'env'>): string | null {
  const start = outsideModules(cwd);
  const home = env['HOME'];
  return (
    files.nearest(start, ['.git'], sharedFolders(files, undefined)) ??
    files.nearest(start, [...MANIFESTS, ...FILES], sharedFolders(files, home))
  );
}

/** `apply` makes a project's new configuration count in the sessions that there are; `anew`: cookies also if they are the same. */
export function projectConfiguration(
  { configured, files, clock }: Pick<Services, 'configured' | 'files' | 'clock'>,
  { cwd, env }: Caller,
  apply: (root: string | null, anew?: boolean) => Promise<Applied>,
): ProjectConfiguration {
  const { projects, trust, user } = configured;
  const root = (): string | null => rootOf({ files }, { cwd, env });
  /** The project's file at this moment; while it is being trusted its code runs. */
  const look = async (how: 'offered' | 'trusting'): Promise<Project> => {
    const around = root();
    const project = around === null ? null : await projects.look(around, how);
    if (project === null || project.file === null) return fail('config-none', { folder: cwd });
    return project.problem === null ? project : fail('config-broken', { reason: project.problem });
  };
  return {
    root,
    async values() {
      const project = await projects.of(root());
      return project.problem === null ? configured.values(project, env) : fail('config-broken', { reason: project.problem });
    },
    async show() {
      const around = root();
      const project = await projects.of(around);
      const now = around === null ? project : await projects.look(around);
      const settled = resolvePrecedence(configured.layers(project, env));
      const wide = configured.wide();
      const [stray = null] = around === null ? FILES.map((name) => join(cwd, name)).filter((path) => existsSync(path)) : [];
      return {
        project:
          around === null
            ? null
            : { root: around, file: project.file, trust: project.trust, problem: project.problem, edited: differs(project, now) },
        stray,
        user: { file: user.path, problem: user.warning() },
        values: ALL.map((key): ShownValue => {
          const found = settled.find((each) => each.key === key);
          const said = project.withheld[key];
          const unused = said === undefined ? null : { value: said, where: project.where(key), reason: project.trust };
          if ((KEYS[key] as KeyFacts).whole && JSON.stringify(wide[key]) !== JSON.stringify(found?.value)) {
            const late = found && { value: found.value, where: found.where, reason: 'another project said it first' };
            return { key, value: wide[key] ?? null, source: 'project', where: 'another project', unused: late ?? unused };
          }
          return { key, value: found?.value ?? null, source: found?.source ?? null, where: found?.where ?? null, unused };
        }),
      };
    },
    async offer() {
      return offerOf(await look('offered'));
    },
    async trust() {
      const before = await look('offered');
      const project = await look('trusting');
      const at = new Date(clock.now()).toISOString();
      await trust.add({ root: project.root ?? '', at, files: project.covers });
      projects.use(project);
      return { ...offerOf(project), before: before.trust, ...(await apply(project.root ?? '')) };
    },
    async distrust() {
      const around = root();
      if (around === null || !(await trust.remove(around))) return false;
      projects.use(await projects.look(around));
      await apply(around);
      return true;
    },
    trusted: () => trust.list(),
    async refreshAuth(bound) {
      const around = root();
      const known = await projects.of(around);
      // What is about to run is looked at once more: a pull since the last look is not what was trusted.
      const now = around === null || known.trust === 'none needed' ? known : await projects.look(around);
      const project = now.trust === 'changed' && known.trust === 'trusted' ? now : known;
      if (project.problem !== null) return fail('config-broken', { reason: project.problem });
      const { file } = await configured.minting.run(() => mint(configured.values(project, env), around ?? cwd, env, files, bound));
      return { file, ...(await apply(around, true)) };
    },
  };
}

/** Whether the file says something else by now. */
function differs(before: Project, now: Project): boolean {
  return JSON.stringify([before.file, before.covers, before.problem]) !== JSON.stringify([now.file, now.covers, now.problem]);
}

function offerOf({ root, file, trust, used, withheld, where, covers, code }: Project): Offer {
  const said = { ...withheld, ...used };
  const keys = ALL.flatMap((key: Key): SaidValue[] => (said[key] === undefined ? [] : [{ key, value: said[key], where: where(key) }]));
  return { root: root ?? '', file: file ?? '', code, before: trust, keys, covers };
}
