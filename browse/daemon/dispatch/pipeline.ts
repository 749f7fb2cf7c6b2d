/**
 * The one pipeline for commands, by command line or by name. Routes about the daemon's own life (ping, status, refresh, stop) are
 * answered by `server/server.ts` itself and leave no row.
 * find → parse → session and tab → dialog guard → the tab's queue → run with deadline and abort → side events → log row → reply.
 * Each step ends only in a BrowseError. Knows nothing of HTTP, of files or of how a browser is launched.
 */
import type { Caller, Context, Step } from '../../commands/context.ts';
import { COMMANDS } from '../../commands/index.ts';
import { commandHelp, overview } from '../../derive/help.ts';
import { reader } from '../../derive/program.ts';
import type { Parsed } from '../../derive/program.ts';
import { portOf } from '../../domain/pool.ts';
import type { RecordedAction } from '../../domain/export/recorded-action.ts';
import { inputFrom } from '../../protocol/args.ts';
import { effectOf } from '../../protocol/command.ts';
import type { Command } from '../../protocol/command.ts';
import { fail } from '../../protocol/errors.ts';
import { GLOBAL_FLAGS } from '../../protocol/globals.ts';
import type { Globals } from '../../protocol/globals.ts';
import type { ArgvReply, ArgvRequest } from '../../protocol/wire.ts';
import { RunningCommands } from './running-commands.ts';
import { beside } from './outside-queue.ts';
import { watchDialogs } from './dialog-watch.ts';
import { callerOf, inherit, isFollower, leftOf, newExtras } from './invocation.ts';
import type { Invocation } from './invocation.ts';
import { newActFacts, type ActLimit } from '../../domain/ports/page.ts';
import { outcomeOf } from './act-outcome.ts';
import { browserDied, outlived } from './retry.ts';
import type { Progress } from './retry.ts';
import { hintBeside } from './hints.ts';
import { filesSettled, noticesOf } from './notices.ts';
import { projectConfiguration, rootOf } from '../configuration/project-configuration.ts';
import { asBrowseError, asGiven, makeContext, restated } from './context.ts';
import { halfwayActionOf, recordedActionOf, isRecorded } from './recorded-actions.ts';
import { aboutOf } from '../logs/log-rows.ts';
import { dialogText } from '../../domain/tabs/notice-text.ts';
import { StepTimings } from './step-timings.ts';
import { checkPage, endedOn, enterPage } from './page-checks.ts';
import { openedInTime, resolveTab } from './tab-resolution.ts';
import { browserOf, chooseBrowser, sessionOf } from '../sessions/session-name.ts';
import type { ResolvedTab } from './tab-resolution.ts';
import { printOutcome, printFailure, outputOf, valueOf } from './reply.ts';
import type { CommandOutcome, Printed, CommandOutput } from './reply.ts';
import type { Dispatch, NamedReply, Services } from '../ports.ts';
import { Sessions, ofSessions } from '../sessions/sessions.ts';
import type { TimeLimit } from '../../domain/ports/machine.ts';

const newProgress = (): Progress => ({ place: null, begun: false, died: false, facts: newActFacts() });

