/** Focus, scroll, drag and value: the first line of each row, on the binary and a real page. */
import { expect, test } from 'vitest';
import { serve } from '../support/site.ts';
import { sharedDaemon } from '../support/shared-cli.ts';

const freshUser = sharedDaemon();

const PAGE = `<title>Board</title><style>.card{width:120px;height:40px;background:#ddd;margin:8px}</style>
<script>globalThis.log = []</script>
<label>Name <input id=name value=Ada></label><p id=text>Text</p>
<button class=card draggable=true ondragstart="event.dataTransfer.setData('text/plain', 'x')">Task</button>
<section aria-label=Done class=card ondragover="event.preventDefault()" ondrop="log.push('dropped'); event.preventDefault()">Done</section>
<div style="height:3000px"></div><button onclick="log.push('end')">End</button>`;

test('focus, scroll, drag and value print their lines and do what they say', async () => {
  await using site = await serve({ '/board': PAGE });
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/board`);
  expect(await user.ok('snapshot', '-i', '--no-fence')).toContain('@e1 [textbox] "Name" : Ada');
  expect(await user.ok('focus', '@e1')).toBe('Focused @e1 [textbox] "Name"');
  expect(await user.ok('js', 'document.activeElement.id')).toBe('name');
  expect(await user.ok('value', '@e1')).toBe('Ada');
  expect(await user.ok('get', 'value', '@e1')).toBe('Ada');
  expect(await user.ok('drag', '@e2', 'section')).toBe(
    'Dragged @e2 [button] "Task" to section [region] "Done"; nothing in the page changed. Run: browse help drag',
  );
  expect(await user.ok('scroll', '@e3')).toBe('Scrolled @e3 [button] "End" into view');
  expect(await user.ok('scroll', '--to', 'top')).toMatch(/^Scrolled the page to top \(0 of \d+px\)$/);
  expect(await user.ok('scroll', '--by', '100')).toMatch(/^Scrolled the page by 100px \(100 of \d+px\)$/);
  expect(await user.ok('scroll', '--by', '-300')).toMatch(/^Scrolled the page by -100px \(0 of \d+px\)$/);
  expect(await user.ok('scroll', '--by=-300')).toMatch(/: already at the top$/);
  expect(await user.ok('js', 'log')).toBe('["dropped"]');
});

test('what cannot be scrolled, focused or valued is said in one line with a way on', async () => {
  await using site = await serve({ '/board': PAGE });
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/board`);
  const asked: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['scroll'], 2, /scroll needs SEL, --by PX or --to top\|bottom\. Run: browse help scroll/],
    [['scroll', 'down'], 2, /takes no direction as a word\. Run: browse scroll --by 600/],
    [['scroll', '--by', 'far'], 2, /--by takes pixels/],
    [['scroll', '--by', '5', '--to', 'top'], 2, /not both/],
    [['scroll', '#none', '--timeout', '1500'], 1, /#none/],
    [['focus', '#text', '--timeout', '1500'], 1, /does not take the focus/],
    [['value', '#text'], 1, /Cannot read the value of paragraph "": it holds none/],
    [['value', '#none'], 1, /#none/],
    [['drag', '#name'], 2, /drag needs TO/],
    [['drag', '#name', '@e99'], 3, /@e99/],
  ];
  for (const [argv, exit, words] of asked) {
    const done = await user.run(argv);
    expect(done.exit, String(done)).toBe(exit);
    expect(done.stderr.trim().split('\n'), String(done)).toHaveLength(1);
    expect(done.stderr).toMatch(words);
  }
});
