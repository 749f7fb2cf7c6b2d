/** Acting on elements: the first line of each row, on the binary and real pages. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, type Cli } from '../support/cli.ts';
import { serve } from '../support/site.ts';
import { sharedDaemon } from '../support/shared-cli.ts';

const freshUser = sharedDaemon();

/** The ref that the last `snapshot -i` gave to a node. */
async function refOf(user: Cli, node: string): Promise<string> {
  const line = (await user.ok('snapshot', '-i')).split('\n').find((each) => each.includes(node));
  const ref = /@e\d+/.exec(line ?? '')?.[0];
  if (ref === undefined) throw new Error(`no ${node} in the snapshot`);
  return ref;
}

test('fill, type, press, select, check, uncheck, hover and upload print their lines and do what they say', async () => {
  await using site = await serve();
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/form.html`);
  const name = await refOf(user, '"Name"');
  expect(await user.ok('fill', name, 'Ada')).toBe(`Filled ${name} [textbox] "Name"`);
  expect(await user.ok('fill', name, '-5')).toBe(`Filled ${name} [textbox] "Name"`);
  expect(await user.ok('js', 'form.elements.name.value')).toBe('-5');
  expect(await user.ok('type', name, ' x')).toBe(`Typed 2 characters in ${name} [textbox] "Name"`);
  expect(await user.ok('type', '--', '--json')).toBe('Typed 6 characters in [textbox] "Name"');
  expect(await user.ok('js', 'form.elements.name.value')).toBe('-5 x--json');
  expect(await user.ok('fill', '[name=email]', '')).toBe('Filled [name=email] [textbox] "Email"');
  expect(await user.ok('js', 'JSON.stringify([form.elements.email.value, log.slice(-2)])')).toBe('["",["change:name","input:email"]]');
  const colour = await refOf(user, '"Colour"');
  expect(await user.ok('select', colour, 'Blue')).toBe(`Selected "b" in ${colour}`);
  expect(await user.ok('select', colour, '')).toBe(`Selected "" in ${colour}`);
  expect(await user.ok('js', 'form.elements.colour.value')).toBe('');
  const unknown = await user.run(['select', colour, 'Green']);
  expect(unknown.exit).toBe(1);
  expect(unknown.stderr).toMatch(/Red.*Blue/);
  const terms = await refOf(user, '"I agree"');
  expect(await user.ok('check', terms)).toBe(`Checked ${terms} [checkbox] "I agree"`);
  expect(await user.ok('is', 'checked', terms)).toBe('true');
  expect(await user.ok('uncheck', terms)).toBe(`Unchecked ${terms} [checkbox] "I agree"`);
  expect(await user.ok('hover', name)).toBe(`Hovered ${name} [textbox] "Name"`);
  writeFileSync(join(user.cwd, 'a.png'), 'twelve bytes');
  expect(await user.ok('upload', '[name=file]', 'a.png')).toBe('Uploaded: a.png (12B)');
  expect(await user.ok('js', 'form.elements.file.files[0].name')).toBe('a.png');
  await user.ok('fill', name, 'Grace');
  expect(await user.ok('press', 'Enter')).toBe('Pressed Enter in [textbox] "Name"');
  expect(await user.ok('fill', name, 'Edsger', '--submit')).toContain(`Filled ${name} [textbox] "Name"`);
  expect(await user.ok('text', '#status', '--no-fence')).toBe('Sent Edsger');
});

test('a password comes from stdin or a variable and is printed nowhere', async () => {
  await using site = await serve();
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/form.html`);
  const typed = await user.run(['fill', '[name=password]', '-'], { stdin: 'open sesame\n' });
  expect(String(typed)).toContain('Filled [name=password] [textbox] "Password"\n');
  expect(await user.ok('js', 'form.elements.password.value')).toBe('open sesame');
  const named = await user.run(['fill', '[name=password]', '--secret-env', 'SECRET', '--json'], { env: { SECRET: 'open barley' } });
  expect(named.exit, String(named)).toBe(0);
  expect(await user.ok('js', 'form.elements.password.value')).toBe('open barley');
  for (const shown of [String(typed), named.stdout, await user.ok('snapshot'), await user.ok('snapshot', '-i', '--json')])
    expect(shown).not.toMatch(/open (sesame|barley)/);
});

