/** `browse/client` in a user's own script, under Node and Bun: who connects owns nothing, who launches owns what he launched. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PoolRow } from '../../browse/protocol/pool.ts';
import { cli, type Cli } from '../support/cli.ts';
import { browserOf, browsersOf, daemonOf, ended } from '../support/daemons.ts';
import { alive, end, eventually, look, type Seen } from '../support/processes.ts';
import { installPackage, RUNTIMES, userScript } from '../support/script.ts';
import { serve } from '../support/site.ts';
import { ROOT } from '../support/sources.ts';

const FACTS = '({ endpoint, cdpEndpoint, port, session, owns }) => ({ endpoint, cdpEndpoint, port, session, owns })';
type Facts = { endpoint: string; cdpEndpoint: string | null; port: number | null; session: string; owns: boolean };

const listed = async (shell: Cli): Promise<readonly PoolRow[]> => (await shell.json<{ browsers: PoolRow[] }>('pool', 'list')).browsers;
const processAt = async (shell: Cli, port: number | null): Promise<Seen> =>
  look((await listed(shell)).find((row) => row.port === port)?.pid ?? -1) ?? expect.unreachable(`a browser is on port ${port}`);

test.each(RUNTIMES)('under %s connect joins the tab of the command line, runs commands, and its end ends nothing', async (runtime) => {
  await using site = await serve();
  await using shell = cli();
  installPackage(shell);
  await using script = userScript(shell, runtime);
  expect(await script.run('await connect()')).toMatchObject({ name: 'BrowseError', code: 'daemon-down', exit: 4, hint: 'browse start' });
  expect([shell.record(), shell.processes().length]).toEqual([null, 1]);

  await shell.ok('goto', `${site.origin}/form.html`);
  const [daemon, browser] = [daemonOf(shell), await browserOf(shell)];
  expect(await script.run(`kept.b = await connect({ playwright: chromium }); return (${FACTS})(kept.b)`)).toEqual({
    endpoint: await shell.ok('playwright-url'),
    cdpEndpoint: null,
    port: null,
    session: expect.stringMatching(/^work-[0-9a-f]{6}$/),
    owns: false,
  });
  const pages = 'kept.b.browser.contexts().flatMap((context) => context.pages()).map((page) => page.url())';
  expect(await script.run(`return ${pages}`)).toEqual([`${site.origin}/form.html`]);
  expect(await script.run(`return kept.b.command('goto', '${site.origin}/links.html')`)).toBe(
    `Navigated to ${site.origin}/links.html (200)`,
  );
  expect([await shell.ok('url'), await script.run(`return ${pages}`)]).toEqual([
    `${site.origin}/links.html`,
    [`${site.origin}/links.html`],
  ]);
  expect(await script.run("return kept.b.command('click', '@e99')")).toMatchObject({
    code: 'ref-unknown',
    exit: 3,
    hint: `browse snapshot -i --session ${String(await script.run('return kept.b.session'))}`,
  });
  expect(await script.run("return kept.b.command('stop')")).toMatchObject({ code: 'usage', exit: 2 });
  const named = "kept.n = await connect({ session: 'other' }); await kept.n.command('goto', 'about:blank');";
  expect(await script.run(`${named} return kept.n.command('url')`)).toBe('about:blank');
  expect(await script.run('return connect({ browser: 9999 })')).toMatchObject({ code: 'port-unknown', exit: 3 });

  expect(await script.run('await kept.b.close(); await kept.b.close(); return kept.b.browser.isConnected()')).toBe(false);
  // A command needs no connection.
  expect(await script.run("return kept.b.command('title')")).toBe('Links');
  expect(await script.run('kept.c = await connect({ playwright: chromium })')).toBeNull();
  script.child.kill('SIGKILL');
  await ended([look(script.child.pid ?? -1)].filter((seen) => seen !== null));
  expect([alive(daemon), alive(browser), await shell.ok('url')]).toEqual([true, true, `${site.origin}/links.html`]);
});

test.each(RUNTIMES)(
  'under %s launch starts what is missing, and its end ends that browser and no other; so does kill -9',
  async (runtime) => {
    await using shell = cli();
    installPackage(shell);
    await using script = userScript(shell, runtime);
    const launch = (name: string): Promise<unknown> =>
      script.run(`kept.${name} = await launch({ playwright: chromium }); return (${FACTS})(kept.${name})`);
    const first = (await launch('a')) as Facts;
    expect(first).toMatchObject({
      session: expect.stringMatching(`^work-[0-9a-f]{6}@${first.port}$`),
      owns: true,
      cdpEndpoint: `http://127.0.0.1:${first.port}`,
    });
    const [daemon, standing] = [daemonOf(shell), await browserOf(shell)];
    expect(await script.run("await kept.a.command('goto', 'data:text/html,<title>mine'); return kept.a.command('title')")).toBe('mine');
    expect(await script.run('return kept.a.browser.contexts()[0].pages()[0].title()')).toBe('mine');
    const second = (await launch('b')) as Facts;
    const strangers = await shell.json<PoolRow>('pool', 'spawn');
    const [one, two, three] = [
      await processAt(shell, first.port),
      await processAt(shell, second.port),
      await processAt(shell, strangers.port),
    ];
    expect(await script.run(`return launch({ port: ${strangers.port} })`)).toMatchObject({
      name: 'BrowseError',
      code: 'port-busy',
      exit: 5,
    });

    await script.run('await kept.a.close()');
    expect([one, two, three, daemon, standing].map(alive)).toEqual([false, true, true, true, true]);
    // Its port is another's now: a second end means nobody.
    const heir = await shell.json<PoolRow>('pool', 'spawn', '--port', String(first.port));
    await script.run('await kept.a.close()');

    script.child.kill('SIGKILL');
    await ended([two]);
    expect([three, daemon, standing].map(alive)).toEqual([true, true, true]);
    await eventually('its row to be gone', async () => !(await listed(shell)).some(({ port }) => port === second.port));
    expect((await listed(shell)).map(({ port }) => port)).toEqual([
      null,
      ...[strangers.port, heir.port].toSorted((a, b) => (a ?? 0) - (b ?? 0)),
    ]);
  },
);

test.each(RUNTIMES)(
  'under %s a script that forgets to close what it launched ends all the same, and the browser with it',
  async (runtime) => {
    await using shell = cli();
    installPackage(shell);
    await using script = userScript(shell, runtime);
    const { port } = (await script.run(`return (${FACTS})(await launch())`)) as Facts;
    const browser = await processAt(shell, port);
    expect(await script.end()).toBe(0);
    await ended([browser]);
    await eventually('the default browser to be left', () => browsersOf(shell).length === 1);
    expect((await listed(shell)).map((row) => row.port)).toEqual([null]);
  },
);

test('a daemon that is killed under a script takes its browsers along, and the script is told so', async () => {
  await using shell = cli();
  installPackage(shell);
  await using script = userScript(shell, 'node');
  const { port } = (await script.run(`kept.a = await launch(); return (${FACTS})(kept.a)`)) as Facts;
  const browser = await processAt(shell, port);
  const daemon = daemonOf(shell);
  end(daemon);
  await ended([daemon, browser]);
  expect(await script.run("return kept.a.command('url')")).toMatchObject({ code: 'daemon-down', exit: 4 });
  expect(await script.run('return kept.a.close()')).toBeNull();
});

test('its types say what there is, to the letter of a strict compiler', async () => {
  await using shell = cli();
  installPackage(shell);
  const lines = [
    "import { connect, launch, type Connection } from 'browse/client';",
    "const plain: Connection<undefined> = await connect({ session: 'a' });",
    'const owns: boolean = plain.owns;',
    'const joined = await launch({ headed: false, playwright: { connect: async (endpoint: string) => ({ endpoint }) } });',
    'const text: string = joined.browser.endpoint + (await joined.command("url")) + owns;',
    'await joined.close();',
    'export { text };',
  ];
  const check = (more: string): { status: number | null; stdout: string } => {
    writeFileSync(join(shell.cwd, 'own.mts'), [...lines, more].join('\n'));
    const args = ['--noEmit', '--strict', '--target', 'esnext', '--module', 'nodenext', '--types', '', 'own.mts'];
    return spawnSync(join(ROOT, 'node_modules/.bin/tsc'), args, { cwd: shell.cwd, encoding: 'utf8' });
  };
  expect(check('')).toMatchObject({ status: 0, stdout: '' });
  expect(check('plain.browser.close(); await connect({ sesion: "a" });').stdout).toMatch(/plain\.browser|undefined[\s\S]*sesion/);
});
