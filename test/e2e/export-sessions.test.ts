/**
 * Sessions of several kinds as tests: a list of things to do, a long form, popups and frames and dialogs, drags, and pages whose
 * names and fields are not what they look like. Playwright's own runner passes all of them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, type Cli } from '../support/cli.ts';
import { serve } from '../support/site.ts';
import { ROOT } from '../support/sources.ts';
import { runSpecs, specProject } from '../support/spec-runner.ts';

const FORM = `<title>Form</title><form onsubmit="event.preventDefault(); out.textContent = JSON.stringify([...new FormData(this)].map(([name, value]) => name + '=' + (value.name ?? value)))">
  <fieldset><legend>Ship to</legend><label>Name <input name=ship></label><label>City <input name=city></label></fieldset>
  <fieldset><legend>Bill to</legend><label>Name <input name=bill></label></fieldset>
  <label>Password <input name=p1 type=password></label><label>Password <input name=p2 type=password></label>
  <label>Born <input name=born type=date></label><label>Amount <input name=amount type=number></label><label>Volume <input name=volume type=range max=10></label>
  <label>Notes <textarea name=notes></textarea></label>
  <label>Country <select name=country><option>France<option>Spain</select></label>
  <label>Colours <select name=colours multiple><option>red<option>green<option>blue</select></label>
  <label><input type=radio name=size value=s> Small</label><label><input type=radio name=size value=l> Large</label>
  <label><input type=checkbox name=terms> I agree</label><label>Photo <input name=photo type=file></label>
  <div contenteditable role=textbox aria-label=Bio></div><button>SEND</button></form><output id=out></output>`;
const WORLD = `<title>World</title><button onclick="window.open('/popup')">Open</button><button onclick="log.textContent += confirm('Sure?') + ' '">Ask</button>
  <iframe title=Outer src=/outer></iframe><label>File <input id=f type=file onchange="log.textContent += this.files[0].name + ' '"></label>
  <button id=choose onclick="f.click()">Choose</button>
  <div id=slow role=button aria-label=Piece style="width:40px;height:40px;background:red"></div><div id=goal role=button aria-label=Goal style="width:90px;height:90px;background:#ddd"></div>
  <p id=log role=status></p><script>
    let held = 0;
    slow.onmousedown = (event) => { event.preventDefault(); held = performance.now(); };
    onmouseup = (event) => { if (held > 0 && event.target === goal) log.textContent += 'dropped '; held = 0; };
  </script>`;
const OUTER = `<title>Outer</title><iframe title=Inner src=/inner></iframe>`;
const INNER = `<title>Inner</title><label>Coupon <input id=c></label><button onclick="o.textContent = 'used ' + c.value">Use</button><p id=o></p>`;
const POPUP = `<title>Popup</title><h1>Popup</h1><button onclick="document.body.append(prompt('Your name?'))">Name</button>`;

const page = (name: string): string => readFileSync(join(ROOT, 'test/pages', name), 'utf8');

/** The line of the snapshot, as a ref. */
async function ref(user: Cli, session: string, line: RegExp, at = 0): Promise<string> {
  const all = await user.ok('--no-fence', 'snapshot', '-i', '--session', session);
  const found = all.split('\n').filter((each) => line.test(each))[at];
  if (found === undefined) throw new Error(`${line} is not in\n${all}`);
  return /@e\d+/.exec(found)?.[0] ?? '';
}

