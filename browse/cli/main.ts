/**
 * The command line. Decides in a few microseconds who carries a command out: the daemon (nearly all of them), or this
 * process (the daemon's own life). The fast path loads nothing that a forwarded command does not need.
 */
import { call } from '../client/call.ts';
import { hearSignals, isDevice, takeHandover } from '../client/descriptors.ts';
import { requestFor } from '../client/request.ts';
import { BUILD } from '../protocol/build.ts';
import { BrowseError } from '../protocol/errors.ts';
import type { ErrorBody, ExitStatus } from '../protocol/errors.ts';
import { commandIndex, readsStdin } from '../protocol/globals.ts';
import { stateHome, statePaths } from '../protocol/paths.ts';
import type { StatePaths } from '../protocol/paths.ts';
import type { ArgvRequest } from '../protocol/wire.ts';
import { leave, print } from './exit.ts';
import { renderFailure, VERSION } from './render.ts';

/** Carried out here: they change which daemon runs, or must answer when none does. */
export const OWN: readonly string[] = [
  'start',
  'stop',
  'restart',
  'status',
  'refresh',
  'daemon',
  'up',
  'version',
  'help',
  'doctor',
  'install',
];

const SIGINT = 2;

/** Whether a flag stands among the words that are not literal. */
export function hasFlag(argv: readonly string[], flag: string): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).includes(flag);
}

/** Ends the process with the command's status. */
export async function main(argv: readonly string[]): Promise<void> {
  const interrupt = new AbortController();
  const cut = { status: 130 as ExitStatus };
  const onSignal = (status: ExitStatus) => (): void => {
    // The second time is meant.
    if (interrupt.signal.aborted) process.exit(status);
    cut.status = status;
    interrupt.abort();
  };
  // Interrupted is 130 or 143, by the signal that did it.
  const endOf = (exit: ExitStatus): ExitStatus => (interrupt.signal.aborted && exit === 130 ? cut.status : exit);
  process.on('SIGINT', onSignal(130));
  process.on('SIGTERM', onSignal(143));
  const handed = takeHandover();
  if (handed !== null) {
    if (handed.signal !== 0) onSignal(handed.signal === SIGINT ? 130 : 143)();
    hearSignals();
  }
  try {
    // Scripts ask this before all else; it is also what a command costs before it does anything.
    if (argv.length === 1 && argv[0] === '--version') leave(0, `${VERSION}\n`, '');
    // `check` alone asks for the status; with an operand it ticks a box.
    const typed = argv[commandIndex(argv)];
    const word = typed === 'check' && argv.slice(commandIndex(argv) + 1).every((each) => each.startsWith('-')) ? 'status' : typed;
    const here =
      word === undefined ||
      OWN.includes(word) ||
      hasFlag(argv, '--help') ||
      hasFlag(argv, '-h') ||
      hasFlag(argv, '--no-daemon') ||
      hasFlag(argv, '--no-autostart');
    if (here) {
      const { carryOut } = await import('./local-commands.ts');
      const done = await carryOut(argv, { interrupt: interrupt.signal, say });
      if (done !== 'forward') leave(endOf(done.exit), done.stdout, done.stderr);
    }
    const ask = async (words: readonly string[]): ReturnType<typeof call> =>
      call(await request(words, interrupt.signal, handed?.id), {
        paths: statePathsHere(),
        own: BUILD,
        env: process.env,
        autostart: true,
        say,
        interrupt: interrupt.signal,
        handed,
      });
    const following = word === 'logs' && (hasFlag(argv, '-f') || hasFlag(argv, '--follow'));
    const ending = following ? await (await import('./follow.ts')).follow(argv, ask, interrupt.signal) : await ask(argv);
    if ('interrupted' in ending) throw new BrowseError('interrupted', { command: word ?? 'browse', outcome: ending.interrupted });
    leave(endOf(ending.exit), ending.stdout, ending.stderr, handed?.printed);
  } catch (error) {
    const body: ErrorBody =
      error instanceof BrowseError
        ? error.body()
        : {
            code: 'internal',
            message: `Something in browse itself failed: ${error instanceof Error ? error.message : String(error)}`,
            hint: 'browse doctor',
            retryable: false,
          };
    const { stdout, stderr } = renderFailure(body, hasFlag(argv, '--json'));
    leave(error instanceof BrowseError ? endOf(error.exit) : 70, stdout, stderr);
  }
}

const say = (line: string): void => void print(2, `${line}\n`);

/** The state folder of this user. */
export function statePathsHere(): StatePaths {
  const home = stateHome(process.env, process.platform);
  if (home === null) throw new BrowseError('state-unusable', { path: '~', reason: 'neither BROWSE_HOME nor HOME is set' });
  return statePaths(home.startsWith('/') || process.platform === 'win32' ? home : `${process.cwd()}/${home}`);
}

/** The command line with all that the daemon needs to know of its caller. */
export async function request(argv: readonly string[], interrupt: AbortSignal, id: string = crypto.randomUUID()): Promise<ArgvRequest> {
  const base = requestFor(argv, id, process.env, isDevice(1));
  return readsStdin(argv) ? { ...base, stdin: await stdin(argv, interrupt) } : base;
}

/** All of it. Read without blocking, so that Ctrl-C is heard meanwhile: then nothing was run. */
async function stdin(argv: readonly string[], interrupt: AbortSignal): Promise<string> {
  const parts: Buffer[] = [];
  const stop = (): void => void process.stdin.destroy();
  interrupt.addEventListener('abort', stop, { once: true });
  try {
    for await (const part of process.stdin) parts.push(Buffer.from(part as Uint8Array));
  } catch (error) {
    if (!interrupt.aborted) throw error;
  }
  if (interrupt.aborted) throw new BrowseError('interrupted', { command: argv[commandIndex(argv)] ?? 'browse', outcome: 'did not run' });
  return Buffer.concat(parts).toString('utf8');
}
