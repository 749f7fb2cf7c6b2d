/** Before any test of a project: the first lines of the run say what this machine lacks. */
import type { TestProject } from 'vitest/node';
import { probeFacilities } from './facilities.ts';

/** Prints a line for each; the workers learn of it too. */
export default function setup(project: TestProject): void {
  for (const line of probeFacilities(project.name)) console.log(line);
}
