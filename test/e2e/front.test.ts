/**
 * What the executable does before its runtime begins, against a daemon that the test plays: what it is told, what it prints of
 * whatever answer, and that nothing is sent twice when the runtime takes over.
 */
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { once } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clock } from '../../browse/adapters/node/clock.ts';
import { nodeProcesses } from '../../browse/adapters/node/processes.ts';
import { COMMAND_NAMES } from '../../browse/protocol/environment.ts';
import type { ArgvReply, ArgvRequest, CommandFate } from '../../browse/protocol/wire.ts';
import { cli } from '../support/cli.ts';
import type { Cli } from '../support/cli.ts';
import { eventually } from '../support/processes.ts';
import { SEED, rounds } from '../support/rounds.ts';

/** Only there does anything run before the runtime. */
const HERE = process.platform === 'linux' && process.arch === 'x64';

type Asked = { readonly path: string; readonly request: ArgvRequest; readonly token: string };
type Played = AsyncDisposable & {
  readonly user: Cli;
  /** Every request, in order. */
  readonly asked: readonly Asked[];
  /** Answers commands from now on. */
  play(answer: (response: ServerResponse, request: ArgvRequest) => void): void;
  /** Answers the question what became of a command. */
  fate: CommandFate;
  record(change?: object): void;
};

const reply = (id: string, own: Partial<ArgvReply> = {}): string => JSON.stringify({ id, exit: 0, stdout: '', stderr: '', ...own });

async function played(): Promise<Played> {
  const user = cli();
  const run = join(user.home, 'run');
  mkdirSync(run, { recursive: true, mode: 0o700 });
  const [, version = '', id = ''] = /^browse (\S+) \(build (\S+),/.exec(await user.ok('--version')) ?? [];
  const asked: Asked[] = [];
  const state: { answer: (response: ServerResponse, request: ArgvRequest) => void; fate: CommandFate } = {
    answer: (response, request) => void response.end(reply(request.id)),
    fate: { state: 'unknown' },
  };
  const server: Server = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const text = Buffer.concat(parts).toString();
      const request = (text === '' ? {} : JSON.parse(text)) as ArgvRequest;
      const path = incoming.url ?? '';
      asked.push({ path, request, token: incoming.headers.authorization ?? '' });
      if (path === '/v1/argv') state.answer(response, request);
      else if (path === '/v1/fate') response.end(JSON.stringify(state.fate));
      else response.end(JSON.stringify({ pid: process.pid, nonce: 'test', state: 'ready', running: 1 }));
    });
  });
  server.listen(join(run, 'test.sock'));
  await once(server, 'listening');
  const record = (change: object = {}): void =>
    writeFileSync(
      join(run, 'daemon.json'),
      JSON.stringify({
        process: nodeProcesses(clock).self(),
        nonce: 'test',
        endpoint: { kind: 'unix', path: join(run, 'test.sock') },
        token: 'a-token',
        build: { version, id, stamp: 0, protocol: 1 },
        startedAt: new Date().toISOString(),
        refreshedAt: null,
        state: 'ready',
        ...change,
      }),
    );
  record();
  return {
    user,
    asked,
    record,
    play: (answer) => (state.answer = answer),
    get fate() {
      return state.fate;
    },
    set fate(fate) {
      state.fate = fate;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      rmSync(run, { recursive: true });
      await user[Symbol.asyncDispose]();
    },
  };
}

/** Whatever a shell can pass: no zero byte. */
const word = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('\0', ''));
/** Control characters, quotes, halves of surrogate pairs. */
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom('\ud800', '\udc00x', '"\\\n\t\u0000\u001f\u007f\u2028'),
);
const runs = { numRuns: rounds(400, 40), seed: SEED };