test('a click names what it clicked and where the tab is now, and several matches are refused with refs', async () => {
  await using site = await serve();
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/links.html`);
  expect(await user.ok('click', 'role=link[name="Form"] >> nth=0')).toContain(`[link] "Form" → now at ${site.origin}/form.html`);
  await user.ok('goto', `${site.origin}/list.html`);
  const several = await user.run(['click', 'text=Delete']);
  expect(several.exit).toBe(2);
  expect(several.stderr).toMatch(
    /^3 elements match "text=Delete": @e\d+ \[button\] "Delete", @e\d+ \[button\] "Delete", @e\d+ \[button\] "Delete"; give a ref, --first or --nth N\./,
  );
  expect(await user.ok('text', '#deleted', '--no-fence')).toBe('');
  const second = /"Delete", (@e\d+)/.exec(several.stderr)?.[1] ?? '';
  expect(await user.ok('click', second)).toContain(`Clicked ${second} [button] "Delete"`);
  await user.ok('click', 'text=Delete', '--nth', '3');
  expect(await user.ok('text', '#deleted', '--no-fence')).toBe('Bob Carol');
});

test('an option’s ref selects it', async () => {
  await using site = await serve();
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/form.html`);
  await user.ok('click', 'option[value=b]');
  expect(await user.ok('js', 'form.elements.colour.value')).toBe('b');
});

test('a ref that is stale is the same error in every command and touches nothing', async () => {
  await using site = await serve();
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/list.html`);
  const ref = await refOf(user, '"Delete"');
  await user.ok('js', 'document.querySelector("tbody").innerHTML += ""');
  for (const argv of [
    ['click', ref],
    ['fill', ref, 'x'],
    ['select', ref, 'x'],
    ['hover', ref],
    ['html', ref],
    ['text', ref],
    ['attrs', ref],
    ['css', ref, 'color'],
    ['screenshot', ref],
    ['is', 'visible', ref],
    ['wait', ref],
    ['type', ref, 'x'],
    ['check', ref],
    ['snapshot', '-s', ref],
  ]) {
    const run = await user.run(argv);
    expect([run.exit, run.stderr], String(run)).toEqual([
      3,
      `Ref ${ref} (button "Delete") is stale: the element left the page. Run: browse snapshot -i\n`,
    ]);
  }
  expect(await user.ok('text', '#deleted', '--no-fence')).toBe('');
});

test('a click that meets a dialog returns at once with its text; the tab waits for the answer', async () => {
  await using site = await serve();
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/dialogs.html`);
  const from = performance.now();
  expect(await user.ok('click', 'text=Confirm')).toBe(
    `Clicked text=Confirm [button] "Confirm"\nDialog open: confirm "Sure?". Run: browse dialog-accept, or browse dialog-dismiss`,
  );
  expect(performance.now() - from).toBeLessThan(2_000);
  const other = await user.run(['text']);
  expect([other.exit, other.stderr]).toEqual([
    1,
    'Did not run: tab 1 waits for its dialog, confirm "Sure?". Run: browse dialog-accept --tab 1\n',
  ]);
  expect(await user.ok('dialog-dismiss')).toBe('Dismissed confirm "Sure?"');
  expect(await user.ok('text', '#said', '--no-fence')).toBe('confirmed false');
  await user.ok('click', 'text=Prompt');
  expect(await user.ok('dialog-accept', 'Ada')).toBe('Accepted prompt "Who?"');
  expect(await user.ok('text', '#said', '--no-fence')).toBe('answered Ada');
  await user.ok('dialog', '--on-dialog', 'accept');
  expect(await user.ok('click', 'text=Alert')).toContain('Dialog accepted: alert "Hello"');
  expect(await user.ok('dialog')).toMatch(
    /^\[.*\] \[confirm\] "Sure\?" dismissed\n\[.*\] \[prompt\] "Who\?" accepted\n\[.*\] \[alert\] "Hello" accepted$/,
  );
  expect(await user.ok('dialog', '--clear')).toBe('Dialogs cleared');
  await user.ok('dialog', '--on-dialog', 'ask');
  expect(await user.ok('js', 'alert("from js")')).toContain('Dialog open: alert "from js"');
  expect(await user.ok('closetab')).toContain('Closed tab 1');
});

