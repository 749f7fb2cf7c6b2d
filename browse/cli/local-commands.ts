/** The commands that the client carries out itself: the daemon's own life, and what must answer when there is none. */
import { attempt } from '../client/call.ts';
import { probeRecord } from '../client/probe.ts';
import { restart, start, stop } from '../client/control.ts';
import { realDeps } from '../client/client-deps.ts';
import type { ClientDeps } from '../client/client-deps.ts';
import { BUILD } from '../protocol/build.ts';
import { BrowseError, fail } from '../protocol/errors.ts';
import type { ExitStatus } from '../protocol/errors.ts';
import { reader } from '../derive/program.ts';
import type { Parsed } from '../derive/program.ts';
import type { Facts } from '../protocol/command.ts';
import { commandWord } from '../protocol/globals.ts';
import { daemonOptions } from '../protocol/launch.ts';
import type { DaemonRecord } from '../protocol/record.ts';
import { renderResult, VERSION } from './render.ts';
import { request, statePathsHere, OWN } from './request.ts';
import type { LocalOutcome, LocalOptions } from './outcome.ts';

const done = (line: string, value: unknown, json: boolean, exit: ExitStatus = 0): LocalOutcome => ({
  exit,
  ...renderResult(line, value, json),
});

/** How long a daemon may take to say how it is, in milliseconds. */
const STATUS_DEADLINE = 2000;
const REFRESH_DEADLINE = 30_000;

/** Help knows all commands. */
const FEW = OWN.filter((word) => word !== 'help');

/** Enough of the registry to read the command line: status must not wait until all of it is loaded. */
async function registryFor(argv: readonly string[]): Promise<readonly Facts[]> {
  if (!FEW.includes(commandWord(argv) ?? '')) return (await import('../commands/index.ts')).COMMANDS;
  const { daemonCommands, clientCommands } = await import('../commands/daemon.ts');
  return [...daemonCommands, ...clientCommands];
}

/** `forward`: it is the daemon's after all. Fails with the table's codes. */
export async function runLocally(argv: readonly string[], options: LocalOptions): Promise<LocalOutcome | 'forward'> {
  const parsed = reader<Facts>(await registryFor(argv)).parse(argv);
  const { command, globals, input } = parsed;
  const json = globals.json;
  if (globals.version && command === null) return version(json);
  if (command === null || globals.help || command.name === 'help') return help(parsed, json);
  const world = (): ClientDeps => realDeps(statePathsHere(), BUILD, process.env);
  switch (command.name) {
    case 'version':
      return version(json);
    case 'start':
      return startVerb(world(), input, globals.headed, json, options);
    case 'stop': {
      const { pid } = await stop(
        world(),
        { force: input['force'] === true, ...(globals.timeout === undefined ? {} : { timeout: globals.timeout }) },
        options,
      );
      return pid === null
        ? done('No daemon running', { stopped: null }, json)
        : done(`Server stopped (pid ${pid})`, { stopped: pid }, json);
    }
    case 'restart':
      return restartVerb(world(), input['restore'] === true, json, options, globals.headed);
    case 'status':
      return status(world(), argv, json, options);
    case 'up':
      return (await import('./panel/up.ts')).up(world(), globals, options);
    case 'doctor':
      return (await import('./machine.ts')).doctor(world, json);
    case 'install':
      return (await import('./machine.ts')).install(json, options.say);
    case 'refresh':
      if (input['hard'] === true) return restartVerb(world(), false, json, options);
      return refresh(world(), argv, options);
  }
  if (globals.noDaemon || globals.noAutostart) {
    const { oneShot } = await import('../client/one-shot.ts');
    return oneShot(world(), await request(argv, options.interrupt), globals.noDaemon, options);
  }
  return 'forward';
}

function version(json: boolean): LocalOutcome {
  return done(VERSION, BUILD, json);
}

async function help(parsed: Parsed<Facts>, json: boolean): Promise<LocalOutcome> {
  const { COMMANDS } = await import('../commands/index.ts');
  const words = parsed.input['words'];
  const name =
    parsed.command?.name === 'help' ? (Array.isArray(words) ? words.join(' ') : String(words ?? '')) : (parsed.command?.name ?? '');
  const found = reader<Facts>(COMMANDS).find(name);
  const meant = found === null ? COMMANDS.filter((each) => name === '' || each.name.startsWith(`${name} `)) : [found];
  if (meant.length === 0) return fail('usage', { problem: `There is no command ${JSON.stringify(name)}`, hint: 'browse help' });
  if (json) return done('', (await import('../derive/schema.ts')).commandsSchema(meant), true);
  const { commandHelp, groupHelp, overview } = await import('../derive/help.ts');
  const text = found === null ? (groupHelp(COMMANDS, name) ?? overview(COMMANDS)) : commandHelp(found);
  return done(text.trimEnd(), null, false);
}

