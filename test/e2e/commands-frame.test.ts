/** Working in a frame: what is meant then, how one is told, and what happens when it goes. */
import { expect, test } from 'vitest';
import { serve } from '../support/site.ts';
import { sharedDaemon } from '../support/shared-cli.ts';

const freshUser = sharedDaemon();

const OUTER = (elsewhere: string): string => `<title>Shop</title><button onclick="this.dataset.hit = 1">Pay</button><p>Outer text</p>
  <iframe name=pay title=Payment src="${elsewhere}/inner?pay"></iframe><iframe title=Other src="/inner?other"></iframe>`;
const INNER = `<title>Inner</title><button onclick="this.dataset.hit = 1">Pay</button><p>Inner text</p>`;

test('after frame, selectors, snapshots, texts and scripts mean that frame; main leads back, and so does goto', async () => {
  await using site = await serve({ '/inner': INNER });
  site.on('/shop', OUTER(site.elsewhere));
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/shop`);
  const all = await user.ok('--no-fence', 'snapshot', '-i');
  const held = /(@e\d+) \[iframe\] "Payment"/.exec(all)?.[1] ?? '';
  expect(await user.ok('frame', held)).toBe('Switched to frame "pay" → '.concat(`${site.elsewhere}/inner?pay`));
  // The frame is of another site, and so another process.
  expect(await user.ok('--no-fence', 'text')).toBe('Pay\n\nInner text');
  expect(await user.ok('--no-fence', 'snapshot', '-i')).toBe('title: "Inner"\n@e3 [button] "Pay"');
  expect(await user.ok('js', 'location.search')).toBe('?pay');
  expect(await user.ok('click', 'button')).toBe('Clicked button [button] "Pay" (frame "pay")');
  expect(await user.ok('js', 'document.querySelector("button").dataset.hit')).toBe('1');
  expect(await user.ok('wait', '--text', 'Inner text')).toContain('Inner text');
  expect(await user.ok('title')).toBe('Shop');
  expect(JSON.parse(await user.ok('url', '--json'))).toMatchObject({ frame: { name: 'pay' } });
  expect(await user.ok('frame', 'main')).toBe('Switched to the main frame');
  expect(await user.ok('js', 'document.querySelector("button").dataset.hit ?? null')).toBe('null');
  expect(await user.ok('frame', '--name', 'pay')).toContain('Switched to frame "pay"');
  await user.ok('goto', `${site.origin}/shop`);
  expect(await user.ok('--no-fence', 'text', 'p')).toBe('Outer text');
  expect(await user.ok('frame', '--url', 'inner*other')).toBe(`Switched to frame ${site.origin}/inner?other`);
});

test('a frame that left the page is never replaced by another one', async () => {
  await using site = await serve({ '/inner': INNER });
  site.on('/shop', OUTER(site.origin));
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/shop`);
  await user.ok('frame', '--name', 'pay');
  // Its own script ends with it.
  await user.run(['js', 'parent.document.querySelector("iframe").remove()']);
  for (const argv of [
    ['text'],
    ['snapshot', '-i'],
    ['js', '1'],
    ['click', 'button', '--timeout', '500'],
    ['wait', '--text', 'Inner', '--timeout', '500'],
  ]) {
    const done = await user.run(argv);
    expect(done.exit, String(done)).toBe(3);
    expect(done.stderr).toBe('The frame "pay", which commands were to work in, has left the page. Run: browse frame main\n');
  }
  await user.ok('frame', 'main');
  expect(await user.ok('js', 'document.querySelectorAll("[data-hit]").length')).toBe('0');
});

test('a frame that there is none or several of is an error that says so', async () => {
  await using site = await serve({ '/inner': INNER });
  site.on('/shop', OUTER(site.origin));
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/shop`);
  const asked: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['frame'], 2, /frame takes one of SEL, main, --name and --url/],
    [['frame', 'main', '--name', 'x'], 2, /frame takes one of/],
    [['frame', '--name', 'none'], 1, /No element matches "frame --name none"/],
    [['frame', '--url', 'inner'], 2, /2 elements match "frame --url inner": "pay", http.*other/],
    [['frame', 'p'], 1, /Cannot enter paragraph: it holds no frame/],
    [['frame', '@e99'], 3, /@e99/],
  ];
  for (const [argv, exit, words] of asked) {
    const done = await user.run(argv);
    expect(done.exit, String(done)).toBe(exit);
    expect(done.stderr.trim().split('\n'), String(done)).toHaveLength(1);
    expect(done.stderr).toMatch(words);
  }
});
