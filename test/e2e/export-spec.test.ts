/** What was done by hand is handed on as a test: Playwright's own runner passes it on the same page, and fails when that has changed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, type Cli } from '../support/cli.ts';
import { serve, type Site } from '../support/site.ts';
import { runSpecs, specProject } from '../support/spec-runner.ts';
import { sharedDaemon } from '../support/shared-cli.ts';

const freshUser = sharedDaemon();

const LOGIN = (button: string): string => `<title>Login</title>
  <form onsubmit="event.preventDefault(); location.href = '/shop?user=' + user.value + '&ok=' + (pass.value === 'correct horse')">
    <label>User <input id=user></label><label>Password <input id=pass type=password></label>
    <button>${button}</button>
  </form>`;
const SHOP = `<title>Shop</title><h1 id=h></h1>
  <script>const q = new URLSearchParams(location.search); h.textContent = 'Hello ' + q.get('user') + (q.get('ok') === 'true' ? '' : ' (wrong password)');</script>
  <table><tbody>${['Order 1', 'Order 10', 'Order 2'].map((name) => `<tr><td>${name}</td><td><button onclick="this.closest('tr').remove(); log.textContent += '${name} gone. '">Delete</button></td></tr>`).join('')}</tbody></table>
  <ul><li><b>Milk</b> <button onclick="log.textContent += 'milk. '">Add</button><li><b>Tea it's "hot"</b> <button onclick="log.textContent += 'tea. '">Add</button></ul>
  <div><button onclick="log.textContent += 'first. '">More</button></div><div><button onclick="log.textContent += 'second. '">More</button></div>
  <label>Size <select id=size><option value=s>Small<option value=l>Large</select></label>
  <label><input type=checkbox id=gift> Gift</label>
  <label>Note <input id=note oninput="log.textContent += 'note ' + this.value + '. '"></label>
  <label>Bill <input type=file id=bill onchange="log.textContent += this.files[0].name + '. '"></label>
  <x-part></x-part><script>customElements.define('x-part', class extends HTMLElement { connectedCallback() { this.attachShadow({ mode: 'open' }).innerHTML = '<button>Shady</button>'; this.shadowRoot.querySelector('button').onclick = () => log.textContent += 'shade. '; } });</script>
  <button onclick="log.textContent += confirm('Sure?') ? 'sure. ' : 'unsure. '">Ask</button>
  <button onclick="log.textContent += 'name ' + prompt('Your name?') + '. '">Prompt</button>
  <button onclick="window.open('/terms')">Terms</button>
  <iframe title=Pay src=/pay></iframe>
  <p id=log role=status></p>`;
const PAY = `<label>Coupon <input id=c></label><button onclick="out.textContent = 'Paid with ' + c.value">Pay</button><p id=out></p>`;
const TERMS = `<title>Terms</title><label><input type=checkbox> Read</label>`;

async function shop(): Promise<Site> {
  return serve({ '/login': LOGIN('Sign in'), '/shop': SHOP, '/pay': PAY, '/terms': TERMS });
}

/** The ref of the line that matches. */
async function ref(user: Cli, line: RegExp, ...flags: string[]): Promise<string> {
  const all = await user.ok('--no-fence', ...flags, 'snapshot', '-i');
  const found = all.split('\n').find((each) => line.test(each));
  if (found === undefined) throw new Error(`${line} is not in\n${all}`);
  return /@e\d+/.exec(found)?.[0] ?? '';
}

async function session(user: Cli, site: Site): Promise<void> {
  const click = async (line: RegExp): Promise<string> => user.ok('click', await ref(user, line));
  await user.ok('viewport', '1000x700');
  await user.ok('goto', `${site.origin}/login`);
  await user.ok('fill', await ref(user, /"User"/), 'ada');
  await user.ok('fill', '--secret-env', 'THE_PASSWORD', await ref(user, /"Password"/));
  await click(/"Sign in"/);
  await user.ok('wait', '--text', 'Hello ada');
  // Refused, and so no part of it.
  await user.run(['click', '#not-there', '--timeout', '300']);
  const rows = await user.ok('--no-fence', 'snapshot', '-i');
  const deletes = rows.split('\n').filter((each) => each.includes('"Delete"'));
  expect(deletes, rows).toHaveLength(3);
  // By one snapshot: what goes first must not move the second.
  for (const at of [0, 2]) await user.ok('click', /@e\d+/.exec(deletes[at] ?? '')?.[0] ?? '');
  await user.ok('wait', '--text', 'Order 2 gone');
  const adds = (await user.ok('--no-fence', 'snapshot', '-i')).split('\n').filter((each) => each.includes('"Add"'));
  await user.ok('click', /@e\d+/.exec(adds[1] ?? '')?.[0] ?? '');
  const mores = (await user.ok('--no-fence', 'snapshot', '-i')).split('\n').filter((each) => each.includes('"More"'));
  await user.ok('click', /@e\d+/.exec(mores[1] ?? '')?.[0] ?? '');
  await user.ok('wait', '--text', 'tea. second.');
  await user.ok('select', await ref(user, /"Size"/), 'Large');
  await user.ok('check', await ref(user, /"Gift"/));
  await user.ok('is', 'checked', '#gift');
  await user.ok('click', await ref(user, /"Note"/));
  await user.ok('type', `it's \`\${1}\``);
  await user.ok('press', 'Tab');
  await user.ok('value', await ref(user, /"Note"/));
  writeFileSync(join(user.cwd, 'bill.txt'), 'x');
  await user.ok('upload', '#bill', 'bill.txt');
  await click(/"Shady"/);
  await click(/"Ask"/);
  await user.ok('dialog-accept');
  await click(/"Prompt"/);
  await user.ok('dialog-accept', 'Grace');
  await user.ok('wait', '--text', 'sure. name Grace.');
  await user.ok('fill', await ref(user, /"Coupon"/), 'TEN');
  await user.ok('frame', 'iframe');
  await user.ok('click', 'button');
  await user.ok('wait', '--text', 'Paid with TEN');
  await user.ok('frame', 'main');
  await user.ok('js', 'document.title');
  await click(/"Terms"/);
  await user.ok('tab', '2');
  await user.ok('hover', await ref(user, /"Read"/));
  await user.ok('check', await ref(user, /"Read"/));
  await user.ok('is', 'checked', await ref(user, /"Read"/));
  await user.ok('closetab');
}

