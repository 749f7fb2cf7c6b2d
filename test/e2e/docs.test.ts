/** What the documents show is run: the configuration, the script, and every line of shell, README's sessions aside (readme.test.ts). */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ConfigurationShown } from '../../browse/domain/configuration/ports.ts';
import { project } from '../support/projects.ts';
import { installPackage, userScript } from '../support/script.ts';
import { serve } from '../support/site.ts';
import { ROOT } from '../support/sources.ts';

const DOCUMENTS = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter((name) => name.endsWith('.md'));

/** The blocks of one kind in a document. */
const blocks = (document: string, kind: string): readonly string[] =>
  [...readFileSync(join(ROOT, document), 'utf8').matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);

// G6
test('every configuration in the documents is accepted as it stands, and every value of it counts', async () => {
  const all = DOCUMENTS.flatMap((document) => blocks(document, 'json'));
  expect(all.length).toBeGreaterThan(0);
  for (const text of all) {
    await using user = project();
    user.put('browse.config.json', text);
    await user.ok('start');
    await user.ok('refresh');
    await user.ok('trust');
    const { values, project: found } = await user.json<ConfigurationShown>('config');
    expect(found).toMatchObject({ trust: 'trusted', problem: null });
    const said = values.filter(({ source }) => source === 'project').map(({ key }) => key.split('.')[0]);
    expect([...new Set(said)].sort()).toEqual(Object.keys(JSON.parse(text) as object).sort());
  }
});

test('every script in the documents runs and prints what its comments say', async () => {
  await using site = await serve({ '/': '<title>Example Domain</title>' });
  await using user = project();
  installPackage(user);
  await user.ok('start');
  const all = DOCUMENTS.flatMap((document) => blocks(document, 'js'));
  expect(all.length).toBeGreaterThan(0);
  await using script = userScript(user, 'node');
  for (const text of all) {
    const body = text.replaceAll(/^import .*$/gm, '').replaceAll('https://example.com', site.origin);
    const printed = await script.run(
      `const console = { log: (...said) => printed.push(...said) }; const printed = []; ${body}; return printed`,
    );
    expect(printed).toEqual(['Example Domain', false, expect.any(Number), expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), true]);
  }
});

/** Lines that need something of which a test has nothing, or that end what the others run in. */
const ELSEWHERE =
  /^browse (start|stop|restart|status|refresh|up|daemon|version|help|doctor|install|demo|chain|batch|connect|disconnect|pool|session|run|test|trust|refresh-auth|logs|playwright-url|cdp-url)\b|--browser|--secret-env| -( |$)|^browse har stop$|^browse unroute '|^\.\/setup|^npm /;
/** What a line may come to: done, the page has no such thing, or what it points at is gone. A wrong command line is 2, a bug of ours 70. */
const FINE = [0, 1, 3];

test('every line of shell in the documents is a command that runs', async () => {
  await using site = await serve({ '/': '<title>A</title><form><input name=q aria-label=Name><button>Go</button></form>' });
  await using user = project();
  for (const name of ['probe', 'probe.js', 'a.png', 'recorded.har'])
    writeFileSync(
      join(user.cwd, name),
      name.startsWith('probe') ? '1' : '{"log":{"version":"1.2","creator":{"name":"a","version":"1"},"entries":[]}}',
    );
  const shown = DOCUMENTS.flatMap((document) => blocks(document, 'sh').flatMap((text) => text.trimEnd().split('\n')));
  const lines = [...new Set(shown.map((line) => line.replace(/ +#.*$/, '')))].filter((line) => !ELSEWHERE.test(line));
  expect(lines.length).toBeGreaterThan(120);
  expect(lines.filter((line) => !line.startsWith('browse '))).toEqual([]);
  const local = lines.map((line) => line.replaceAll(/https?:\/\/[\w.]+(:\d+)?|\bexample\.com\b/g, site.origin));
  // Each on a page of its own: some close the tab, some go elsewhere. What lasts is undone at once.
  const undo = ['offline off', 'throttle off', 'unroute'];
  const timed = local.flatMap((line) => [
    { line: `goto ${site.origin}/ --timeout 9s`, shown: false },
    { line: /--timeout|^browse wait \d/.test(line) ? line : `${line} --timeout 400`, shown: true },
    ...(/^browse (offline|throttle)|--delay/.test(line) ? undo.map((each) => ({ line: each, shown: false })) : []),
  ]);
  const run = await user.run(['chain', '--keep-going', '--json'], { stdin: timed.map(({ line }) => line).join('\n') });
  const { steps } = JSON.parse(run.stdout) as { steps: readonly { command: string; exit: number; error?: { message: string } }[] };
  expect(steps).toHaveLength(timed.length);
  const wrong = steps.flatMap(({ exit, error }, at) => {
    const { line, shown: counts } = timed[at] ?? { line: '', shown: true };
    return !counts || FINE.includes(exit) ? [] : [[line, exit, error?.message]];
  });
  expect(wrong).toEqual([]);
});
