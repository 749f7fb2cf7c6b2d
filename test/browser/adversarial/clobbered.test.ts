/** Pages that overwrote the natives, or hid properties behind the names of elements, fool nobody. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adversary, type Adversary, type Scene } from '../../support/adversary.ts';
import { within } from '../../support/browser.ts';

let rig: Adversary;
beforeAll(async () => {
  rig = await adversary();
});
afterAll(() => rig[Symbol.asyncDispose]());

/** The page's own world answers nothing sensible any more, so what happened is asked of the site's storage from a clean page. */
async function events(scene: Scene): Promise<readonly string[]> {
  const clean = await rig.scene();
  await clean.page.goto(`${rig.site.origin}/adversarial/pointer.html`, 'load', within());
  const { events: seen } = await clean.state();
  await clean.js('ledger.clear()');
  await clean.page.close();
  await scene.page.close();
  return seen;
}

async function opened(name: string): Promise<Scene> {
  const scene = await rig.scene();
  await scene.page.goto(`${rig.site.origin}/adversarial/${name}`, 'load', within());
  return scene;
}

const onlyTouches = (seen: readonly string[], mark: string): void =>
  expect([...new Set(seen.map((event) => event.replace(/^\w+ /, '')))]).toEqual([mark]);

describe.each(['clobbered-natives.html', 'clobbered-dom.html'])('%s', (name) => {
  test('the snapshot prints what is there', async () => {
    const scene = await opened(name);
    const printed = (await scene.snapshot()).join('\n');
    await scene.page.close();
    expect(printed).toMatch(/\[button\] "Keep"/);
    expect(printed).toMatch(/\[button\] "Delete"/);
  });

  test('a click reaches the button that was printed', async () => {
    const scene = await opened(name);
    await scene.snapshot();
    const outcome = await scene.click(scene.ref('button', 'Keep'));
    const seen = await events(scene);
    expect(outcome).toMatchObject({ done: true });
    expect(seen).toContain('click Keep');
    expect(seen.filter((event) => event.includes('Delete'))).toEqual([]);
  });

  test('a fill reaches the field that was printed', async () => {
    const scene = await opened(name);
    await scene.snapshot();
    const field = name === 'clobbered-dom.html' ? 'City' : 'Name';
    const target = scene.ref('textbox', field);
    const outcome = await scene.fill(target, 'Ghent');
    const now = await scene.page.text(target, within());
    onlyTouches(await events(scene), field);
    expect(outcome).toMatchObject({ done: true });
    expect(now).toBe('Ghent');
  });

  test('typing, selectors and reads work', async () => {
    const scene = await opened(name);
    const { count, found } = await scene.page.query('css=[data-mark=Keep]', 3, within());
    expect({ count, name: found[0]?.identity.name }).toEqual({ count: 1, name: 'Keep' });
    await scene.snapshot();
    const field = scene.ref('textbox', name === 'clobbered-dom.html' ? 'City' : 'Name');
    const outcome = await scene.attempt(scene.page.append(field, 'xyz', within()));
    const [text, html, attributes, box, visible] = [
      await scene.page.text(field, within()),
      await scene.page.html(field, within()),
      await scene.page.attributes(field, within()),
      await scene.page.box(field, within()),
      await scene.page.is(field, 'visible', within()),
    ];
    await events(scene);
    expect(outcome).toMatchObject({ done: true });
    expect({ text, visible, html, mark: attributes['data-mark'], box }).toEqual({
      text: 'xyz',
      visible: true,
      html: expect.stringContaining('data-mark'),
      mark: name === 'clobbered-dom.html' ? 'City' : 'Name',
      box: expect.objectContaining({ width: expect.any(Number) }),
    });
  });
});

test('a form whose children hide all its properties is printed and read', async () => {
  const scene = await opened('clobbered-dom.html');
  const form = await scene.find('css=#form');
  const [html, attributes, visible, box, text] = [
    await scene.page.html(form, within()),
    await scene.page.attributes(form, within()),
    await scene.page.is(form, 'visible', within()),
    await scene.page.box(form, within()),
    await scene.page.text(form, within()),
  ];
  await scene.page.close();
  expect({ html: html.slice(0, 5), mark: attributes['data-mark'], visible, box, text: text.includes('City') }).toEqual({
    html: '<form',
    mark: 'form',
    visible: true,
    box: expect.objectContaining({ height: expect.any(Number) }),
    text: true,
  });
});

test('text and markup of a page whose document is clobbered are its own', async () => {
  const scene = await opened('clobbered-dom.html');
  expect(await scene.page.text(null, within())).toContain('City');
  expect(await scene.page.html(null, within())).toContain('data-mark="City"');
  expect(await scene.page.title(within())).toBe('Clobbered DOM');
  await scene.page.close();
});

test('an editor in a clobbered document is filled', async () => {
  const scene = await opened('clobbered-dom.html');
  await scene.snapshot();
  const target = scene.ref('textbox', 'Editor');
  const outcome = await scene.fill(target, 'Anew');
  const text = await scene.page.text(target, within());
  await events(scene);
  expect({ outcome, text }).toEqual({ outcome: expect.objectContaining({ done: true }), text: 'Anew' });
});

test('every page here can be opened and printed without an error', async () => {
  const names = readdirSync(fileURLToPath(new URL('../../pages/adversarial/', import.meta.url))).filter((name) => name.endsWith('.html'));
  expect(names.length).toBeGreaterThan(4);
  const scene = await rig.scene();
  for (const name of names) {
    await scene.page.goto(`${rig.site.origin}/adversarial/${name}`, 'load', within());
    expect((await scene.snapshot()).length, name).toBeGreaterThan(0);
    expect(readFileSync(fileURLToPath(new URL(`../../pages/adversarial/${name}`, import.meta.url)), 'utf8')).toContain('ledger.js');
  }
  await scene.page.close();
});
