/** `doctor` and `install`. The engine is asked in a process of its own: it works when no daemon can be started. */
import { spawn } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { attempt } from '../client/call.ts';
import { probeRecord } from '../client/probe.ts';
import { program } from '../client/launch.ts';
import type { ClientDeps } from '../client/client-deps.ts';
import { BUILD } from '../protocol/build.ts';
import { BrowseError, fail } from '../protocol/errors.ts';
import type { Finding, MachineReply } from '../protocol/machine.ts';
import type { PoolRow } from '../protocol/pool.ts';
import { renderFailure, renderResult } from './render.ts';
import { request } from './request.ts';
import type { LocalOutcome } from './outcome.ts';

const NAME_ANOTHER = 'Name another: export BROWSE_HOME=/a/folder/of/yours';

/** How long a daemon may take to list its browsers, in milliseconds. */
const POOL_DEADLINE = 2000;

/** Every fact with what to do about it; exit status 5 when something keeps browse from working. */
export async function doctor(made: () => ClientDeps, json: boolean): Promise<LocalOutcome> {
  const temp = lookAtTemp();
  const { world, unusable } = worldOf(made);
  // Nothing can be tried without one.
  const [reply, daemon, pool] = await Promise.all([
    temp.verdict === 'ok' ? ask('examine', () => {}) : { findings: [] },
    world === null ? null : lookAtDaemon(world),
    world === null ? [] : lookAtPool(world).catch((): readonly Finding[] => []),
  ]);
  if ('error' in reply) return { exit: reply.exit, ...renderFailure(reply.error, json) };
  const asked = 'findings' in reply ? reply.findings : [];
  const own: Finding = { subject: 'browse', verdict: 'ok', fact: `${BUILD.version} (build ${BUILD.id}), ${process.execPath}`, next: null };
  const state = world === null ? [unusable] : [lookAtState(world)];
  const findings = [own, ...asked, ...state, temp, ...(daemon === null ? [] : [daemon]), ...pool];
  const lines = findings.flatMap(({ verdict, subject, fact, next }) => [
    `${verdict.padEnd(4)}  ${subject.padEnd(12)}  ${fact}`,
    ...(next === null ? [] : [`${' '.repeat(20)}→ ${next}`]),
  ]);
  const exit = findings.some(({ verdict }) => verdict === 'bad') ? 5 : 0;
  return { exit, ...renderResult(lines.join('\n'), { ok: exit === 0, findings }, json) };
}

/** What there is to look at; where even the state folder's name is wrong, what is to be said of it. */
function worldOf(made: () => ClientDeps): { world: ClientDeps; unusable: null } | { world: null; unusable: Finding } {
  try {
    return { world: made(), unusable: null };
  } catch (error) {
    if (!(error instanceof BrowseError)) throw error;
    return { world: null, unusable: { subject: 'state folder', verdict: 'bad', fact: error.message, next: NAME_ANOTHER } };
  }
}

/** Fetches a browser, saying how far it is. */
export async function install(json: boolean, say: (line: string) => void): Promise<LocalOutcome> {
  say('Fetching a headless Chromium');
  const reply = await ask('install', say);
  if ('error' in reply) return { exit: reply.exit, ...renderFailure(reply.error, json) };
  if (!('fetched' in reply)) return fail('daemon-failed', { reason: 'the installer said nothing' });
  const { name, version, executable } = reply.fetched;
  return { exit: 0, ...renderResult(`Installed ${name} ${version}: ${executable}`, reply.fetched, json) };
}

/** One question to `browse __machine`; what it says on stderr is passed on line by line. */
function ask(what: 'examine' | 'install', say: (line: string) => void): Promise<MachineReply> {
  const { file, args } = program();
  const child = spawn(file, [...args, '__machine', what], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const line of text.split('\n')) if (/^\d+% of /.test(line)) say(line);
  });
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(broken(error.message)));
    child.on('close', () => {
      try {
        resolve(JSON.parse(stdout) as MachineReply);
      } catch {
        resolve(broken(stderr.trim().split('\n').at(-1) ?? 'it said nothing'));
      }
    });
  });
}