test('sessions of all kinds pass as tests, and say what no test has a step for', async () => {
  await using site = await serve({
    '/todos': page('todomvc.html'),
    '/form': FORM,
    '/world': WORLD,
    '/outer': OUTER,
    '/inner': INNER,
    '/popup': POPUP,
    '/uppercase': page('cases/export-uppercase.html'),
    '/partial': page('cases/export-partial-type.html'),
    '/gone': page('cases/export-check-gone.html'),
  });
  await using user = cli({ env: { FIRST: 'correct horse', SECOND: 'battery staple' } });
  const texts: Record<string, string> = {};
  const inSession = (session: string) => {
    const run = (...words: readonly string[]): Promise<string> => user.ok(...words, '--session', session);
    const at = (line: RegExp, nth = 0): Promise<string> => ref(user, session, line, nth);
    return {
      run,
      at,
      click: async (line: RegExp, nth = 0): Promise<string> => run('click', await at(line, nth)),
      save: async (file: string): Promise<void> => {
        await run('export', 'spec', '-o', file);
        texts[file] = readFileSync(join(user.cwd, file), 'utf8');
      },
    };
  };
  specProject(user.cwd);
  writeFileSync(join(user.cwd, 'a.txt'), 'x');

  const todos = inSession('todos');
  await todos.run('goto', `${site.origin}/todos`);
  for (const title of ['Buy milk', 'Buy milk and bread', 'Write']) {
    await todos.run('fill', await todos.at(/What needs/), title);
    await todos.run('press', 'Enter');
  }
  await todos.run('wait', '--text', '3 items left');
  await todos.run('check', await todos.at(/"Toggle"/, 1));
  await todos.run('is', 'checked', await todos.at(/"Toggle"/, 1));
  await todos.run('dblclick', 'text=Write');
  await todos.run('fill', await todos.at(/"Edit"/), 'Write a test');
  await todos.run('press', 'Enter');
  await todos.click(/"COMPLETED"/i);
  await todos.run('wait', '--text', 'Buy milk and bread');
  await todos.click(/link.*"ALL"/i);
  await todos.run('hover', 'li >> nth=0');
  await todos.click(/"Delete"/);
  await todos.click(/"Clear completed"/);
  await todos.run('wait', '--text', '1 item left');
  await todos.save('todos.spec.ts');

  const form = inSession('form');
  await form.run('goto', `${site.origin}/form`);
  await form.run('fill', await form.at(/"Name"/), 'Ada');
  await form.run('fill', await form.at(/"City"/), 'Paris');
  await form.run('fill', await form.at(/"Name"/, 1), 'Grace');
  await form.run('fill', await form.at(/"Password"/), '--secret-env', 'FIRST');
  await form.run('fill', await form.at(/"Password"/, 1), 'battery staple');
  await form.run('fill', await form.at(/"Born"/), '2026-11-30');
  await form.run('fill', await form.at(/"Amount"/), '12');
  await form.run('fill', await form.at(/"Volume"/), '7');
  await form.run('fill', await form.at(/"Notes"/), 'two\nlines');
  await form.run('fill', await form.at(/"Bio"/), 'Someone');
  await form.run('select', await form.at(/combobox.*"Country"/), 'Spain');
  await form.run('select', await form.at(/listbox.*"Colours"/), 'red', 'blue');
  await form.run('check', await form.at(/"Large"/));
  await form.run('check', await form.at(/"I agree"/));
  await form.run('upload', await form.at(/"Photo"/), 'a.txt');
  await form.click(/"SEND"/);
  await form.run('wait', '--text', '"colours=blue","size=l","terms=on","photo=a.txt"');
  await form.save('form.spec.js');

  const world = inSession('world');
  await world.run('goto', `${site.origin}/world`);
  await world.click(/"Ask"/);
  await world.run('dialog-accept');
  await world.run('fill', await world.at(/"Coupon"/), 'TEN');
  await world.click(/"Use"/);
  await world.run('upload', await world.at(/"Choose"/), 'a.txt');
  await world.run('drag', '#slow', await world.at(/"Goal"/));
  await world.run('drag', await world.at(/"Piece"/), `${await world.at(/"Goal"/)}+20,20`, '--hold', '250');
  await world.run('wait', '--text', 'true a.txt dropped dropped');
  await world.click(/"Open"/);
  await world.run('tab', '2');
  await world.run('click', 'text=Name');
  await world.run('dialog-accept', 'Grace');
  await world.run('wait', '--text', 'Grace');
  await world.run('closetab');
  await world.save('world.spec.ts');

  const odd = inSession('odd');
  await odd.run('goto', `${site.origin}/uppercase`);
  await odd.click(/"LOG IN"/);
  await odd.run('wait', '--text', 'DONE');
  await odd.run('goto', `${site.origin}/partial`);
  const partial = await user.run(['type', await odd.at(/"A"/), 'abc', '--session', 'odd']);
  expect(partial.exit, String(partial)).toBe(1);
  await odd.run('type', await odd.at(/"B"/), 'x');
  await odd.run('value', await odd.at(/"B"/));
  await odd.run('goto', `${site.origin}/gone`);
  await odd.run('check', await odd.at(/"Done"/));
  await odd.run('select', '#p', 'high');
  await odd.save('odd.spec.mjs');

  expect(texts['odd.spec.mjs']).toContain(`await page.getByRole('button', { name: 'LOG IN' }).click();`);
  expect(texts['odd.spec.mjs']).toMatch(/\/\/ Left out: browse type \(it ended halfway: Typed 2 of 3 characters/);
  expect(texts['odd.spec.mjs']).toContain(`await page.locator('#p').selectOption(['high']);`);
  expect(texts['form.spec.js']).toContain(`given('FIRST')`);
  expect(texts['form.spec.js']).toContain(`.setInputFiles('a.txt');`);
  expect(Object.values(texts).join('')).not.toMatch(/correct horse|battery staple/);
  const secrets = { FIRST: 'correct horse', SPEC_PASSWORD: 'battery staple' };
  const { files, output } = await runSpecs(user.cwd, secrets);
  expect(files, `${Object.values(texts).join('\n')}\n${output}`).toEqual(
    Object.fromEntries(Object.keys(texts).map((file) => [file, 'passed'])),
  );
});
