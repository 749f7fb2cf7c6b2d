/** What the browser answers when a site asks for a user and a password (HTTP authentication). Kept per session in the settings. */
import { oneLine } from '../base/escape.ts';
import { secretForms, shown } from '../domain/credentials.ts';
import { fail } from '../protocol/errors.ts';
import { command, originFor } from './context.ts';
import type { Context } from './context.ts';
import type { Credentials } from '../domain/ports/browser.ts';

const refuse = (problem: string): never => fail('usage', { problem, hint: 'browse help credentials' });

/** The password, from where no list of processes and no history shows it. Fails with `usage`, which never repeats it. */
function passwordOf(context: Context, word: string | undefined, secretEnv: string | undefined): string {
  if (secretEnv !== undefined) {
    if (word !== undefined) return refuse('credentials takes - or --secret-env, not both');
    return context.caller.env[secretEnv] || refuse(`The variable ${secretEnv} is not set`);
  }
  if (word !== '-') return refuse('credentials takes the password from stdin (credentials USER -) or from --secret-env NAME');
  return context.caller.stdin?.replace(/\r?\n$/, '') || refuse('credentials - reads the password from stdin, which is empty');
}

const credentials = command({
  name: 'credentials',
  family: 'emulate',
  summary: 'answer an origin that asks for a user and a password; without USER, list',
  effect: 'write',
  scope: 'browser',
  opens: true,
  notRecorded: 'a test has no such step',
  stdin: 'dash',
  operands: {
    username: { label: 'USER', optional: true, summary: 'who to be' },
    password: { label: '-', optional: true, summary: 'the password, from stdin' },
  },
  flags: {
    secretEnv: { type: 'string', value: 'NAME', summary: 'take the password from this variable of yours' },
    origin: { type: 'string', value: 'URL', summary: "the one origin that is answered; default: the tab's" },
    remove: { type: 'boolean', summary: 'forget those of the origin' },
  },
  examples: [
    'browse credentials ada - --origin https://staging.example.com',
    'browse credentials ada --secret-env PASSWORD',
    'browse credentials',
    'browse credentials --remove',
  ],
  notes: [
    'No other origin ever gets them. They are sent when the origin asks for them (401), not before.',
    'What a site has accepted once, the browser itself goes on sending to it until browse restart.',
  ],
  async run(context, { username, password, secretEnv, origin, remove }) {
    const before = context.session.settings().credentials ?? [];
    if (username === undefined && !remove) {
      if (secretEnv !== undefined || origin !== undefined) refuse('credentials needs USER, or --remove');
      return { did: 'list' as const, credentials: before.map(shown) };
    }
    if (remove && (username !== undefined || secretEnv !== undefined)) refuse('credentials takes USER or --remove, not both');
    const scope = originFor(context, 'credentials', origin, 'browse credentials USER - --origin https://example.com');
    const others = before.filter((each) => each.origin !== scope);
    if (username === undefined) {
      await put(context, others);
      return { did: 'remove' as const, origin: scope, there: others.length < before.length };
    }
    // A colon ends the user's name on the wire.
    // eslint-disable-next-line no-control-regex -- a header may not hold them
    if (username === '' || /[:\u0000-\u001f\u007f]/.test(username))
      refuse("A user's name has no colon and no control characters, and is not empty");
    const made: Credentials = { username, password: passwordOf(context, password, secretEnv), origin: scope };
    for (const secret of secretForms(made)) context.traffic.learn(secret, false);
    await put(context, [...others, made]);
    return { did: 'set' as const, ...shown(made) };
  },
  text(result) {
    switch (result.did) {
      case 'list':
        return result.credentials.length === 0
          ? '(no credentials)'
          : result.credentials.map(({ username, origin }) => `${oneLine(username)} for ${origin}`).join('\n');
      case 'set':
        return `Credentials set: ${oneLine(result.username)} for ${result.origin}`;
      case 'remove':
        return result.there
          ? `Credentials removed for ${result.origin}; what it has accepted the browser may still send it until browse restart`
          : `No credentials for ${result.origin}`;
    }
  },
  json: (result) => {
    if (result.did === 'list') return result.credentials;
    const { did: _, ...rest } = result;
    return rest;
  },
});

/** In the browser and in the settings. */
async function put(context: Context, all: readonly Credentials[]): Promise<void> {
  await context.session.browser.setCredentials(all);
  await context.session.configure({ credentials: all.length === 0 ? null : all });
}

export const credentialCommands = [credentials];
