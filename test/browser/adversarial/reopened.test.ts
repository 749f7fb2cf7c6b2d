/**
 * A page that opens its document anew under an input: that takes every listener away, ours too, while the element may stay what it
 * was. What it puts in the element's place must not get the rest of the input.
 */
import { describe, expect, test } from 'vitest';
import { within } from '../../support/browser.ts';
import { CLICK, matching } from '../../support/finding.ts';
import { openStage } from '../../support/stage.ts';
import { BrowseError } from '../../../browse/protocol/errors.ts';
import type { MouseAct } from '../../../browse/domain/ports/page.ts';

const stage = openStage();
const { js } = stage;

const STYLE = '<style>button,label{width:100px;height:30px;position:absolute;top:10px;left:10px}</style>';
/** `reopen(KIND)` keeps the element, and puts a button over it or a field that takes the focus beside it. */
const PAGE = `${STYLE}<button id=keep>Keep</button><br><br><br><input id=good aria-label=Good>
<script>
  globalThis.hits = [];
  keep.addEventListener('click', () => hits.push('keep'));
  good.addEventListener('input', () => hits.push('good ' + good.value));
  const stranger = (kind) => {
    const made = document.createElement(kind);
    made.style.zIndex = 9;
    for (const type of ['pointerdown', 'mousedown', 'mouseup', 'click', 'keydown', 'input']) made.addEventListener(type, () => hits.push(type + ' on a stranger'));
    document.body.append(made);
    if (kind === 'input') made.focus();
  };
  globalThis.reopen = (element, kind) => {
    document.open(); document.write(${JSON.stringify(STYLE)} + '<body></body>'); document.close();
    document.body.append(element);
    stranger(kind);
  };
</script>`;

async function show(on: string): Promise<void> {
  stage.site.on('/page', PAGE);
  await stage.page.goto(`${stage.site.origin}/page`, 'load', within());
  await stage.page.evaluate(`${on}; null`, null, within());
}
const act = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof BrowseError ? error.code : String(error)),
  );

const CLICKS: readonly (readonly [how: string, act: Partial<MouseAct>])[] = [
  ['click', {}],
  ['click --force', { force: true }],
  ['click --double', { count: 2 }],
  ['click --button right', { button: 'right' }],
];

describe.each(CLICKS)('a %s', (_, more) => {
  test.each(['pointerover', 'mouseover', 'pointermove', 'pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'])(
    'under which the page opens its document anew at %s reaches no stranger',
    async (type) => {
      await show(`{ const element = keep; element.addEventListener('${type}', () => reopen(element, 'button'), { once: true }) }`);
      const target = await matching(stage.page, '#keep');
      const outcome = await act(stage.page.click(target, { ...CLICK, ...more }, within(1500)));
      const hits = (await js('hits')) as readonly string[];
      expect({ outcome, strangers: hits.filter((hit) => hit.includes('stranger')) }).toEqual({
        outcome: expect.any(String),
        strangers: [],
      });
    },
  );
});

test.each(['keydown', 'keypress', 'beforeinput', 'input'])(
  'typing under which the document is opened anew at %s goes into no other field',
  async (type) => {
    await show(`{ const element = good; element.addEventListener('${type}', () => reopen(element, 'input'), { once: true }) }`);
    const outcome = await act(stage.page.append(await matching(stage.page, '#good'), 'secret', within(2000)));
    const hits = (await js('hits')) as readonly string[];
    const [typed, elsewhere] = (await js('[...document.querySelectorAll("input")].map(({ value }) => value)')) as readonly string[];
    expect({ strangers: hits.filter((hit) => hit.includes('stranger')), elsewhere }).toEqual({ strangers: [], elsewhere: '' });
    // The browser may give the focus back: then all of it is where it was meant to be.
    expect(outcome).toBe(typed === 'secret' ? 'done' : 'focus-moved');
  },
);
