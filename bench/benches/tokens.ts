/**
 * How much an agent must read: the characters of our snapshots beside Playwright's for agents, on three ordinary pages, and beside an
 * older binary of ours (`BENCH_BASE`) on those, on twenty widgets and on applications of npm, where `npm run libraries` has been run.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { bundleApps } from '../../test/support/apps.ts';
import { ROOT } from '../ground.ts';
import type { Scene } from '../scene.ts';
import type { Row } from '../table.ts';
import { base, type Tool } from '../tool.ts';

/** What a person could act on; each must have a ref. */
const ACTS = 'a[href], button, input, select, textarea';
const ORDINARY = ['login', 'table', 'links'];
/** Pages of test/libraries. */
const APPLICATIONS = ['swagger-ui', 'fullcalendar', 'mui', 'primevue', 'ag-grid'];

export async function tokens(scene: Scene): Promise<readonly Row[]> {
  const { ground, ours } = scene;
  const before = base(ground);
  const rows: Row[] = [];
  try {
    rows.push(...(await besidePlaywright(scene)));
    if (before !== null) rows.push(...(await besideBase(scene, before)));
  } finally {
    await ours.stop();
    await before?.stop();
  }
  return rows;
}

async function besidePlaywright({ ground, ours, pages }: Scene): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const browser = await chromium.launch({ executablePath: ground.chromium, chromiumSandbox: ground.sandbox });
  try {
    const page = await browser.newPage();
    for (const name of ORDINARY) {
      await page.goto(pages.url(`${name}.html`));
      const theirs = (await page.ariaSnapshot({ mode: 'ai' })).length;
      const elements = await page.locator(ACTS).count();
      ours.run(ours.tasks.open(pages.url(`${name}.html`)));
      for (const flag of ['-i', '-c']) {
        const text = ours.run(['snapshot', flag]).stdout;
        const refs = text.match(/@e\d+ /g)?.length ?? 0;
        if (flag === '-i' && refs < elements) throw new Error(`${name}: ${refs} refs for ${elements} elements that act:\n${text}`);
        rows.push(row(`${name}: snapshot ${flag}`, 'Playwright ai snapshot', text.length, theirs, 1));
      }
    }
  } finally {
    await browser.close();
  }
  return rows;
}

/** A row of characters, which are the same each time. */
function row(what: string, beside: string, mine: number, other: number, limit?: number): Row {
  const value = mine / other;
  const result = { ours: mine, other, value, interval: [value, value] } as const;
  return { what, beside, unit: 'chars', by: 'ratio', result, ...(limit !== undefined && { limit }) };
}

/** What can be acted on: refs but those of texts and structure, which some looks print as well. */
function acting(text: string): number {
  return (text.match(/@e\d+ \[(?!heading|alert|status|note|dialog|alertdialog|iframe)/g) ?? []).length;
}

async function besideBase(scene: Scene, before: Tool): Promise<readonly Row[]> {
  const { ours, pages } = scene;
  const names = [
    ...ORDINARY,
    ...readdirSync(join(ROOT, 'bench/pages/widgets')).map((file) => file.replace(/\.html$/, '')),
    ...(await applications(scene)),
  ];
  const look = async (tool: Tool, name: string): Promise<string> => {
    tool.run(tool.tasks.open(pages.url(`${name}.html`)));
    if (APPLICATIONS.includes(name)) tool.run(['wait', '--networkidle']);
    return tool.run(tool.tasks.snapshot).stdout;
  };
  const rows: Row[] = [];
  const sum = { ours: 0, other: 0 };
  for (const name of names) {
    const [mine, other] = [await look(ours, name), await look(before, name)];
    const more = acting(mine) - acting(other);
    // A page of which something was missing cannot be shown in as few characters.
    rows.push(row(more > 0 ? `${name}: ${more} refs more, apart` : name, 'base -i', mine.length, other.length));
    if (more > 0) continue;
    sum.ours += mine.length;
    sum.other += other.length;
  }
  return [...rows, row('sum of all but those apart', 'base -i', sum.ours, sum.other, 1.05)];
}

/** Bundles those that are there. */
async function applications({ ground, pages }: Scene): Promise<readonly string[]> {
  if (!existsSync(join(ROOT, 'test/libraries/node_modules'))) return [];
  const folder = join(ground.folder, 'applications');
  mkdirSync(folder, { recursive: true });
  bundleApps('libraries/pages', folder);
  for (const name of APPLICATIONS)
    writeFileSync(
      join(folder, `${name}.html`),
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title><link rel="stylesheet" href="${name}.css"><div id="root"></div><script src="${name}.js"></script>`,
    );
  await pages.also(folder);
  return APPLICATIONS;
}
