/**
 * Applications made of real components: ten tasks each and more, done by `browse` commands alone, the result asked of the
 * application itself. A task that needs a hand's second thought says so.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { sharedCli } from '../support/shared-cli.ts';
import type { Site } from '../support/site.ts';
import { ANTD, MUI } from './support/component-tasks.ts';
import { DATATABLES, HANDSONTABLE, TABULATOR } from './support/grid-tasks.ts';
import { servePage } from './support/pages.ts';
import { perform } from './support/tasks.ts';

const APPLICATIONS = Object.entries({ mui: MUI, antd: ANTD, handsontable: HANDSONTABLE, tabulator: TABULATOR, datatables: DATATABLES });

const shell = sharedCli();

describe.each(APPLICATIONS)('%s', (name, tasks) => {
  let site: Site;
  beforeAll(async () => {
    site = await servePage('apps', name);
    writeFileSync(join(shell().cwd, 'a.txt'), 'attached\n');
  });
  afterAll(() => site[Symbol.asyncDispose]());

  test.each(tasks)('$what', (task) => perform(shell(), site.origin, task));
});