test.runIf(HERE)('the daemon is told what was typed, by whom and where', async () => {
  await using daemon = await played();
  const { user, asked } = daemon;
  const folder = join(user.cwd, 'a "quoted" \\ ürdner');
  mkdirSync(folder);
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 5 }), word, async (words, value) => {
      const argv = ['title', ...words.filter((each) => !['-', '-h', '-f', '--help', '--follow'].includes(each))];
      const env = { BROWSE_SOMETHING: value, COLUMNS: '80', SECRET: 'not to be told', NO_COLOR: undefined };
      const run = await user.run(['-c', 'umask 022; exec "$@"', 'bash', user.binary, ...argv], { cwd: folder, env, binary: 'bash' });
      expect(run.exit).toBe(0);
      const { request, token } = asked.at(-1) as Asked;
      const named = Object.entries({ ...user.env, ...env }).filter(
        ([name, each]) => each !== undefined && (COMMAND_NAMES.includes(name) || name.startsWith('BROWSE_')),
      );
      expect(request).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        argv,
        cwd: folder,
        umask: 0o022,
        env: Object.fromEntries(named),
        tty: false,
        build: expect.objectContaining({ protocol: 1 }),
      });
      expect(token).toBe('Bearer a-token');
    }),
    runs,
  );
  expect(new Set(asked.map(({ request }) => request.id)).size).toBe(asked.length);
});

test.runIf(HERE)('an answer is printed to the letter, whatever it holds and in whatever pieces it comes', async () => {
  await using daemon = await played();
  const { user } = daemon;
  await fc.assert(
    fc.asyncProperty(
      anything,
      anything,
      fc.constantFrom(0, 1, 2, 3, 4, 5, 70, 130),
      fc.nat(),
      fc.boolean(),
      async (stdout, stderr, exit, cut, more) => {
        daemon.play((response, { id }) => {
          const error = { code: 'usage', message: '"exit":9,"stdout":"no"', hint: '', retryable: false };
          const body = Buffer.from(
            reply(id, { stdout, stderr, exit: exit as ArgvReply['exit'], ...(more ? { error: error as never } : {}) }),
          );
          response.setHeader('Content-Length', body.length);
          const at = cut % body.length;
          response.write(body.subarray(0, at), () => void response.end(body.subarray(at)));
        });
        const run = await user.run(['title']);
        expect([run.exit, run.stdout, run.stderr]).toEqual([exit, Buffer.from(stdout).toString(), Buffer.from(stderr).toString()]);
      },
    ),
    runs,
  );
});

test.runIf(HERE)('a long answer is printed whole, and a reader that leaves is no failure', async () => {
  await using daemon = await played();
  const { user } = daemon;
  const stdout = 'äbc\n'.repeat(1_000_000);
  daemon.play((response, { id }) => void response.end(reply(id, { stdout })));
  const whole = await user.run(['title']);
  expect([whole.exit, whole.stdout === stdout]).toEqual([0, true]);
  const script = (line: string): Promise<unknown> => user.run(['-c', line, 'bash', user.binary], { binary: 'bash' });
  expect(await script('"$1" title | head -c 4; echo " ${PIPESTATUS[0]}"')).toMatchObject({ stdout: 'äbc 0\n', stderr: '' });
  daemon.play((response, { id }) => void response.end(reply(id, { stdout: 'x', stderr: 'said once\n' })));
  expect(await script('"$1" title > /dev/full; echo "$?"')).toMatchObject({
    stdout: '5\n',
    stderr: expect.stringMatching(
      /^said once\nCannot write stdout: .*no space.*; the command had ended with status 0\. Run: browse doctor\n$/,
    ),
  });
});

test.runIf(HERE)('what is not answered at once goes on in the runtime: it was sent once, and is printed whole', async () => {
  await using daemon = await played();
  const { user, asked } = daemon;
  const stdout = 'äb😀'.repeat(50_000);
  daemon.play((response, { id }) => {
    const body = Buffer.from(reply(id, { stdout, exit: 3 }));
    response.setHeader('Content-Length', body.length);
    response.write(body.subarray(0, 100_001));
    setTimeout(() => response.end(body.subarray(100_001)), 400);
  });
  const run = await user.run(['title']);
  expect([run.exit, run.stdout === stdout]).toEqual([3, true]);
  expect(asked.map(({ path }) => path)).toEqual(['/v1/argv']);
});

