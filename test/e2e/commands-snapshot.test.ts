/** A snapshot with a picture, and one into a file. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, type Cli } from '../support/cli.ts';
import { serve } from '../support/site.ts';
import { sharedDaemon } from '../support/shared-cli.ts';

const freshUser = sharedDaemon();

const PAGE = `<title>Two</title><style>body{margin:0}button{position:absolute;left:50px;width:200px;height:40px;border:0;background:#eee}</style>
<button style="top:100px">First</button><button style="top:200px">Second</button><button style="top:5000px">Below</button>
<script>globalThis.records = 0; new MutationObserver((all) => { records += all.length }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })</script>`;

/** Red, green and blue of a picture at some places, as the browser itself reads them. */
async function colours(user: Cli, picture: string, places: readonly (readonly [number, number])[]): Promise<unknown> {
  const script = `(async () => { const image = new Image(); image.src = 'data:image/png;base64,${readFileSync(picture).toString('base64')}';
    await image.decode(); const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d'); canvas.drawImage(image, 0, 0);
    return [image.width, image.height, ...${JSON.stringify(places)}.map(([x, y]) => [...canvas.getImageData(x, y, 1, 1).data.slice(0, 3)].join())]; })()`;
  const done = await user.run(['js', '-'], { stdin: script });
  return JSON.parse(done.stdout);
}

test('snapshot -a saves a picture with the refs drawn on it, keeps the numbers, and leaves the page alone', async () => {
  await using site = await serve({ '/two': PAGE });
  await using user = cli();
  await user.ok('goto', `${site.origin}/two`);
  await user.ok('snapshot', '-i', '-s', 'role=button[name="Second"]');
  const printed = await user.ok('--no-fence', 'snapshot', '-i', '-a', '-o', 'two.png');
  const picture = join(user.cwd, 'two.png');
  // Second was @e1 before, and is now.
  expect(printed).toBe(
    `title: "Two"\n@e2 [button] "First"\n@e1 [button] "Second"\n@e3 [button] "Below"\n[annotated screenshot: ${picture}]`,
  );
  const [white, red] = ['255,255,255', '238,0,0'];
  // The left edge and the label of each box, its inside, and a place where nothing is.
  expect(
    await colours(user, picture, [
      [50, 120],
      [51, 88],
      [50, 220],
      [51, 188],
      [150, 105],
      [600, 400],
    ]),
  ).toEqual([1280, 720, red, red, red, red, '238,238,238', white]);
  expect(await user.ok('js', 'records')).toBe('0');
  expect((await user.ok('tabs')).split('\n')).toHaveLength(1);
  const own = /^\[annotated screenshot: (.*)\]$/m.exec(await user.ok('snapshot', '-a'))?.[1] ?? '';
  expect(statSync(own).mode & 0o777).toBe(0o600);
  expect(own.startsWith(user.home)).toBe(true);
  expect(JSON.parse(await user.ok('snapshot', '-i', '-a', '--json'))).toMatchObject({ annotated: expect.stringMatching(/\.png$/) });
});

test('snapshot -o writes the whole text, unfenced, and says where; a picture of another kind is refused', async () => {
  await using site = await serve({ '/two': PAGE });
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/two`);
  expect(await user.ok('snapshot', '-i', '-o', 'two.txt')).toBe(`Snapshot saved: ${join(user.cwd, 'two.txt')} (3 refs)`);
  expect(readFileSync(join(user.cwd, 'two.txt'), 'utf8')).toBe('@e1 [button] "First"\n@e2 [button] "Second"\n@e3 [button] "Below"\n');
  expect(await user.ok('click', '@e2')).toContain('Clicked @e2 [button] "Second"');
  const wrong = await user.run(['snapshot', '-o', 'two.gif']);
  expect(wrong.exit).toBe(2);
  expect(wrong.stderr).toMatch(/A screenshot is a \.png or \.jpg, not two\.gif/);
  expect((await user.run(['snapshot', '-o', 'none/two.txt'])).exit).toBe(5);
});
