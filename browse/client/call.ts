/**
 * One command to the daemon and its answer. The fast path: read the record, one request, done. Whatever does not go that
 * way loads the slow path. On the fast path nothing heavy is imported.
 */
import { TransportError, begin, resume, send } from '../adapters/http/client.ts';
import type { HttpAnswer, Begun, Dial } from '../adapters/http/client.ts';
import type { Handover } from '../adapters/node/handover.ts';
import { lookAt, readText } from '../adapters/node/fast-path/quick-files.ts';
import { dial } from '../adapters/node/fast-path/quick-socket.ts';
import { milliseconds } from '../protocol/args.ts';
import { ERRORS, errorLine, fail } from '../protocol/errors.ts';
import type { ErrorBody } from '../protocol/errors.ts';
import { parseRecord } from '../protocol/record.ts';
import type { StatePaths } from '../protocol/paths.ts';
import type { BuildInfo, DaemonRecord } from '../protocol/record.ts';
import type { ArgvReply, ArgvRequest, CommandFate } from '../protocol/wire.ts';

export type CallOptions = {
  readonly paths: StatePaths;
  readonly own: BuildInfo;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a missing daemon may be started. */
  readonly autostart: boolean;
  readonly say: (line: string) => void;
  /** Aborts when the caller presses Ctrl-C. */
  readonly interrupt: AbortSignal;
  /** The request was sent before we began. */
  readonly handed: Handover | null;
  /** Hears of a daemon of another build that has answered. */
  readonly otherBuild?: (record: DaemonRecord) => void;
};

/** How a command ended, when its answer never came. */
export type Ending = ArgvReply | { readonly interrupted: 'did not run' | 'may have run' };

/** Milliseconds that were given for the command, from our own start on; null without any. */
export function timeoutOf(argv: readonly string[]): number | null {
  for (let at = 0; at < argv.length && argv[at] !== '--'; at++) {
    const word = argv[at] as string;
    const value = word === '--timeout' ? argv[at + 1] : word.startsWith('--timeout=') ? word.slice('--timeout='.length) : undefined;
    const parsed = value === undefined ? null : milliseconds(value);
    if (parsed !== null) return parsed;
  }
  return null;
}

/** The longest that a command is waited for when the daemon answers nobody, in milliseconds, where none is given. */
export const PATIENCE = 30_000;

/** Milliseconds that this process has run. */
const spent = (): number => Math.round(performance.now());

/** How long the daemon may be silent about a command that was given so much. */
const patienceOf = (given: number | null): number => (given === null ? PATIENCE : Math.max(1, given - spent()));

/** The record as it is, in a private folder of ours; null for none. */
export function recordOf(paths: StatePaths): DaemonRecord | null {
  try {
    const folder = lookAt(paths.run);
    const uid = process.getuid?.();
    if ((folder.mode & 0o170000) !== 0o040000) return null;
    if (uid !== undefined && (folder.uid !== uid || (folder.mode & 0o077) !== 0)) return null;
    return parseRecord(readText(paths.record));
  } catch {
    return null;
  }
}

/** A record to try at once: ready, of the very same build. */
function recordAtHand(paths: StatePaths, own: BuildInfo): DaemonRecord | null {
  const record = recordOf(paths);
  // A port may be a stranger's by now: whether its daemon lives is asked first. A socket in our folder can only be its own.
  const usable = record !== null && record.endpoint.kind === 'unix' && record.state === 'ready' && record.build.id === own.id;
  return usable ? record : null;
}

/** Runs the command once, starting or replacing a daemon as needed. Fails with the daemon's and the machine's codes. */
export async function call(request: ArgvRequest, options: CallOptions): Promise<Ending> {
  const given = timeoutOf(request.argv);
  const { handed } = options;
  const atHand = handed === null ? recordAtHand(options.paths, options.own) : parseRecord(handed.record);
  if (atHand !== null) {
    const ending = await attempt(atHand, { ...request, spent: spent() }, patienceOf(given), options.interrupt, handed);
    if (ending !== 'not accepted') return ending;
  }
  // Nobody took it: find out why, and whom to give it to.
  const [{ reachState, REACH_DEADLINE }, { realDeps }] = await Promise.all([import('./connect.ts'), import('./client-deps.ts')]);
  const world = realDeps(options.paths, options.own, options.env);
  const end = world.clock.elapsed() + Math.min(REACH_DEADLINE, patienceOf(given));
  for (;;) {
    if (options.interrupt.aborted) return { interrupted: 'did not run' };
    const left = end - world.clock.elapsed();
    const { record } = await reachState(world, 'use', {
      autostart: options.autostart,
      timeout: Math.max(0, left),
      flags: [],
      say: options.say,
      interrupt: options.interrupt,
    });
    if (record === null) return fail('daemon-down', { folder: options.paths.home });
    const ending = await attempt(record, { ...request, spent: spent() }, patienceOf(given), options.interrupt);
    if (record.build.id !== options.own.id) options.otherBuild?.(record);
    if (ending !== 'not accepted') return ending;
  }
}

/** Milliseconds in which nearly every command is answered. Until then nothing else of ours needs a turn. */
const AT_ONCE = 200;

/** Milliseconds until a daemon that did not answer is asked again. */
const AGAIN = 50;

/** Silence after which we ask whether the daemon is alive, how long that question may take, and the time between two. */
const patienceFor = (timeout: number): number => Math.max(500, Math.min(1500, timeout / 4));

/** Waits where it stands, as long as nothing else of ours needs a turn. */
const standing: Dial = (path) => dial(path, AT_ONCE);