test('a session becomes a spec that passes on the same page: twins, a secret, files, dialogs, a frame, a popup', async () => {
  await using site = await shop();
  await using user = cli({ env: { THE_PASSWORD: 'correct horse' } });
  await session(user, site);
  const done = await user.run(['export', 'spec', '-o', 'shop.spec.ts']);
  expect(done.exit, String(done)).toBe(0);
  const path = join(user.cwd, 'shop.spec.ts');
  expect(done.stdout).toMatch(/^Exported \d+ commands to /);
  expect(done.stdout).toContain(path);
  expect(done.stderr).toBe('1 command could not be expressed: js\nTo run it, set THE_PASSWORD\n');
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(`import { test, expect } from '@playwright/test';`);
  expect(text).toContain(`await page.getByRole('textbox', { name: 'User' }).fill('ada');`);
  expect(text).toContain(`.fill(given('THE_PASSWORD'));`);
  expect(text).not.toContain('correct horse');
  expect(text).not.toContain('#not-there');
  expect(text).toContain('// Left out: browse js');
  expect(`${await user.ok('export', 'spec')}\n`).toBe(text);
  specProject(user.cwd);
  const { exit, files, output } = await runSpecs(user.cwd, { THE_PASSWORD: 'correct horse' });
  expect([exit, files], `${text}\n${output}`).toEqual([0, { 'shop.spec.ts': 'passed' }]);
});

test('the spec fails when a button is called otherwise, when a twin is gone, and when its secrets are not given', async () => {
  const rows = (names: readonly string[]): string =>
    `<ul>${names.map((name) => `<li>${name} <button onclick="out.textContent = '${name} gone'">Delete</button>`).join('')}</ul><label>Key <input name=api_key></label><p id=out></p>`;
  await using site = await serve({
    '/rows': rows(['Ann', 'Bob']),
    '/gone': rows(['Ann', 'Bobby']),
    '/renamed': rows(['Ann', 'Bob']).replaceAll('>Delete<', '>Remove<'),
  });
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/rows`);
  expect(await user.ok('fill', await ref(user, /"Key"/), 'open-sesame')).toContain('Filled');
  const deletes = (await user.ok('--no-fence', 'snapshot', '-i')).split('\n').filter((each) => each.includes('"Delete"'));
  await user.ok('click', /@e\d+/.exec(deletes[1] ?? '')?.[0] ?? '');
  await user.ok('wait', '--text', 'Bob gone');
  const told = await user.run(['export', 'spec', '-o', 'rows.spec.ts', '--json']);
  const { variables, commands } = JSON.parse(told.stdout) as { readonly variables: readonly string[]; readonly commands: number };
  expect([variables, commands]).toEqual([['SPEC_KEY'], 4]);
  const text = readFileSync(join(user.cwd, 'rows.spec.ts'), 'utf8');
  expect(text).not.toContain('sesame');
  specProject(user.cwd);
  // The same on pages that have changed, and without the secret.
  for (const page of ['gone', 'renamed']) writeFileSync(join(user.cwd, `${page}.spec.ts`), text.replace('/rows', `/${page}`));
  writeFileSync(join(user.cwd, 'unset.spec.ts'), text.replaceAll('SPEC_KEY', 'SPEC_OTHER'));
  const { exit, files, output } = await runSpecs(user.cwd, { SPEC_KEY: 'x' });
  expect([exit, files], output).toEqual([
    1,
    {
      'gone.spec.ts': expect.stringContaining(`text="Bob"`),
      'renamed.spec.ts': expect.stringContaining('Delete'),
      'rows.spec.ts': 'passed',
      'unset.spec.ts': expect.stringContaining('SPEC_OTHER is not set'),
    },
  ]);
});

test('export says what it can export, and that there is nothing yet', async () => {
  await using user = freshUser();
  const bare = await user.run(['export']);
  expect([bare.exit, bare.stderr]).toEqual([2, 'export needs one of export spec. Run: browse help export spec\n']);
  expect(await user.ok('help', 'export')).toContain('export spec');
  const empty = await user.run(['export', 'spec']);
  expect([empty.exit, empty.stderr]).toEqual([1, expect.stringContaining('Nothing that a test could do again was done')]);
  expect((await user.run(['export', 'spec', '--since', 'soon'])).exit).toBe(2);
});