test.runIf(HERE).each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s while it waits: what became of the command is asked for and told', async (signal, status) => {
  await using daemon = await played();
  const { user, asked } = daemon;
  const arrived = Promise.withResolvers<void>();
  daemon.play(() => arrived.resolve());
  daemon.fate = { state: 'done', reply: null };
  const running = user.start(['click', '@e1']);
  await arrived.promise;
  running.child.kill(signal);
  const run = await running.done;
  expect([run.exit, run.stdout, run.stderr]).toEqual([status, '', 'Interrupted: click may have run. Run: browse snapshot -i\n']);
  expect(asked.map(({ path }) => path)).toEqual(['/v1/argv', '/v1/fate']);
  expect(asked[1]?.request.id).toBe(asked[0]?.request.id);
});

test.runIf(HERE)('a connection that breaks is no second try: the daemon is asked, and its answer printed', async () => {
  await using daemon = await played();
  const { user, asked } = daemon;
  daemon.play((response, { id }) => {
    daemon.fate = { state: 'done', reply: { id, exit: 0, stdout: 'it ran\n', stderr: '' } };
    response.destroy();
  });
  expect(await user.run(['click', '@e1'])).toMatchObject({ exit: 0, stdout: 'it ran\n' });
  expect(asked.map(({ path }) => path)).toEqual(['/v1/argv', '/v1/fate']);
});

test.runIf(HERE).each([
  ['is no JSON', '}{'],
  ['has no texts', '{"exit":0}'],
  ['has a text that does not end', '{"exit":0,"stdout":"abc'],
  ['has a wrong escape', String.raw`{"exit":0,"stdout":"\u12","stderr":""}`],
])('an answer that %s is no success', async (_, body) => {
  await using daemon = await played();
  daemon.play((response) => void response.end(body));
  const run = await daemon.user.run(['title']);
  expect({ exit: run.exit, signal: run.signal, said: run.stderr.split('\n').length }).toEqual({
    exit: expect.not.toSatisfy((exit) => exit === 0 || exit === null),
    signal: null,
    said: 2,
  });
});

test.runIf(HERE)('a folder that others may enter is not trusted: nothing is sent', async () => {
  await using daemon = await played();
  const { user, asked } = daemon;
  await user.run(['-c', 'chmod 755 "$1"', 'bash', join(user.home, 'run')], { binary: 'bash' });
  expect((await user.run(['title'])).exit).toBe(5);
  expect(asked).toEqual([]);
  expect(statSync(join(user.home, 'run')).mode & 0o777).toBe(0o755);
});

test.runIf(HERE)('a plain command, and the version, need no runtime: they work where it cannot begin', async () => {
  await using daemon = await played();
  const { user } = daemon;
  daemon.play((response, { id }) => void response.end(reply(id, { stdout: 'there\n' })));
  // Address space for the executable and its libraries, not for the runtime's heap.
  const run = await user.run(
    [
      '-c',
      'ulimit -v 220000; "$1" title; "$1" --version; "$1" --timeout 5000 title >/dev/null 2>&1; echo $(($? > 0))',
      'bash',
      user.binary,
    ],
    { binary: 'bash' },
  );
  expect(run.stdout).toMatch(/^there\nbrowse \S+ \(build \S+, protocol \d+\)\n1\n$/);
});

test.runIf(HERE)('nor do they with a daemon of our own, whose answers are of the form that is expected', async () => {
  await using user = cli();
  await user.ok('goto', 'data:text/html,<title>there</title><button>Go</button>');
  const script = 'ulimit -v 220000; "$1" title && "$1" snapshot -i --no-fence && "$1" click @e1; echo "$?"; "$1" click @e9; echo "$?"';
  const said = /^there\ntitle: "there"\n@e1 \[button\] "Go".*\nClicked @e1 \[button\] "Go".*\n0\n3\n$/;
  let printed = '';
  const answers = async (): Promise<boolean> => {
    printed = (await user.run(['-c', script, 'bash', user.binary], { binary: 'bash' })).stdout;
    return said.test(printed);
  };
  // An answer that is late on a busy machine is the runtime's, which cannot begin here.
  await eventually('four answers in time', answers);
  expect(printed).toMatch(said);
});
