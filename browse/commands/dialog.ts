/** Dialogs: they block their page, so these commands go beside its queue. */
import { quoted } from '../base/escape.ts';
import type { DialogTold } from '../domain/tabs/dialog.ts';
import { command } from './context.ts';
import type { Context } from './context.ts';

const what = ({ kind, message }: DialogTold): string => `${kind} ${quoted(message)}`;

async function answer(context: Context, how: 'accept' | 'dismiss', text?: string): Promise<DialogTold> {
  const told = await context.tab.dialogs.answer(how, text);
  // Its opening was told by the command that met it.
  context.tab.notices = context.tab.notices.filter((notice) => notice.kind !== 'dialog' || notice.dialog.at !== told.at);
  return told;
}

const accept = command({
  name: 'dialog-accept',
  family: 'act',
  summary: 'accept the open dialog, with TEXT for a prompt',
  effect: 'write',
  scope: 'browser',
  untargeted: 'always',
  recorded: [],
  operands: { text: { label: 'TEXT', optional: true, summary: 'the answer to a prompt' } },
  flags: {},
  examples: ['browse dialog-accept', 'browse dialog-accept "Ada"'],
  async run(context, { text }) {
    const told = await answer(context, 'accept', text);
    // What the page asks says whether the answer is a secret.
    if (text !== undefined) context.typed({ value: text, env: null, marks: [told.message.slice(0, 500)] });
    return told;
  },
  text: (told) => `Accepted ${what(told)}`,
});

const dismiss = command({
  name: 'dialog-dismiss',
  family: 'act',
  summary: 'dismiss the open dialog',
  effect: 'write',
  scope: 'browser',
  untargeted: 'always',
  recorded: [],
  operands: {},
  flags: {},
  examples: ['browse dialog-dismiss'],
  run: (context) => answer(context, 'dismiss'),
  text: (told) => `Dismissed ${what(told)}`,
});

const dialog = command({
  name: 'dialog',
  family: 'act',
  summary: "list the tab's dialogs, or set what happens to the session's next ones",
  effect: 'read',
  writesWith: ['clear', 'onDialog'],
  scope: 'browser',
  operands: {},
  flags: {
    clear: { type: 'boolean', summary: 'forget those that are answered' },
    onDialog: {
      type: 'choice',
      choices: ['accept', 'dismiss', 'ask'],
      value: 'HOW',
      summary: 'from now on, for the session: accept, dismiss, or ask (wait for you, the default)',
    },
  },
  examples: ['browse dialog', 'browse dialog --clear', 'browse dialog --on-dialog accept'],
  async run(context, { clear, onDialog }) {
    const { dialogs } = context.tab;
    if (onDialog !== undefined) await context.session.configure({ onDialog: onDialog === 'ask' ? null : onDialog });
    if (clear) dialogs.clear();
    return {
      dialogs: dialogs.history().map((told) => ({ ...told, at: new Date(told.at).toISOString() })),
      onDialog: context.session.settings().onDialog ?? 'ask',
      set: onDialog !== undefined,
      cleared: clear,
    };
  },
  text(result) {
    if (result.set) return `Dialogs of this session: ${result.onDialog}`;
    if (result.cleared) return 'Dialogs cleared';
    if (result.dialogs.length === 0) return '(no dialogs)';
    return result.dialogs.map(({ at, kind, message, outcome }) => `[${at}] [${kind}] ${quoted(message)} ${outcome}`).join('\n');
  },
});

export const dialogCommands = [accept, dismiss, dialog];
