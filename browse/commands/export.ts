/** Handing on what was done: the session's log as a test that others can run. */
import { counted } from '../base/span.ts';
import { recordedActionFrom } from '../domain/export/recorded-action.ts';
import { specOf } from '../domain/export/spec.ts';
import { fail } from '../protocol/errors.ts';
import { command } from './context.ts';
import { sinceFrom } from './traffic-lines.ts';

/** Commands that an export holds at most: the newest. */
const LIMIT = 5_000;

const spec = command({
  name: 'export spec',
  family: 'script',
  summary: 'print what was done in the session as a @playwright/test spec',
  effect: 'read',
  scope: 'daemon',
  operands: {},
  flags: {
    since: { type: 'string', value: 'TIME', summary: 'what was done since: 5m, 30s, or an ISO time (default: since the daemon started)' },
    output: { type: 'string', short: 'o', value: 'FILE', summary: 'into FILE' },
  },
  examples: ['browse export spec', 'browse export spec --since 10m -o login.spec.ts'],
  notes: [
    'Elements are found by role and name, with their row or list item where several are alike; by your selector where you gave one.',
    'What you waited for (wait, is, value) becomes an expectation. Commands that failed are left out.',
    'A value is kept when it is no secret: not from --secret-env or stdin, not for a password field or one that is named like a secret,',
    'and not like a key or a card number itself. All others are read from environment variables, which the first lines name.',
    'Each value that is not kept has a variable of its own. FILE.js is JavaScript; files below your folder are named from there.',
    'What ended halfway is a comment that says how far it came.',
    'What has no place in a test, or was not kept (js, cookie, header ...), becomes a comment, and is counted on stderr.',
  ],
  async run(context, { since, output }) {
    const { name } = context.sessions.status();
    const from = sinceFrom(since, context.clock.now(), 'export spec') ?? Date.parse(context.status().startedAt);
    const filter = { session: name, tab: null, since: from, grep: null, trace: null, after: null, limit: LIMIT, errors: false } as const;
    const { rows, total } = await context.traffic.ask({ ask: 'events', filter: { ...filter, kinds: ['command'] } }, context.bound);
    const actions = rows.flatMap(({ detail }) => recordedActionFrom(detail[0] ?? '') ?? []);
    const language = /\.cjs$/i.test(output ?? '') ? 'commonjs' : /\.m?jsx?$/i.test(output ?? '') ? 'javascript' : 'typescript';
    const written = specOf(name, actions, { language, folder: context.caller.cwd });
    if (written.commands === 0) return fail('nothing-done', { session: name });
    const { text, commands, leftOut, variables } = written;
    const names = [...new Set(leftOut.map((each) => each.command))].join(', ');
    if (total > rows.length)
      context.tell({ kind: 'note', text: `${counted(total - rows.length, 'command')} before these ${rows.length} left out` });
    if (leftOut.length > 0) context.tell({ kind: 'note', text: `${counted(leftOut.length, 'command')} could not be expressed: ${names}` });
    if (variables.length > 0) context.tell({ kind: 'note', text: `To run it, set ${variables.join(', ')}` });
    const saved = output === undefined ? null : context.path(output);
    if (saved !== null) await context.files.write(saved, text, 0o666 & ~context.caller.umask);
    return { spec: text, saved, commands, leftOut, variables };
  },
  text: ({ spec: text, saved, commands }) => (saved === null ? text.trimEnd() : `Exported ${counted(commands, 'command')} to ${saved}`),
  json: ({ spec: text, saved, ...rest }) => (saved === null ? { spec: text, ...rest } : { saved, ...rest }),
});

export const exportCommands = [spec];