test('wait answers for an element, its going, a text, a URL, the network, a condition and a time', async () => {
  await using site = await serve();
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/form.html`);
  const late = (code: string): Promise<string> => user.ok('js', `setTimeout(() => { ${code} }, 150); 0`);
  await late(`document.body.insertAdjacentHTML("beforeend", "<b id=late>Late news</b>")`);
  expect(await user.ok('wait', '#late')).toBe('Element #late appeared');
  expect(await user.ok('wait', '--text', 'Late news')).toBe('Text "Late news" appeared');
  await late('document.querySelector("#late").remove()');
  expect(await user.ok('wait', '#late', '--hidden')).toBe('Element #late disappeared');
  const name = await refOf(user, '"Name"');
  expect(await user.ok('wait', name)).toBe(`Element ${name} appeared`);
  await late('document.querySelector("[name=name]").hidden = true');
  expect(await user.ok('wait', name, '--hidden')).toBe(`Element ${name} disappeared`);
  await late('location.hash = "done"');
  expect(await user.ok('wait', '--url', '**/form.html#done')).toBe(`URL is now ${site.origin}/form.html#done`);
  expect(await user.ok('wait', '--load')).toBe('Page loaded');
  expect(await user.ok('wait', '--networkidle')).toBe('Network is idle');
  await late('window.ready = true');
  expect(await user.ok('wait', '--fn', 'window.ready')).toBe('Condition is true');
  expect(await user.ok('wait', '20')).toBe('Waited 20 ms');
  const never = await user.run(['wait', '#nothing', '--timeout', '200']);
  expect([never.exit, never.stdout], String(never)).toEqual([1, '']);
});

test('a click tells what it set off: a download, a tab, the end of its own tab', async () => {
  await using site = await serve({
    '/sets-off': '<title>Sets off</title><a href="/download">Get</a> <button onclick="window.open(\'/closes\')">Open</button>',
    '/closes': '<title>Closes</title><button onclick="window.close()">Close</button>',
  });
  await using user = cli();
  await user.ok('goto', `${site.origin}/sets-off`);
  const download = await user.ok('click', 'text=Get');
  const path = /^Download "a\.txt" → (.+)$/m.exec(download)?.[1] ?? '';
  expect(path.startsWith(join(user.home, 'artifacts')), download).toBe(true);
  expect(await user.ok('click', 'text=Open')).toContain(`\nOpened tab 2 → ${site.origin}/closes`);
  await user.ok('wait', 'text=Close', '--tab', '2');
  expect(await user.ok('click', 'text=Close', '--tab', '2')).toContain('Clicked text=Close [button] "Close"');
  expect(await user.ok('tabs')).toBe(`→ [1] "Sets off" — ${site.origin}/sets-off`);
  expect((await user.run(['url', '--tab', '2'])).exit).toBe(3);
});

test('an element that is not there yet is waited for by an act, and one that cannot be used says why', async () => {
  await using site = await serve({
    '/late':
      '<title>Late</title><button disabled>Off</button><script>setTimeout(() => document.body.insertAdjacentHTML("beforeend", "<button id=late>Late</button>"), 300)</script>',
  });
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/late`);
  expect(await user.ok('click', '#late')).toContain('Clicked #late [button] "Late"');
  const off = await user.run(['click', 'text=Off', '--timeout', '300']);
  expect([off.exit, off.stderr], String(off)).toEqual([
    1,
    expect.stringMatching(/^Cannot click button "Off": it is disabled .*nothing was touched\. Run: browse snapshot -i\n$/),
  ]);
  const none = await user.run(['click', '#none', '--timeout', '300']);
  expect([none.exit, none.stderr]).toEqual([1, 'No element matches "#none". Run: browse snapshot -i\n']);
  const wrong = await user.run(['click', '!!']);
  expect([wrong.exit, wrong.stderr.split('\n').length]).toEqual([2, 2]);
});
