/** Looks through the binary: documents in documents, closed trees, late bodies, dialogs that come and go. */
import { expect, test } from 'vitest';
import { serve } from '../support/site.ts';
import { sharedDaemon } from '../support/shared-cli.ts';

const freshUser = sharedDaemon();
const OUT = '<p id=o></p>';

// E5, E6
test('text has what lies in shadow trees and frames, where it stands', async () => {
  const shadow = (mode: string): string =>
    `<my-item></my-item><script>customElements.define('my-item', class extends HTMLElement { constructor() { super(); this.attachShadow({ mode: '${mode}' }).innerHTML = '<p>In the shadow</p><slot></slot>' } })</script>`;
  await using site = await serve({
    '/all': `<h1>Top</h1>${shadow('open')}<p>Between <b>bold</b></p><iframe src=/inner></iframe><table><tr><td>a<td>b</table><object data=/inner type=text/html></object><p>Bottom`,
    '/inner': `<p>Inner</p>${shadow('open')}`,
    '/set': '<!doctype html><frameset cols="50%,50%"><frame src=/inner><frame src=/plain></frameset>',
    '/plain': '<button>Plain</button>',
  });
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/all`);
  expect((await user.ok('text', '--no-fence')).split(/\n+/)).toEqual([
    'Top',
    'In the shadow',
    'Between bold',
    'Inner',
    'In the shadow',
    'a\tb',
    'Inner',
    'In the shadow',
    'Bottom',
  ]);
  expect(await user.ok('text', 'my-item', '--first', '--no-fence')).toBe('In the shadow');
  await user.ok('goto', `${site.origin}/set`);
  expect((await user.ok('text', '--no-fence')).split(/\n+/)).toEqual(['Inner', 'In the shadow', 'Plain']);
  expect(await user.ok('snapshot', '-i')).toContain('[button] "Plain"');
});

// E6, E10
test('what lies in objects, embeds, and frames that are turned or mirrored is printed and clicked', async () => {
  const turned = ['rotate(90deg)', 'scaleX(-1)', 'rotate(180deg) scale(.7)'].map(
    (how) => `<iframe src=/in style="width:300px;height:150px;border:5px solid;margin:60px;transform:${how}"></iframe>`,
  );
  await using site = await serve({
    '/held': `<object data=/in type=text/html width=300 height=150></object><embed src=/in type=text/html width=300 height=150><div style="rotate:30deg;width:400px"><iframe src=/in style="scale:.8 1"></iframe></div>${turned.join('')}`,
    '/in': `<body style="margin:0"><button style="margin:60px 0 0 180px" onclick="fetch('/clicked')">Go</button>`,
    '/clicked': '',
  });
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/held`);
  const refs = [...(await user.ok('snapshot', '-i')).matchAll(/@e\d+(?= \[button\] "Go")/g)].map(([ref]) => ref);
  expect(refs).toHaveLength(6);
  for (const ref of refs) expect(await user.ok('click', ref)).toBe(`Clicked ${ref} [button] "Go"`);
  await site.seen('/clicked', 6);
});

