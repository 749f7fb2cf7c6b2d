/** Nothing that is a secret reaches a disk: planted ones are looked for in every file of the state folder, byte by byte. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { serve } from '../support/site.ts';

/** Files below a folder that hold the word, also where it is written as JSON or in a URL. */
function filesWith(folder: string, word: string): string[] {
  const words = [word, encodeURIComponent(word), JSON.stringify(word).slice(1, -1)].map((each) => Buffer.from(each));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(folder, name);
    if (!statSync(path).isFile()) return false;
    const bytes = readFileSync(path);
    return words.some((each) => bytes.includes(each));
  });
}

test('planted secrets are in no file: headers, cookies, URLs, bodies, console, frames, typed passwords', async () => {
  const planted = (name: string): string => `PLANTED-${name}-s3cr3t`;
  await using site = await serve({
    '/': `<title>login</title><form onsubmit="event.preventDefault(); send()">
        <input id=user><input id=pass type=password><input id=again type=password><input id=key><input id=api-token><input id=note></form>
      <script src=/app.js></script>`,
    // Its source holds them all, and sources are not kept.
    '/app.js': (_, response) =>
      void response.writeHead(200, { 'content-type': 'text/javascript' }).end(`
        const post = (url, body, headers) => fetch(url, { method: 'POST', body, headers }).then((r) => r.text()).catch(() => {});
        // Under a name that says nothing: only what was typed gives it away. At the very moment it is set, too.
        document.addEventListener('input', (e) => ['api-token', 'note'].includes(e.target.id) || post('/seen', 'x=' + e.target.value));
        window.run = async () => {
          await post('/json?access_token=${planted('query')}', JSON.stringify({ a: { password: '${planted('json')}' } }), { 'content-type': 'application/json' });
          await post('/form', 'user=ada&passwd=${planted('form')}', { 'content-type': 'application/x-www-form-urlencoded' });
          const multi = new FormData(); multi.set('client_secret', '${planted('multipart')}'); await post('/multi', multi);
          await post('/head', '', { authorization: 'Bearer ${planted('bearer')}', 'x-api-key': '${planted('apikey')}' });
          await post('/answer');
          console.log('the token is', { token: '${planted('console')}' }, 'authorization: Bearer ${planted('printed')}');
          setTimeout(() => { throw new Error('password=${planted('thrown')}'); });
          await new Promise((go) => setTimeout(go));
          const socket = new WebSocket('ws' + location.origin.slice(4) + '/socket?token=${planted('socket')}');
          await new Promise((go) => { socket.onerror = go; socket.onopen = go; });
          document.title = 'done';
        };
`),
    '/private': ({ headers }, response) => {
      const authorization = headers['authorization']?.toString();
      response.writeHead(authorization === undefined ? 401 : 200, { 'www-authenticate': 'Basic realm="x"', 'content-type': 'text/plain' });
      // A server may say what it was told, in plain and as it came.
      response.end(`you said ${authorization?.slice(6)}, which is ${atob(authorization?.slice(6) ?? '')}`);
    },
    '/seen': (_, response) => void response.writeHead(204).end(),
    '/answer': (_, response) =>
      void response
        .writeHead(200, {
          'content-type': 'application/json',
          'set-cookie': [`session=${planted('setcookie')}; Path=/`, `b=${planted('second')}`],
        })
        .end(
          JSON.stringify({
            refresh_token: planted('answer'),
            html: `<input type=password value="${planted('field')}">`,
            kept: 'KEPT-IN-THE-LOG',
          }),
        ),
  });
  await using user = cli({ env: { BROWSE_REDACT: 'internal_note', THEIR_KEY: planted('env') } });
  await user.ok('goto', `${site.origin}/?api_key=${planted('goto')}&page=7`);
  await user.ok('cookie', `mine=${planted('cookie')}`);
  await user.ok('header', `X-Auth-Token: ${planted('header')}`);
  await user.ok('fill', '#pass', planted('filled'));
  await user.ok('type', '#again', planted('typed'));
  await user.ok('fill', '--secret-env', 'THEIR_KEY', '#key');
  await user.run(['credentials', 'ada', '-'], { stdin: `${planted('credentials')}\n` });
  await user.ok('js', `fetch('/private').then((r) => r.text())`);
  await user.run(['fill', '#key', '-'], { stdin: `${planted('stdin')}\n` });
  await user.ok('fill', '#user', 'OPEN-TO-ALL');
  // Which fields and values are none of the log's business is known by their names and looks, too.
  await user.ok('fill', '#api-token', planted('named'));
  await user.ok('type', '#api-token', planted('appended'));
  await user.ok('fill', '#note', `${planted('looks')}-4f9a0c`);
  await user.ok('js', 'document.querySelector("#again").focus()');
  await user.ok('press', 'Q');
  await user.ok('js', 'prompt("Your password?")');
  await user.ok('dialog-accept', planted('answered'));
  await user.ok('js', `fetch('/seen', { method: 'POST', body: JSON.stringify({ internalNote: '${planted('config')}' }) }).then(() => 1)`);
  await user.ok('js', 'run().then(() => 1)');
  await user.ok('wait', '--fn', 'document.title === "done"');
  // What is no secret is kept: the test would pass on an empty log otherwise.
  const answered = await user.json<readonly { readonly responseBody: string }[]>(
    'logs',
    'sql',
    "SELECT responseBody FROM requests WHERE url LIKE '%/answer'",
  );
  expect(answered[0]?.responseBody).toContain('KEPT-IN-THE-LOG');
  expect(await user.ok('logs', 'sql', "SELECT requestBody FROM requests WHERE requestBody LIKE 'x=%'", '--no-fence')).toContain(
    'x=OPEN-TO-ALL',
  );
  expect(await user.ok('network', '--no-fence')).toContain('page=7');
  const told = await user.json<readonly { readonly responseBody: string }[]>(
    'logs',
    'sql',
    "SELECT responseBody FROM requests WHERE url LIKE '%/private'",
  );
  expect(told.at(-1)?.responseBody).toBe('you said ****, which is ada:****');
  expect(site.hits.map(({ body }) => body)).toContain(`x=${planted('filled')}`);
  // To repeat a request takes them all the same: from memory.
  const [{ id } = { id: 0 }] = await user.json<readonly { readonly id: number }[]>(
    'logs',
    'sql',
    "SELECT id FROM requests WHERE url LIKE '%/head'",
  );
  expect(await user.ok('request', `${id}`, '--curl')).toContain('Bearer ****');
  const repeated = await user.ok('request', `${id}`, '--curl', '--with-secrets');
  expect(repeated).toContain(`Bearer ${planted('bearer')}`);
  expect(repeated).toContain(`x-api-key: ${planted('apikey')}`);
  const exported = await user.run(['export', 'spec', '--json']);
  expect(exported.stdout).toContain("fill('OPEN-TO-ALL')");
  expect(exported.stdout).not.toContain('PLANTED');
  expect(exported.stdout).not.toContain(`press('Q')`);
  expect(JSON.parse(exported.stdout)).toMatchObject({ variables: expect.arrayContaining(['THEIR_KEY', 'SPEC_API_KEY']) });
  const files = filesWith(user.home, 'KEPT-IN-THE-LOG');
  expect(files.some((name) => name.startsWith('log.db'))).toBe(true);
  // The browser's own folder is its cache; settings.json is where the user put a header to be sent; addresses of tabs are kept whole, in private files.
  const leaks = filesWith(user.home, 'PLANTED-').filter(
    (name) => !name.startsWith('tmp/') && name !== 'run/settings.json' && !name.startsWith('run/sessions/'),
  );
  const said = leaks.map(
    (name) => `${name}: ${[...new Set(readFileSync(join(user.home, name), 'latin1').match(/PLANTED-\w+/g))].join(', ')}`,
  );
  expect(said).toEqual([]);
  for (const name of readdirSync(user.home).filter((each) => each.startsWith('log.db')))
    expect(statSync(join(user.home, name)).mode & 0o777, name).toBe(0o600);
  await user.ok('restart');
  const gone = await user.run(['request', `${id}`, '--curl', '--with-secrets']);
  expect([gone.exit, gone.stderr]).toEqual([3, expect.stringContaining(`The secrets of request #${id} are no longer in memory`)]);
});

