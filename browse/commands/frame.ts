/** Which frame commands without a ref work in: frame. */
import { shownUrl } from '../domain/traffic/printable-url.ts';
import { frameTitle } from '../domain/tabs/frame.ts';
import type { FrameChoice } from '../domain/tabs/frame.ts';
import { ACTION_DEADLINE } from '../protocol/command.ts';
import { fail } from '../protocol/errors.ts';
import { MATCH_FLAGS, SEL, command } from './context.ts';

const frame = command({
  name: 'frame',
  family: 'tabs',
  summary: 'work in a frame from now on: selectors, snapshots, texts and scripts',
  effect: 'write',
  scope: 'tab',
  notRecorded: 'leaves the page as it is',
  deadline: ACTION_DEADLINE,
  operands: { selector: { ...SEL, label: 'SEL|main', optional: true, summary: 'the frame element, or main' } },
  flags: {
    name: { type: 'string', value: 'N', summary: 'by its name' },
    url: { type: 'string', value: 'P', summary: 'by a part of its address; * stands for anything' },
    ...MATCH_FLAGS,
  },
  examples: ['browse frame @e5', 'browse frame --name pay', 'browse frame --url checkout', 'browse frame main'],
  notes: ['goto, back, forward and reload lead back to the main frame. Refs work in every frame, whichever is chosen.'],
  async run(context, { selector, name, url, ...pick }) {
    const given = [selector, name, url].filter((each) => each !== undefined).length;
    if (given !== 1) fail('usage', { problem: 'frame takes one of SEL, main, --name and --url', hint: 'browse help frame' });
    const { page } = context.tab;
    const choice: FrameChoice =
      name !== undefined
        ? { kind: 'name', name }
        : url !== undefined
          ? { kind: 'url', url }
          : selector === 'main' || selector === undefined
            ? { kind: 'main' }
            : { kind: 'element', target: (await context.target(selector, pick)).identity };
    return { frame: await page.enterFrame(choice, context.bound) };
  },
  text: ({ frame: entered }) =>
    entered === null
      ? 'Switched to the main frame'
      : `Switched to frame ${frameTitle(entered)}${entered.name === '' ? '' : ` → ${shownUrl(entered.url)}`}`,
});

export const frameCommands = [frame];
