/** Who sent a command, which session is meant by a folder or an agent, and who knows the page of a tab. A14. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agentTag, callerKey } from '../../browse/domain/callers.ts';
import { agentSession, outsideModules, projectOf, sessionFolder, sessionName } from '../../browse/domain/project.ts';
import { Audience } from '../../browse/domain/tabs/audience.ts';
import { AGENT_VARIABLES, agentIn } from '../../browse/protocol/agents.ts';
import { commandVariables, daemonVariables } from '../../browse/protocol/environment.ts';

const CLAUDE = '8a718ed2-2856-435b-bd9a-63c5b8291b42';
const CODEX = '019d1afb-b2c7-72d3-b240-f3ee9d31b2c9';

describe('an agent', () => {
  test.each(AGENT_VARIABLES)('is known by %s, which travels with a command and stays out of the daemon', (name) => {
    expect(agentIn({ [name]: 'x' })).toBe('x');
    expect(commandVariables({ [name]: 'x' }, ['url'])).toEqual({ [name]: 'x' });
    expect(daemonVariables({ [name]: 'x' })).toEqual({});
  });

  test('that no variable names is not guessed', () => {
    expect(agentIn({ CLAUDECODE: '1', CODEX_SANDBOX: 'seatbelt', CURSOR_AGENT: '1', GEMINI_CLI: '1', TERM_PROGRAM: 'vscode' })).toBeNull();
    expect(agentIn({ CLAUDE_CODE_SESSION_ID: '' })).toBeNull();
  });

  test('that another one started is neither that one nor its sister', () => {
    const outer = agentIn({ CODEX_THREAD_ID: CODEX });
    const [one, two] = ['a', 'b'].map((id) => agentIn({ CODEX_THREAD_ID: CODEX, CLAUDE_CODE_SESSION_ID: id }));
    expect(new Set([outer, one, two]).size).toBe(3);
  });

  test('has a session of its own in a project: the first characters of its id, or of its hash where those would be shared', () => {
    expect(agentSession('shop-1a2b3c', CLAUDE)).toBe('shop-1a2b3c~8a718e');
    expect(projectOf('shop-1a2b3c~8a718e')).toBe('shop-1a2b3c');
    expect(projectOf('shop-1a2b3c')).toBeNull();
    // A time is in front: all threads of some hours begin alike.
    expect(agentTag(CODEX)).not.toBe(agentTag(CODEX.replace(/c9$/, 'c8')));
    for (const [one, two] of [
      ['agent-one', 'agent-two'],
      ['T-1111', 'T-1112'],
      ['ses_01234567', 'ses_01234568'],
    ] as const)
      expect(agentTag(one)).not.toBe(agentTag(two));
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (id) => {
        expect(sessionName(agentSession('shop-1a2b3c', id))).toMatch(/^shop-1a2b3c~[0-9a-f]{6}$/);
      }),
    );
  });
});

describe('a caller', () => {
  test('is its agent, else its terminal, else unknown', () => {
    expect(callerKey({ CLAUDE_CODE_SESSION_ID: CLAUDE }, '1.34816')).toMatch(/^agent /);
    expect(callerKey({}, '1.34816')).toBe('terminal 1.34816');
    expect(callerKey({}, undefined)).toBeNull();
  });
});

describe('a folder without a project', () => {
  const nowhere = ['/', '/tmp', '/home/ada'];
  const none = (): boolean => false;

  test('has a session of its own, but for those that everything lies in', () => {
    expect(sessionFolder('/home/ada/notes', none, nowhere)).toBe('/home/ada/notes');
    for (const shared of nowhere) expect(sessionFolder(shared, none, nowhere)).toBeNull();
  });

  test('means the session of the nearest folder above that has one', () => {
    const known = (folder: string): boolean => ['/home/ada/a', '/home/ada/a/b/c'].includes(folder);
    expect(sessionFolder('/home/ada/a/b', known, nowhere)).toBe('/home/ada/a');
    expect(sessionFolder('/home/ada/a/b/c/d', known, nowhere)).toBe('/home/ada/a/b/c');
    expect(sessionFolder('/home/ada/ab', known, nowhere)).toBe('/home/ada/ab');
    // A folder that everything lies in is nobody's, whatever has been there.
    expect(sessionFolder('/home/ada/x', (folder) => folder === '/home/ada', nowhere)).toBe('/home/ada/x');
  });

  test('is never one inside node_modules', () => {
    expect(outsideModules('/a/node_modules/b/node_modules/c')).toBe('/a');
    expect(outsideModules('/node_modules')).toBe('/');
    expect(outsideModules('/a/my_node_modules/b')).toBe('/a/my_node_modules/b');
    expect(sessionFolder('/home/ada/a/node_modules/b', none, nowhere)).toBe('/home/ada/a');
  });
});

describe('the page of a tab', () => {
  const [ada, bob] = ['terminal 1', 'agent 2'];

  test('that a caller opened is known to that caller, and not to another one until it looks', () => {
    const page = new Audience();
    page.acts(ada);
    page.arrived(false);
    for (const aim of ['nothing', 'selector', 'ref'] as const) expect(page.objection(ada, aim)).toBeNull();
    expect(page.objection(bob, 'selector')).toEqual({ why: 'unseen', by: 'another terminal' });
    expect(page.objection(bob, 'nothing')).toEqual({ why: 'unseen', by: 'another terminal' });
    page.looked(bob);
    expect(page.objection(bob, 'selector')).toBeNull();
    // Its click goes to another page: now that is its own.
    page.acts(bob);
    page.arrived(false);
    expect(page.objection(bob, 'selector')).toBeNull();
    expect(page.objection(ada, 'selector')).toEqual({ why: 'unseen', by: 'another agent' });
  });

  test('is never refused to a caller that cannot be told apart, nor when such a one has opened it', () => {
    const page = new Audience();
    page.acts(ada);
    page.arrived(false);
    expect(page.objection(null, 'selector')).toBeNull();
    page.acts(null);
    page.arrived(false);
    expect(page.objection(ada, 'selector')).toBeNull();
  });

  test('a ref is taken from who has never looked here: it was told that by another; it is not from who may have an older one', () => {
    const page = new Audience();
    page.acts(bob);
    page.arrived(false);
    expect(page.objection(ada, 'ref')).toBeNull();
    page.looked(ada);
    page.acts(bob);
    page.arrived(false);
    expect(page.objection(ada, 'ref')).toEqual({ why: 'unseen', by: 'another agent' });
  });

  test('that was loaded again is known to nobody, however it goes on by itself, until somebody acts', () => {
    const page = new Audience();
    page.acts(ada);
    page.arrived(false);
    page.reloading('the daemon was killed');
    page.arrived(false);
    page.arrived(false);
    expect(page.objection(ada, 'nothing')).toEqual({ why: 'reloaded', after: 'the daemon was killed' });
    expect(page.objection(null, 'nothing')).toEqual({ why: 'reloaded', after: 'the daemon was killed' });
    expect(page.objection(ada, 'selector')).toBeNull();
    page.looked(ada);
    expect(page.objection(ada, 'nothing')).toBeNull();
    page.acts(ada);
    page.arrived(false);
    expect(page.objection(ada, 'nothing')).toBeNull();
  });

  test('that is blank gets nothing that was meant for whatever is there, unless a page made it', () => {
    expect(new Audience().objection(null, 'nothing')).toEqual({ why: 'blank' });
    expect(new Audience().objection(ada, 'selector')).toBeNull();
    const popup = new Audience(ada);
    popup.popup();
    expect(popup.objection(ada, 'nothing')).toBeNull();
  });
});
