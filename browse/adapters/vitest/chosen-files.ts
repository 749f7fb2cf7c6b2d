/**
 * The test files that were asked for, and no others: vitest takes the path of a file for a part of other files' names too, so that
 * `a.test.ts` also means `extra-a.test.ts`. Runs in the project's Node.
 */
import { isAbsolute, relative } from 'node:path';
import type { TestFiles, Vitest } from './surface.ts';

/** Whether a file is one of those: by its path, by a folder of it (which ends in a slash), or by a part of its name. */
export function isChosen(file: string, filters: readonly string[], root: string): boolean {
  return filters.some((filter) => {
    if (!isAbsolute(filter)) return relative(root, file).toLowerCase().includes(bare(filter).toLowerCase());
    return filter.endsWith('/') ? file.startsWith(filter) : file === bare(filter);
  });
}

/** Without a line number. */
function bare(filter: string): string {
  return filter.replace(/:\d+$/, '');
}

/** Has the projects of a vitest find those only; `filters` are asked for at each search. */
export function chooseFiles(vitest: Vitest, root: string, filters: () => readonly string[]): void {
  for (const project of vitest.projects) {
    const search = project.globTestFiles?.bind(project);
    if (search === undefined) continue;
    project.globTestFiles = async (given): Promise<TestFiles> => {
      const found = await search(given);
      const own = filters();
      if (own.length === 0) return found;
      const chosen = (files: readonly string[]): readonly string[] => files.filter((file) => isChosen(file, own, root));
      return { ...found, testFiles: chosen(found.testFiles), typecheckTestFiles: chosen(found.typecheckTestFiles) };
    };
  }
}