// E7
test('what lies in closed shadow trees has a ref, and acts', async () => {
  const closed = (tag: string, html: string, then: string): string =>
    `customElements.define('${tag}', class extends HTMLElement { connectedCallback() { const root = this.attachShadow({ mode: 'closed' }); root.innerHTML = ${JSON.stringify(html)}; ${then} } });`;
  const pay = `root.querySelector('button').onclick = () => { o.textContent = 'paid ' + root.querySelector('input').value };`;
  const nested = `const inner = root.querySelector('div').attachShadow({ mode: 'closed' }); inner.innerHTML = '<button>Nested</button>'; inner.firstChild.onclick = () => { o.textContent = 'nested' };`;
  await using site = await serve({
    '/closed': `<my-pay></my-pay><div id=d></div><my-wrap><b>light</b></my-wrap>${OUT}<script>
      ${closed('my-pay', '<button>Pay</button><input placeholder=Card><div></div>', pay + nested)}
      ${closed('my-wrap', '<button>Wrap <slot></slot></button>', '')}
      const root = d.attachShadow({ mode: 'closed' }); root.innerHTML = '<p style="cursor:pointer">Verify</p>'; root.firstChild.onclick = () => { o.textContent = 'verified' };
    </script>`,
  });
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/closed`);
  expect(await user.ok('snapshot', '-i', '--no-fence')).toBe(
    ['@e1 [button] "Pay"', '@e2 [textbox] "Card"', '@e3 [button] "Nested"', '@e4 [clickable] "Verify"', '@e5 [button] "Wrap light"'].join(
      '\n',
    ),
  );
  await user.ok('fill', '@e2', '424');
  await user.ok('click', '@e2');
  await user.ok('press', 'End');
  expect(await user.ok('type', '2')).toContain('in [textbox] "Card"');
  for (const [ref, said] of [
    ['@e1', 'paid 4242'],
    ['@e3', 'nested'],
    ['@e4', 'verified'],
  ] as const) {
    await user.ok('click', ref);
    expect(await user.ok('text', '#o', '--no-fence')).toBe(said);
  }
  await user.ok('js', `document.querySelector('my-pay').style.pointerEvents = 'none'`);
  expect((await user.run(['click', '@e1', '--timeout', '500'])).exit).toBe(1);
});

// E12
test('a look waits for a body, and says of an empty page that it is still loading', async () => {
  await using site = await serve({
    '/first': '<a href=/next>Go on</a>',
    '/next': '<title>Next</title><script src=/late.js></script><h1>Next page</h1><button>Pay</button>',
    '/hangs': '<!doctype html><html><body><script src=/never></script><button>Never</button>',
    '/late.js': '',
  });
  await using user = freshUser();
  for (const look of [['snapshot', '-i'], ['snapshot'], ['text'], ['html'], ['find', 'Pay'], ['value', 'button']]) {
    await user.ok('goto', `${site.origin}/first`);
    const late = site.hold('/late.js');
    await user.ok('click', 'a');
    await late.arrived;
    const [answer] = await Promise.all([user.run(look), user.run(['session', 'list']).then(() => late.release())]);
    // A button has an empty value.
    const said = look[0] === 'value' ? answer.stdout === '\n' : answer.stdout.includes('Pay');
    expect({ look, exit: answer.exit, said }).toEqual({ look, exit: 0, said: true });
  }
  await user.ok('goto', `${site.origin}/hangs`, '--wait', 'commit');
  expect(await user.ok('snapshot', '-i', '--no-fence')).toBe('(no interactive elements found; the page is still loading)');
  expect(await user.ok('text', '--no-fence')).toBe('(no text yet: the page is still loading)');
});

// E9, E11
test('the title stands in the line of the fence, one line whatever it holds, and in quotes in tabs', async () => {
  await using site = await serve({ '/t': '<title>A "b" \u3164\u202e</title><button aria-label="x\u115f\ufe0f\u2800">y</button>' });
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/t`);
  const title = String.raw`"A \"b\" \u3164\u202e"`;
  const [first, line] = (await user.ok('snapshot', '-i')).split('\n');
  expect(first).toMatch(/^<<<browse-page [0-9a-f]{12} /);
  expect(first?.endsWith(`/t ${title}`)).toBe(true);
  expect(line).toBe(String.raw`@e1 [button] "x\u115f\ufe0f\u2800"`);
  expect(await user.ok('snapshot', '-i', '--no-fence')).toContain(`title: ${title}\n@e1`);
  expect(await user.ok('tabs')).toBe(`→ [1] ${title} — ${site.origin}/t`);
});

// E15
test('a dialog that comes and goes is all that -D tells, and --all shows what lies behind', async () => {
  const rows = Array.from({ length: 20 }, (_, at) => `<p><input type=checkbox aria-label="Row ${at}"> <button>Remove ${at}</button></p>`);
  const modal = `<div id=m hidden><div style="position:fixed;inset:0;background:#0008"></div><div role=dialog aria-modal=true aria-label="Sure?" style="position:fixed;left:90px;top:90px;background:#fff"><button>OK</button></div></div>`;
  await using site = await serve({ '/rows': `${rows.join('')}${modal}` });
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/rows`);
  await user.ok('snapshot', '-i');
  await user.ok('js', 'm.hidden = false');
  const opened = (await user.ok('snapshot', '-i', '-D', '--no-fence')).split('\n');
  expect(opened.filter((line) => /^[-+]/.test(line))).toEqual(['+@e41 [dialog] "Sure?"', '+  @e42 [button] "OK"']);
  expect(opened.at(-1)).toBe('(+40 behind, where no input reaches: --all)');
  expect(await user.ok('snapshot', '-i', '--no-fence')).toBe(
    ['@e41 [dialog] "Sure?"', '  @e42 [button] "OK"', '(+40 behind, where no input reaches: --all)'].join('\n'),
  );
  expect(await user.ok('snapshot', '-i', '--all')).toContain('@e2 [button] "Remove 0" [covered]');
  expect(await user.ok('find', 'Remove 7')).toContain('@e16 [button] "Remove 7" [covered] ←');
  await user.ok('js', 'm.hidden = true');
  const closed = (await user.ok('snapshot', '-i', '-D', '--no-fence')).split('\n');
  expect(closed.filter((line) => /^[-+]/.test(line))).toEqual(['-@e41 [dialog] "Sure?"', '-  @e42 [button] "OK"']);
});

// E16
test('a long closed list is one line unless its options are asked for', async () => {
  const options = Array.from({ length: 44 }, (_, at) => `<option>Tongue ${at}`).join('');
  await using site = await serve({ '/list': `<select aria-label=Lang>${options}</select>` });
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/list`);
  expect(await user.ok('snapshot', '-i', '--no-fence')).toBe('@e1 [combobox] "Lang" ("Tongue 0" of 44)');
  expect(await user.ok('find', 'Tongue 40')).toContain('[option] "Tongue 40" ←');
  expect((await user.ok('snapshot', '-i', '--options', '--no-fence')).split('\n')).toHaveLength(45);
  expect(await user.ok('select', '@e1', 'Tongue 3')).toBe('Selected "Tongue 3" in @e1');
});