/** Gives the command to this very daemon, whatever its build. `not accepted`: it provably did not run. `by`: how it is waited for at first. */
export async function attempt(
  record: DaemonRecord,
  request: ArgvRequest,
  timeout: number,
  interrupt: AbortSignal,
  handed: Handover | null = null,
  by: Dial = standing,
): Promise<Ending | 'not accepted'> {
  try {
    const asked = {
      endpoint: record.endpoint,
      token: record.token,
      method: 'POST',
      path: '/v1/argv',
      body: JSON.stringify(request),
    } as const;
    const begun = handed === null ? begin(asked, by) : resume(asked, handed.fd, handed.received);
    const { status, body } = begun.answer ?? (await watched(begun, record, timeout, interrupt));
    if (status === 200) {
      const reply = JSON.parse(body) as ArgvReply;
      if (typeof reply.stdout !== 'string' || typeof reply.stderr !== 'string')
        return fail('may-have-run', { reason: `the daemon (pid ${record.process.pid}) gave no answer to it` });
      // It was cut by a shutdown before it changed anything: the next daemon may have it. A chain is many commands.
      return reply.error?.code === 'draining' && request.stdin === undefined ? 'not accepted' : reply;
    }
    // 401: a stranger at our socket, or a daemon with another token: its record will say.
    if (status === 503 || status === 401) return 'not accepted';
    return refusedAtTheDoor(request, status, body);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    if (error.kind === 'refused') return 'not accepted';
    if (interrupt.aborted) return afterInterrupt(record, request.id);
    if (error.kind === 'aborted')
      return fail('may-have-run', { reason: `the daemon (pid ${record.process.pid}) has not answered for ${timeout} ms` });
    return afterLoss(record, request.id);
  }
}

/** The answer that did not come at once: left when the caller interrupts, or when the daemon answers nobody any more. */
async function watched(begun: Begun, record: DaemonRecord, timeout: number, interrupt: AbortSignal): Promise<HttpAnswer> {
  const leave = new AbortController();
  const stop = (): void => leave.abort();
  interrupt.addEventListener('abort', stop, { once: true });
  if (interrupt.aborted) stop();
  const outcome = { over: false };
  const watch = setTimeout(() => void watchOver(record, timeout, outcome, leave), patienceFor(timeout));
  try {
    return await begun.finish(leave.signal);
  } finally {
    outcome.over = true;
    clearTimeout(watch);
    interrupt.removeEventListener('abort', stop);
  }
}

/** The door's own words, such as a body that is too large: the command did not run. */
function refusedAtTheDoor(request: ArgvRequest, status: number, body: string): ArgvReply {
  const { error } = JSON.parse(body) as { error?: ErrorBody };
  if (error === undefined || !(error.code in ERRORS))
    return fail('daemon-failed', { reason: `it answered ${status}: ${body.slice(0, 200)}` });
  const json = request.argv.includes('--json');
  return {
    id: request.id,
    exit: ERRORS[error.code].exit,
    stdout: json ? `${JSON.stringify({ error })}\n` : '',
    stderr: json ? '' : `${errorLine(error)}\n`,
    error,
  };
}

/** A daemon that answers others is busy and not frozen: the command has its own deadline there. One that answers nobody is given up. */
async function watchOver(record: DaemonRecord, timeout: number, outcome: { over: boolean }, leave: AbortController): Promise<void> {
  const patience = patienceFor(timeout);
  const end = performance.now() + timeout - 2 * patience;
  while (!outcome.over) {
    const asked = send({
      endpoint: record.endpoint,
      token: record.token,
      method: 'GET',
      path: '/v1/ping',
      signal: AbortSignal.timeout(patience),
    });
    const answers = await asked.then(
      () => true,
      () => false,
    );
    if (!answers && performance.now() >= end) return leave.abort();
    // A question that is refused comes back without a turn of the event loop, in which the end of the connection is heard.
    await new Promise((resolve) => setTimeout(resolve, answers ? patience : AGAIN));
  }
}

/** Asks what became of a command, and forbids it to begin should it not have arrived yet. */
async function fateOf(record: DaemonRecord, id: string, within: number): Promise<CommandFate | null> {
  try {
    const signal = AbortSignal.timeout(within);
    const { status, body } = await send({
      endpoint: record.endpoint,
      token: record.token,
      method: 'POST',
      path: '/v1/fate',
      body: JSON.stringify({ id }),
      signal,
    });
    return status === 200 ? (JSON.parse(body) as CommandFate) : null;
  } catch {
    return null;
  }
}

async function awaitFate(record: DaemonRecord, id: string, within: number): Promise<CommandFate | null> {
  const end = performance.now() + within;
  for (;;) {
    const fate = await fateOf(record, id, Math.max(50, end - performance.now()));
    if (fate?.state !== 'running' || performance.now() >= end) return fate;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** The connection broke under a command. Only what the daemon itself says did not run may be given again. */
async function afterLoss(record: DaemonRecord, id: string): Promise<Ending | 'not accepted'> {
  const fate = await awaitFate(record, id, 2000);
  if (fate?.state === 'done' && fate.reply !== null) return fate.reply;
  return fail('may-have-run', { reason: 'the connection to the daemon broke before its answer came' });
}

/** Ctrl-C: leaving has told the daemon to cancel; what it says of the outcome is what we say. */
async function afterInterrupt(record: DaemonRecord, id: string): Promise<Ending> {
  const fate = await awaitFate(record, id, 1000);
  if (fate?.state === 'done' && fate.reply !== null) return fate.reply;
  return { interrupted: fate?.state === 'unknown' ? 'did not run' : 'may have run' };
}
