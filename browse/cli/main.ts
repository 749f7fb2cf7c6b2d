/**
 * The command line. Decides in a few microseconds who carries a command out: the daemon (nearly all of them), or this
 * process (the daemon's own life). The fast path loads nothing that a forwarded command does not need.
 */
import { call } from '../client/call.ts';
import { hearSignals, takeHandover } from '../client/descriptors.ts';
import { BUILD } from '../protocol/build.ts';
import { BrowseError } from '../protocol/errors.ts';
import type { ErrorBody, ExitStatus } from '../protocol/errors.ts';
import type { DaemonRecord } from '../protocol/record.ts';
import { commandIndex } from '../protocol/globals.ts';
import { leave, print } from './output.ts';
import { renderFailure, VERSION } from './render.ts';
import { statePathsHere, request, OWN } from './request.ts';
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
  const before = takeHandover();
  const homeless = before === 'homeless';
  const handed = before === 'homeless' ? null : before;
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
    // Which project is meant, and what a relative path is, nothing says any more.
    if (homeless && word !== undefined && !OWN.includes(word) && !hasFlag(argv, '--help') && !hasFlag(argv, '-h'))
      throw new BrowseError('folder-gone', {});
    if (here) {
      const { runLocally } = await import('./local-commands.ts');
      const done = await runLocally(argv, { interrupt: interrupt.signal, say });
      if (done !== 'forward') {
        const beside = word === typed || hasFlag(argv, '--help') ? '' : 'check without SEL is status; nothing was ticked\n';
        leave(endOf(done.exit), done.stdout, beside + done.stderr);
      }
    }
    const daemon: { other: DaemonRecord | null } = { other: null };
    const ask = async (words: readonly string[]): ReturnType<typeof call> =>
      call(await request(words, interrupt.signal, handed?.id), {
        paths: statePathsHere(),
        own: BUILD,
        env: process.env,
        autostart: true,
        say,
        interrupt: interrupt.signal,
        handed,
        otherBuild: (record) => (daemon.other = record),
      });
    const following = word === 'logs' && (hasFlag(argv, '-f') || hasFlag(argv, '--follow'));
    const ending = following ? await (await import('./follow.ts')).follow(argv, ask, interrupt.signal) : await ask(argv);
    if ('interrupted' in ending) throw new BrowseError('interrupted', { command: word ?? 'browse', outcome: ending.interrupted });
    if (ending.exit === 2 && daemon.other !== null) await (await import('./other-build.ts')).refusedByOlder(argv, daemon.other);
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
            ran: 'unknown',
            exit: 70,
          };
    // What failed is not told as the next command.
    const hint = body.hint === `browse ${argv.join(' ')}` ? 'browse doctor' : body.hint;
    const { stdout, stderr } = renderFailure({ ...body, hint }, hasFlag(argv, '--json'));
    leave(error instanceof BrowseError ? endOf(error.exit) : 70, stdout, stderr);
  }
}

const say = (line: string): void => void print(2, `${line}\n`);