function broken(reason: string): MachineReply {
  const error = new BrowseError('daemon-failed', { reason });
  return { error: error.body(), exit: error.exit };
}

function lookAtState(world: ClientDeps): Finding {
  try {
    const there = world.files.checkFolder(world.paths.run);
    world.files.checkPlace(world.paths.run);
    const place = there ? world.paths.run : existing(world.paths.home);
    tryWriting(place);
    return {
      subject: 'state folder',
      verdict: 'ok',
      fact: `${world.paths.home}${there ? '' : ' (made by the first command)'}`,
      next: null,
    };
  } catch (error) {
    const fact = error instanceof Error ? error.message : String(error);
    return {
      subject: 'state folder',
      verdict: 'bad',
      fact,
      next: `Make room or remove what is wrong with it. ${NAME_ANOTHER}`,
    };
  }
}

/** The nearest folder that is there already. */
function existing(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existing(dirname(path));
}

/** As much as a first write of ours: a folder may allow it and its disk be full. Throws as the write does. */
function tryWriting(folder: string): void {
  const path = join(folder, `.doctor-${process.pid}`);
  try {
    writeFileSync(path, Buffer.alloc(PROBE), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw new Error(`the disk of ${folder} is full`, { cause: error });
    throw error;
  } finally {
    rmSync(path, { force: true });
  }
}

/** Bytes: some file systems keep the smallest files beside their blocks. */
const PROBE = 16 * 1024;

/** Browsers and native modules need one. */
function lookAtTemp(): Finding {
  const path = tmpdir();
  try {
    tryWriting(path);
    return { subject: 'temp folder', verdict: 'ok', fact: path, next: null };
  } catch (error) {
    const fact = error instanceof Error ? error.message : String(error);
    return { subject: 'temp folder', verdict: 'bad', fact, next: 'Let TMPDIR name a folder that can be written' };
  }
}

/** Ports that stand open: CDP knows no password. */
async function lookAtPool(world: ClientDeps): Promise<readonly Finding[]> {
  if (!world.files.checkFolder(world.paths.run)) return [];
  const sight = await probeRecord(world);
  if (sight.kind !== 'names' || sight.answer.kind !== 'ready') return [];
  const never = new AbortController().signal;
  const ending = await attempt(sight.record, await request(['pool', 'list', '--json'], never), POOL_DEADLINE, never);
  if (ending === 'not accepted' || 'interrupted' in ending || ending.exit !== 0) return [];
  const { browsers } = JSON.parse(ending.stdout) as { browsers: readonly PoolRow[] };
  const open = browsers.flatMap(({ port, cdp_endpoint: cdp }) => (cdp === null ? [] : [{ port, at: new URL(cdp).port }]));
  if (open.length === 0) return [];
  const fact = `every local user can drive the browser on port ${open.map(({ at }) => at).join(', ')}`;
  const ends = [
    ...(open.some(({ port }) => port !== null) ? ['browse pool kill PORT, as soon as nobody needs it'] : []),
    ...(open.some(({ port }) => port === null) ? ['take browser.cdp out of your config.json, then browse restart'] : []),
  ];
  return [{ subject: 'pool', verdict: 'warn', fact, next: ends.join('; ') }];
}

async function lookAtDaemon(world: ClientDeps): Promise<Finding> {
  const fine = (fact: string): Finding => ({ subject: 'daemon', verdict: 'ok', fact, next: null });
  try {
    if (!world.files.checkFolder(world.paths.run)) return fine('not running');
    const sight = await probeRecord(world);
    if (sight.kind !== 'names' || sight.process === 'gone') return fine('not running');
    const { pid } = sight.record.process;
    if (sight.answer.kind === 'ready') return fine(`running (pid ${pid}, build ${sight.record.build.id})`);
    return { subject: 'daemon', verdict: 'warn', fact: `pid ${pid} does not answer`, next: 'browse status, then browse stop --force' };
  } catch {
    return fine('not running');
  }
}