/** Builds the pipeline over what the process gives it. */
export function createDispatch(services: Services): Dispatch {
  const read = reader<Command<Context>>(COMMANDS);
  const accepted = new RunningCommands(services.clock);
  const sessions = new Sessions(services);

  function contextOf(invocation: Invocation, place: ResolvedTab | null, bound: ActLimit, begun: (text: string) => void): Context {
    const { caller, globals, id, extras } = invocation;
    const own = sessionOf(services, globals, caller);
    let steps = 0;
    return makeContext({
      caller,
      headed: globals.headed,
      bound,
      services,
      session: place?.session ?? null,
      tab: place?.tab ?? null,
      patient: effectOf(invocation.command, invocation.input) !== 'read',
      remembered: isRecorded(invocation.command),
      targets: extras.targets,
      tell: (notice) => extras.notices.push(notice),
      failed: (exit, error) => (extras.failure = { ...error, exit }),
      typed: (typed) => (extras.typed = typed),
      begun,
      run: (argv) => step(`${id}.${++steps}`, argv, caller, globals, bound.signal),
      sessions: {
        list: () => sessions.list(own),
        status: () => sessions.status(own),
        close: (name) => sessions.close(name),
        place: () => portOf(own),
        choose: (port) => chooseBrowser(services, globals, caller, port),
      },
      host: () => browserOf(services, own),
      shared: () => sessions.shared(own),
      onTab: async () => {
        const found = await resolveTab(services, sessions, invocation, bound.signal, true);
        accepted.locate(id, found.session.name, found.tab.id);
        return found.tab;
      },
      status: () => ({
        ...services.control.status(),
        session: own,
        ...sessions.counts(),
        running: accepted.running().filter((each) => each.id !== id),
      }),
      configuration: projectConfiguration(services, caller, (root, anew) => sessions.reconfigure(root, anew)),
      refresh: (service) => services.control.refresh(service, rootOf(services, caller)),
    });
  }

  /** Resolves with what the command came to, or as soon as it met a dialog. */
  async function runInTabQueue(invocation: Invocation, place: ResolvedTab, signal: AbortSignal, at: Progress): Promise<CommandOutput> {
    const { command, input, timings } = invocation;
    const { tab } = place;
    if (tab.dialogs.open) fail('dialog-open', { tab: tab.id, dialog: dialogText(tab.dialogs.open) });
    const dialogs = watchDialogs(services.clock, invocation, tab, signal);
    const work = tab.queue.run(command.name, { timeout: leftOf(invocation, services.clock), signal }, async (bound) => {
      enterPage(invocation, tab);
      dialogs.begun('');
      at.begun = true;
      timings.mark('queue');
      const value = await command.run(contextOf(invocation, place, { ...bound, facts: at.facts }, dialogs.begun), input);
      return outputOf(command, value);
    });
    work.catch(() => {});
    try {
      return await Promise.race([work, dialogs.met]);
    } finally {
      dialogs.stop();
    }
  }

  /** A command beside the queues. */
  async function runOutsideQueue(invocation: Invocation, place: ResolvedTab | null, signal: AbortSignal): Promise<CommandOutput> {
    const { command, input } = invocation;
    const bound: TimeLimit = { timeout: leftOf(invocation, services.clock), signal };
    const working = (): Promise<unknown> =>
      command.run(
        contextOf(invocation, place, bound, () => {}),
        input,
      );
    return outputOf(command, await beside(services.clock, command, bound, working));
  }

  async function runOnce(invocation: Invocation, signal: AbortSignal, at: Progress): Promise<CommandOutcome> {
    const { command, timings, extras } = invocation;
    const needsBrowser = command.scope === 'tab' || command.scope === 'browser';
    const opening = (): Promise<ResolvedTab> => resolveTab(services, sessions, invocation, signal);
    const place = needsBrowser ? await openedInTime(services, invocation, opening) : null;
    at.place = place;
    at.begun = command.scope !== 'tab';
    extras.from = place?.tab.page.url() ?? null;
    if (place?.tab.page.frame() && isRecorded(command))
      extras.frames = await place.tab.page.framePath(null, { timeout: leftOf(invocation, services.clock), signal });
    if (place) accepted.locate(invocation.id, place.session.name, place.tab.id);
    if (place && effectOf(command, invocation.input) !== 'read') services.traffic.began(place.session.name, place.tab.id, invocation.id);
    timings.mark('session');
    if (place && command.scope !== 'tab') checkPage(invocation, place.tab);
    const ran =
      command.scope === 'tab' && place
        ? await runInTabQueue(invocation, place, signal, at)
        : await runOutsideQueue(invocation, place, signal);
    if (place) endedOn(invocation, place.tab);
    if (place) await filesSettled(services, place, leftOf(invocation, services.clock), signal);
    timings.mark('run');
    const notices = [...(place?.session.takeNotices() ?? []), ...(place ? noticesOf(place) : []), ...extras.notices];
    return {
      ...ran,
      notices,
      failure: extras.failure,
      place: place && {
        session: place.session.name,
        tab: place.tab.id,
        url: place.tab.page.url(),
        current: place.tab.id === place.session.tabs.current,
        frame: place.tab.page.frame(),
      },
    };
  }

  /** As `runOnce`; what only looked, or had not begun, when its browser died runs once more, in the next browser. */
  async function runWithRetry(invocation: Invocation, signal: AbortSignal, at: Progress): Promise<CommandOutcome> {
    const { command, extras } = invocation;
    try {
      const done = await runOnce(invocation, signal, at);
      if (effectOf(command, invocation.input) !== 'read' || !outlived(at)) return done;
      extras.notices.splice(0, extras.notices.length, ...done.notices);
    } catch (error) {
      const failure = asBrowseError(error, services);
      at.died = await browserDied(services, failure, at);
      if (!at.died || (at.begun && effectOf(command, invocation.input) !== 'read')) throw failure;
    }
    Object.assign(at, newProgress());
    extras.targets.length = 0;
    try {
      return await runOnce(invocation, signal, at);
    } catch (error) {
      const failure = asBrowseError(error, services);
      at.died = await browserDied(services, failure, at);
      throw failure;
    }
  }

  /** Runs what was understood, and writes its row. Fails with a BrowseError only. */
  async function execute(invocation: Invocation, caller: AbortSignal): Promise<CommandOutcome> {
    const { id, command } = invocation;
    const from = services.clock.elapsed();
    const at = newProgress();
    const follows = isFollower(invocation);
    const row = (exit: number, code: string | null, action: RecordedAction | null = null): void => {
      if (follows) return;
      services.log({
        kind: 'command',
        id,
        command: command.name,
        about: aboutOf(command, invocation.input),
        action,
        session: at.place?.session.name ?? null,
        tab: at.place?.tab.id ?? null,
        exit,
        code,
        ms: Math.round((services.clock.elapsed() - from) * 10) / 10,
      });
    };
    const run = accepted.begin(id, command.name, caller, follows);
    try {
      const done = await runWithRetry(invocation, run.signal, at);
      row(done.failure?.exit ?? 0, done.failure?.code ?? null, done.failure === null ? recordedActionOf(invocation, done) : null);
      return done;
    } catch (error) {
      const ended = run.draining() ? 'daemon' : at.died ? 'browser' : null;
      const said = restated(asGiven(asBrowseError(error, services), invocation.globals.timeout), invocation.extras.targets);
      const failure = outcomeOf(said, { command, begun: at.begun, facts: at.facts, ended });
      const place = at.place?.tab.id ?? null;
      row(failure.exit, failure.code, failure.ran === 'no' ? null : halfwayActionOf(invocation, place, failure.message));
      throw failure;
    } finally {
      run.end();
    }
  }

  function parse(
    request: Pick<ArgvRequest, 'id' | 'argv' | 'spent'>,
    caller: Caller,
    timings: StepTimings,
    inherited: Globals | null,
  ): Invocation | { readonly help: string } {
    const parsed: Parsed<Command<Context>> = read.parse(request.argv);
    timings.mark('parse');
    const globals = inherited === null ? parsed.globals : inherit(parsed.globals, inherited);
    const { command, input } = parsed;
    if (globals.version) return { help: services.build.version };
    if (command === null) return { help: overview(COMMANDS) };
    if (globals.help) return { help: commandHelp(command) };
    return { id: request.id, caller, command, globals, input, began: timings.began - (request.spent ?? 0), timings, extras: newExtras() };
  }

  async function runLine(
    request: Pick<ArgvRequest, 'id' | 'argv' | 'spent'>,
    caller: Caller,
    signal: AbortSignal,
    inherited: Globals | null,
  ): Promise<Printed & { value: unknown; text: string; name: string }> {
    const timings = new StepTimings(services.clock);
    let name = request.argv[0] ?? '';
    // Read before anything can fail, so that a usage error is JSON too when JSON was invocation for.
    const json = inherited?.json === true || request.argv.includes('--json');
    try {
      const invocation = parse(request, caller, timings, inherited);
      if ('help' in invocation)
        return { exit: 0, stdout: `${invocation.help}\n`, stderr: '', value: invocation.help, text: invocation.help, name };
      name = invocation.command.name;
      const done = await execute(invocation, signal);
      const printed = printOutcome(done, {
        command: invocation.command,
        globals: invocation.globals,
        argv: request.argv,
        tty: caller.tty,
        random: services.random,
      });
      return {
        ...printed,
        stderr: printed.stderr + (invocation.globals.timing ? timings.text() : ''),
        value: valueOf(done, invocation.command.scope),
        text: done.below === null ? done.text : `${done.text}\n${done.below}`.trim(),
        name,
      };
    } catch (error) {
      const body = asBrowseError(error, services).body();
      const hint = hintBeside(read.parse, body.hint, request.argv, inherited);
      return { ...printFailure({ ...body, hint }, { json }), value: null, text: '', name };
    }
  }

  async function step(id: string, argv: readonly string[], caller: Caller, inherited: Globals, signal: AbortSignal): Promise<Step> {
    const { name, value, text, exit, stdout, stderr, error } = await runLine({ id, argv }, { ...caller, stdin: null }, signal, inherited);
    return { command: name, exit, stdout, stderr, text, value, error: error ?? null };
  }

  return {
    async argv(request, signal): Promise<ArgvReply> {
      const { exit, stdout, stderr, error } = await runLine(request, callerOf(request), signal, null);
      return { id: request.id, exit, stdout, stderr, ...(error ? { error } : {}) };
    },
    async command(name, input, call, signal): Promise<NamedReply> {
      try {
        const command =
          read.find(name) ??
          read.find(name.replace('-', ' ')) ??
          fail('usage', { problem: `Unknown command ${JSON.stringify(name)}`, hint: 'browse help' });
        const { id, session, tab, timeout } = call;
        const globals = inputFrom(
          { name: command.name, operands: {}, flags: GLOBAL_FLAGS },
          { session, tab, timeout, json: true },
        ) as Globals;
        const raw =
          typeof input === 'object' && input !== null && !Array.isArray(input)
            ? (input as Record<string, unknown>)
            : fail('malformed', { problem: 'the input is not an object' });
        const timings = new StepTimings(services.clock);
        const { began } = timings;
        const understood = {
          id,
          caller: callerOf(call),
          command,
          globals,
          input: inputFrom(command, raw),
          began,
          timings,
          extras: newExtras(),
        };
        const done = await execute(understood, signal);
        return { http: 200, body: valueOf(done, command.scope) };
      } catch (error) {
        const failure = asBrowseError(error, services);
        return { http: failure.http, body: { ok: false, error: failure.body(), retryable: failure.retryable } };
      }
    },
    running: () => accepted.running(),
    drain: (graceMs) => accepted.drain(graceMs, (session, tab) => sessions.answers(session, tab)),
    ...ofSessions(sessions),
  };
}
