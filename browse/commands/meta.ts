/** About the program itself: help and the demo. */
import { fail } from '../protocol/errors.ts';
import { command } from './context.ts';
import { stepValue } from './script.ts';
import type { Step } from './context.ts';
import { clientCommands } from './daemon.ts';
import { DEMO_URL } from './demo-page.ts';

const help = command({
  name: 'help',
  family: 'meta',
  summary: 'list the commands, or explain one',
  effect: 'read',
  scope: 'client',
  operands: { words: { label: 'COMMAND', optional: true, variadic: true, summary: 'its name or an alias' } },
  flags: {},
  notes: ['With --json it prints a JSON schema of what the commands take, by name: of all of them, or of those that COMMAND means.'],
  examples: ['browse help', 'browse help click', 'browse help session list', 'browse help --json'],
  run: async (): Promise<never> => fail('usage', { problem: 'help is printed by the browse program itself', hint: 'browse help' }),
  text: () => '',
});

type Shown = { readonly steps: readonly (Step & { readonly line: string })[] };

/** The ref of the first node of a snapshot that has this role and name. */
function refOf(snapshot: string, node: string): string {
  const found = snapshot.split('\n').find((line) => line.includes(node));
  return /@e\d+/.exec(found ?? '')?.[0] ?? fail('element-missing', { selector: node });
}

const demo = command({
  name: 'demo',
  family: 'meta',
  summary: 'do the main job once on a page of our own: look, fill, click, read',
  effect: 'write',
  scope: 'daemon',
  prints: 'data',
  operands: {},
  flags: {},
  examples: ['browse demo'],
  async run(context): Promise<Shown> {
    const steps: (Step & { line: string })[] = [];
    // A session of its own: whatever the caller's tab shows stays as it is.
    const session = `demo-${Math.round(context.clock.now()).toString(36)}`;
    const step = async (line: string, argv: readonly string[]): Promise<Step> => {
      const done = await context.run(['--session', session, ...argv]);
      steps.push({ ...done, line });
      return done;
    };
    const plan = async (): Promise<void> => {
      if ((await step('browse goto <the demo page>', ['goto', DEMO_URL])).exit !== 0) return;
      const seen = await step('browse snapshot -i', ['snapshot', '-i', '--no-fence']);
      if (seen.exit !== 0) return;
      const [field, button] = [refOf(seen.text, '[textbox] "Your name"'), refOf(seen.text, '[button] "Greet"')];
      if ((await step(`browse fill ${field} Ada`, ['fill', field, 'Ada'])).exit !== 0) return;
      if ((await step(`browse click ${button}`, ['click', button])).exit !== 0) return;
      await step("browse text '#greeting'", ['text', '#greeting', '--no-fence']);
    };
    try {
      await plan();
    } finally {
      await context.run(['session', 'close', session]);
    }
    const failed = steps.find((each) => each.exit !== 0);
    if (failed?.error) context.failed(failed.exit, failed.error);
    return { steps };
  },
  text: ({ steps }) => steps.map(({ line, text, error }) => `$ ${line}\n${error === null ? text : error.message}`).join('\n'),
  json: ({ steps }) => ({ steps: steps.map(stepValue) }),
});

export const metaCommands = [help, ...clientCommands, demo];
