/** The same small jobs done by other tools, on the same Chromium and the same page. */
import { interleave, ratio } from '../pairs.ts';
import { agentBrowser, playwrightCli } from '../peers.ts';
import type { Scene } from '../scene.ts';
import type { Row } from '../table.ts';
import { refOf, type Tool } from '../tool.ts';
import { coldStart } from './cold.ts';

type Limits = Readonly<Record<'url' | 'js' | 'click' | 'snapshot' | 'cold', number>>;

/** How `browse` compares with agent-browser, whose client and daemon are one native program. */
export function besideAgentBrowser(scene: Scene): Promise<readonly Row[]> {
  return beside(scene, agentBrowser(scene.ground), 60, { url: 1.5, js: 1.5, click: 1, snapshot: 1, cold: 1 });
}

/** How `browse` compares with @playwright/cli, which starts Node for each command. */
export function besidePlaywrightCli(scene: Scene): Promise<readonly Row[]> {
  const times = 1 / 20;
  return beside(scene, playwrightCli(scene.ground), 30, { url: times, js: times, click: times, snapshot: times, cold: 1 });
}

async function beside({ ours, pages }: Scene, other: Tool, count: number, limits: Limits): Promise<readonly Row[]> {
  const url = pages.url('counter.html');
  const rows: Row[] = [];
  const add = async (what: string, limit: number, pairs: number, side: (tool: Tool) => () => number | Promise<number>): Promise<void> => {
    const result = ratio(await interleave(pairs, side(ours), side(other)));
    rows.push({ what, beside: other.name, unit: 'ms', by: 'ratio', result, limit });
  };
  const expecting =
    (argv: (tool: Tool) => readonly string[], answer: string) =>
    (tool: Tool): (() => number) =>
    () => {
      const { ms, stdout } = tool.run(argv(tool));
      if (!stdout.includes(answer)) throw new Error(`${tool.name} ${argv(tool).join(' ')} printed ${stdout}`);
      return ms;
    };

  for (const tool of [ours, other]) tool.run(tool.tasks.open(url));
  await add(
    'url',
    limits.url,
    count,
    expecting(({ tasks }) => tasks.url, url),
  );
  await add(
    'js 1+1',
    limits.js,
    count,
    expecting(({ tasks }) => tasks.js, '2'),
  );
  await add(
    'snapshot -i',
    limits.snapshot,
    count,
    expecting(({ tasks }) => tasks.snapshot, '"Count"'),
  );
  const asked = new Map([ours, other].map((tool) => [tool, 0]));
  await add('click @ref', limits.click, count, (tool) => {
    const argv = tool.tasks.click(refOf(tool.run(tool.tasks.snapshot).stdout, 'button', 'Count'));
    return () => {
      asked.set(tool, (asked.get(tool) ?? 0) + 1);
      return tool.run(argv).ms;
    };
  });
  for (const [tool, times] of asked) {
    const clicked = Number(/\d+/.exec(tool.run(tool.tasks.clicks).stdout)?.[0]);
    if (clicked !== times) throw new Error(`${tool.name} said ${times} times that it clicked, the page saw ${clicked}`);
  }
  for (const tool of [ours, other]) await tool.stop();
  await add('cold start', limits.cold, 30, (tool) => () => coldStart(tool, url));
  return rows;
}
