/** Every character that ends a line somewhere, steers a terminal or is not seen, wherever a page can put one: kept as it was, one line each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EventRow } from '../../browse/domain/traffic/entry.ts';
import { cli } from '../support/cli.ts';
import { daemonsOf } from '../support/daemons.ts';
import { post } from '../support/posting.ts';
import { eventually } from '../support/processes.ts';
import { serve } from '../support/site.ts';

const UNSEEN = /[\ufe0f\u034f\u180b\u17b4\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u3164\u115f\u1160\uffa0\u2800]/u;
const POINTS = Array.from({ length: 0x110000 }, (_, point) => point).filter(
  (point) => (point < 0xd800 || point > 0xdfff) && UNSEEN.test(String.fromCodePoint(point)),
);

// F1
test('all of them in console, names, titles, bodies, dialogs, download names and posted rows are stored, read back and printed in one line each', async () => {
  const texts = POINTS.map((point) => `a${String.fromCodePoint(point)}b`);
  const all = texts.join('');
  // A body with a zero byte is no text.
  const body = texts.slice(1).join('');
  await using site = await serve({
    '/': `<meta charset=utf-8><body><script>
      const texts = ${JSON.stringify(POINTS)}.map((point) => 'a' + String.fromCodePoint(point) + 'b');
      for (const text of texts) {
        const button = document.createElement('button');
        button.setAttribute('aria-label', text);
        document.body.append(button);
      }
      const all = texts.join('');
      const run = async () => {
        for (const text of texts) console.log(text);
        await fetch('/echo', { method: 'POST', body: texts.slice(1).join(''), headers: { 'content-type': 'text/plain; charset=utf-8' } }).then((r) => r.text());
        const link = document.createElement('a');
        link.download = 'f' + all + '.txt';
        link.href = URL.createObjectURL(new Blob(['x']));
        link.click();
        document.title = all;
      };</script>`,
    '/echo': ({ body }, response) => void response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(body),
  });
  await using user = cli();
  const url = /^JSON lines, sendBeacon: (\S+)$/m.exec(await user.ok('logs', 'serve'))?.[1] ?? '';
  await user.ok('goto', site.origin);
  const before = daemonsOf(user).map(({ pid }) => pid);
  await user.ok('js', 'run().then(() => 1)');
  const posted = await post(url, texts.map((text) => JSON.stringify({ msg: text })).join('\n'));
  expect([posted.status, posted.body]).toEqual([200, JSON.stringify({ accepted: texts.length })]);
  const asked = await user.run(['js', 'alert(all)']);
  // The dialog, and the download that has come by now.
  expect(
    asked.stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual(expect.arrayContaining(['Dialog']));
  expect(asked.stdout).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]|[^\P{Cc}\n]/u);
  expect(asked.stdout.split('\n').length).toBeLessThan(4);
  await user.ok('dialog-accept');

  const told = await eventually('the console', async () => {
    const rows = await user.json<readonly EventRow[]>('console');
    return rows.length >= texts.length && rows;
  });
  expect(told.map(({ text }) => text)).toEqual(texts);
  expect((await user.ok('console', '--no-fence')).split('\n')).toHaveLength(texts.length);
  expect((await user.ok('logs', '--no-fence', '--source', 'app')).split('\n')).toHaveLength(texts.length);
  const rows = async (sql: string): Promise<readonly Record<string, string>[]> => user.json('logs', 'sql', sql);
  expect((await rows(`SELECT text FROM events WHERE kind = 'app' ORDER BY id`)).map(({ text }) => text)).toEqual(texts);
  expect(await rows(`SELECT requestBody, responseBody FROM requests WHERE url LIKE '%/echo'`)).toEqual([
    { requestBody: body, responseBody: body },
  ]);
  // In a dialog the browser itself makes a line feed of a carriage return.
  expect((await rows(`SELECT text FROM events WHERE kind = 'dialog'`))[0]?.['text']).toBe(all.replaceAll('\r', '\n'));
  expect(await rows(`SELECT text FROM events WHERE kind = 'download'`)).toHaveLength(1);

  const look = (await user.ok('snapshot', '-i', '--no-fence')).split('\n').filter((line) => line.includes('[button]'));
  expect(look).toHaveLength(texts.length);
  for (const words of [['snapshot', '-i'], ['tabs'], ['title'], ['url'], ['console'], ['logs', '--limit', '1000'], ['find', 'a']]) {
    const { stdout, stderr } = await user.run(words);
    expect(`${stdout}${stderr}`, words.join(' ')).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]|[^\P{Cc}\n]/u);
  }
  expect((await user.ok('tabs')).split('\n')).toHaveLength(1);
  // No process of the daemon's has ended and come again.
  expect(daemonsOf(user).map(({ pid }) => pid)).toEqual(expect.arrayContaining(before));
  expect(readFileSync(join(user.home, 'daemon.log'), 'utf8')).not.toMatch(/started again|set aside/);
});
