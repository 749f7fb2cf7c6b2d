/** Filling editable documents: their text is the page's own model, and afterwards that has exactly what was asked for. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { within } from '../support/browser.ts';
import { failureOf, matching } from '../support/finding.ts';
import { openStage } from '../support/stage.ts';

const stage = openStage();
const { show, js } = stage;
const page = (name: string): string => readFileSync(new URL(`../pages/cases/${name}.html`, import.meta.url), 'utf8');
const fill = async (selector: string, value: string, ms = 3000): Promise<unknown> =>
  stage.page.fill(await matching(stage.page, selector), value, within(ms));

// C1
test('a model that changes in beforeinput has the new text', async () => {
  await show(page('beforeinput-editor'));
  await fill('#ed', 'brand new');
  expect(await js('m.value')).toBe('brand new');
  await fill('#ed', 'two\nlines');
  expect(await js('m.value')).toBe('two\nlines');
});

// C2
test('a document of which a part is drawn is replaced as a whole', async () => {
  await show(page('virtual-editor'));
  await fill('#ed', 'short');
  expect(await js('o.textContent')).toBe('1 lines, first short');
});