async function startVerb(
  world: ClientDeps,
  input: Parsed<Facts>['input'],
  headed: boolean,
  json: boolean,
  options: LocalOptions,
): Promise<LocalOutcome> {
  const flags = [
    ...(headed ? ['--headed'] : []),
    ...(typeof input['idle'] === 'string' ? ['--idle', input['idle']] : []),
    ...(typeof input['listen'] === 'string' ? ['--listen', input['listen']] : []),
  ];
  // A wrong word is a usage error here, not a daemon that fails to start.
  daemonOptions(flags, process.env, process.platform);
  const foreground = input['foreground'] === true;
  const { process: daemon, fresh, launched } = await start(world, flags, foreground, options);
  const { pid } = daemon;
  const line = fresh ? `Server started (pid ${pid})` : `Already running (pid ${pid})`;
  if (!foreground || !fresh || launched === null) return done(line, { pid, started: fresh }, json);
  options.say(line);
  // The terminal sends Ctrl-C to the daemon as well; a signal to us alone is passed on.
  // Asking it first who it is would fail when Ctrl-C came before: it is shutting down by then.
  const pass = (): void => void world.processes.signal(daemon, 'SIGTERM');
  if (options.interrupt.aborted) pass();
  else options.interrupt.addEventListener('abort', pass, { once: true });
  await launched.ended;
  return done(`Server stopped (pid ${pid})`, { stopped: pid }, json);
}

async function restartVerb(
  world: ClientDeps,
  restore: boolean,
  json: boolean,
  options: LocalOptions,
  headed = false,
): Promise<LocalOutcome> {
  // Told before anything is stopped: the browser itself would say it when the tabs are gone.
  if (headed && process.platform === 'linux' && !world.env['DISPLAY'] && !world.env['WAYLAND_DISPLAY'])
    fail('browser-failed', { executable: 'a browser with a window', reason: 'there is no display to open a window on (DISPLAY)' });
  const { before, pid } = await restart(world, { restore, headed }, options);
  return done(before === null ? `Server started (pid ${pid})` : `Restarted (pid ${before} → ${pid})`, { before, pid }, json);
}

/** The record of a daemon that answers, of whatever build; waits a moment for one that is starting or busy. */
async function runningRecord(world: ClientDeps): Promise<DaemonRecord | null> {
  if (!world.files.checkFolder(world.paths.run)) return null;
  for (const began = world.clock.elapsed(); ; await world.clock.sleep(10)) {
    const sight = await probeRecord(world);
    if (sight.kind !== 'names' || sight.process === 'gone') return null;
    // Starting, or busy: one unanswered question does not make it a frozen one.
    const early = world.clock.elapsed() - began < STATUS_DEADLINE;
    if (early && (sight.answer.kind === 'unasked' || sight.answer.kind === 'silent')) continue;
    if (sight.answer.kind === 'ready') return sight.record;
    if (sight.answer.kind === 'draining') return fail('draining', {});
    return fail('daemon-frozen', { pid: sight.record.process.pid, ms: Math.round(world.clock.elapsed() - began) });
  }
}

/** Never starts, replaces or asks a page. */
async function status(world: ClientDeps, argv: readonly string[], json: boolean, options: LocalOptions): Promise<LocalOutcome> {
  const down = (line: string, value: object): LocalOutcome =>
    done(`Status: ${line}`, { status: line, ...value, folder: world.paths.home }, json, 4);
  try {
    const record = await runningRecord(world);
    if (record === null) return down('not running', { pid: null });
    const ending = await attempt(record, await request(argv, options.interrupt), STATUS_DEADLINE, options.interrupt);
    if (ending === 'not accepted') return down('shutting down', { pid: record.process.pid });
    return 'interrupted' in ending ? fail('interrupted', { command: 'status', outcome: ending.interrupted }) : ending;
  } catch (error) {
    if (!(error instanceof BrowseError)) throw error;
    if (error.code === 'draining') return down('shutting down', {});
    if (error.code !== 'daemon-frozen' && error.code !== 'may-have-run') throw error;
    const answer = down('not responding', {});
    return {
      ...answer,
      stderr: `${error.code === 'daemon-frozen' ? error.message : 'The daemon does not answer'}. Run: browse stop --force\n`,
    };
  }
}

async function refresh(world: ClientDeps, argv: readonly string[], options: LocalOptions): Promise<LocalOutcome> {
  const record = (await runningRecord(world)) ?? fail('daemon-down', { folder: world.paths.home });
  const ending = await attempt(record, await request(argv, options.interrupt), REFRESH_DEADLINE, options.interrupt);
  if (ending === 'not accepted') return fail('draining', {});
  return 'interrupted' in ending ? fail('interrupted', { command: 'refresh', outcome: ending.interrupted }) : ending;
}