// F7
test('an address is printed without its password and its tokens, by every command that prints one, and is whole for the page', async () => {
  await using site = await serve({
    '/at': `<title>at</title><button onclick="open('/at?token=PLANTED-popup&n=2')">Popup</button>
      <button onclick="location = '/at?access_token=PLANTED-moved&n=3'">Go</button><iframe src="/empty.html?api_key=PLANTED-frame"></iframe>`,
    '/empty.html': '<p>inside',
  });
  await using user = cli();
  const { port } = new URL(site.origin);
  const at = `http://ada:PLANTED-word@localhost:${port}/at?token=PLANTED-token&n=1#access_token=PLANTED-hash`;
  const shown = `http://****@localhost:${port}/at?token=****&n=1#access_token=****`;
  const printed: string[] = [];
  const run = async (...words: readonly string[]): Promise<void> => {
    for (const more of [[], ['--json']]) {
      const { stdout, stderr } = await user.run([...words, ...more]);
      printed.push(`${words[0]}: ${stdout}${stderr}`);
    }
  };
  expect(await user.ok('goto', at)).toBe(`Navigated to ${shown} (200)`);
  expect(await user.ok('js', 'location.search + location.hash')).toBe('?token=PLANTED-token&n=1#access_token=PLANTED-hash');
  expect(await user.ok('url')).toBe(shown);
  for (const words of [
    'url',
    'tabs',
    'snapshot -i',
    'text',
    'find Popup',
    'html button',
    'reload',
    'frames',
    'network',
    'console',
    'status',
    'session',
    'session status',
  ])
    await run(...words.split(' '));
  await run('frame', 'iframe');
  await run('frame', 'main');
  await run('click', 'text=Popup');
  await run('click', 'text=Go');
  for (const words of ['back', 'forward', 'tabs', 'last', 'logs', 'tab 2', 'wait --url **/no --timeout 300', 'url --on **/elsewhere'])
    await run(...words.split(' '));
  await run('newtab', at);
  await run('goto', `http://ada:PLANTED-word@localhost:1/?token=PLANTED-none`);
  await run('goto', `http://ada:PLANTED-word@localhost:${port}/download?token=PLANTED-file`);
  await run('js', 'for (;;);', '--timeout', '400');
  await user.ok('restart', '--restore');
  for (const words of ['tabs', 'url', 'closetab', 'tabs']) await run(...words.split(' '));
  expect(printed.filter((each) => each.includes('PLANTED'))).toEqual([]);
  expect(printed.filter((each) => each.includes('****')).length).toBeGreaterThan(30);
});
