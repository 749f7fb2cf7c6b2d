/** Finding a text: what is printed, which numbers it has, and expressions that would never end. */
import { expect, test } from 'vitest';
import { serve } from '../support/site.ts';
import { sharedDaemon } from '../support/shared-cli.ts';

const freshUser = sharedDaemon();

const PAGE = `<title>Users</title><main><table><tr><th>Name<th>Role<th>Act</tr>
<tr><td>Bob<td>admin<td><button onclick="document.title='Bob edited'">Edit</button></tr>
<tr><td>Eve<td>user<td><button onclick="document.title='Eve edited'">Edit</button></tr></table>
<p>Before</p><p>The total: 42 items</p><p>After</p><p>${'a'.repeat(40)}b</p></main>`;

test('find prints matches with refs and what is around them; known elements keep their numbers, new ones get the next', async () => {
  await using site = await serve({ '/users': PAGE });
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/users`);
  expect(await user.ok('snapshot', '-i', '--no-fence')).toBe(
    'title: "Users"\n@e1 [button] "Edit" (row "Bob")\n@e2 [button] "Edit" (row "Eve")',
  );
  expect(await user.ok('--no-fence', 'find', 'eve')).toBe(
    [
      '1 match:',
      '@e3 [main]',
      '  @e4 [table]',
      '    @e5 [row]',
      '      @e6 [cell] "Eve" ←',
      '      @e7 [cell] "user"',
      '      @e8 [cell]',
      '        @e2 [button] "Edit"',
    ].join('\n'),
  );
  expect(await user.ok('--no-fence', 'find', String.raw`/TOTAL: \d+/i`)).toBe(
    ['1 match:', '@e3 [main]', '  "Before"', '  "The total: 42 items" ←', '  "After"'].join('\n'),
  );
  // Several words are one text; a number printed before still means its element.
  expect(await user.ok('find', 'the', 'total')).toMatch(/^<<<browse-page [\s\S]*"The total: 42 items" ←/);
  await user.ok('click', '@e2');
  expect(await user.ok('title')).toBe('Eve edited');
});

test('find says in one line what it cannot do, and no expression holds up the daemon', async () => {
  await using site = await serve({ '/users': PAGE });
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/users`);
  const asked: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['find'], 2, /find needs TEXT/],
    [['find', 'nobody'], 1, /No element matches "nobody"/],
    [['find', '/(/'], 2, /is no expression: Invalid regular expression/],
    [['find', '/a/q'], 2, /is no expression: Invalid flags/],
    [['find', '/^(a+)+$/'], 2, /takes more than 1000 ms on this page/],
    [['find', 'role', 'button', 'click'], 2, /to act by role.*Run: browse click 'role=button'/],
    [['find', 'testid', 'name', 'fill', 'Ada'], 2, /Run: browse fill '\[data-testid="name"\]' VALUE/],
  ];
  for (const [argv, exit, words] of asked) {
    const done = await user.run(argv);
    expect(done.exit, String(done)).toBe(exit);
    expect(done.stderr.trim().split('\n'), String(done)).toHaveLength(1);
    expect(done.stderr).toMatch(words);
  }
  expect(await user.ok('js', '1 + 1')).toBe('2');
});
