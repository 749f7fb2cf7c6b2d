/** A command-line tool that drives a browser, as the benches see it, and ours. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Ground, ROOT, type Sample, type User } from './ground.ts';

/** What the benches ask of every tool. */
export type Tasks = {
  /** Shows a page; starts whatever does not run yet. */
  readonly open: (url: string) => readonly string[];
  readonly url: readonly string[];
  readonly js: readonly string[];
  readonly snapshot: readonly string[];
  /** `ref` as the tool's own snapshot names it. */
  readonly click: (ref: string) => readonly string[];
  /** Reads how often the button of counter.html was clicked. */
  readonly clicks: readonly string[];
  readonly stop: readonly string[];
};

export type Tool = {
  readonly name: string;
  readonly tasks: Tasks;
  /** Runs the tool to its end; throws unless it exits with 0. */
  run(argv: readonly string[]): Sample;
  /** Ends its daemon and its browser, and returns when both are gone. */
  stop(): Promise<void>;
};

/** A tool from who runs it, its program and its words. */
export function makeTool(name: string, user: User, program: readonly string[], tasks: Tasks): Tool {
  const run = (argv: readonly string[]): Sample => user.run([...program, ...argv]);
  return {
    name,
    tasks,
    run,
    stop: async () => {
      run(tasks.stop);
      await user.quiet(3_000);
    },
  };
}

/** The compiled binary of this checkout, or the one that `BENCH_BINARY` names. */
export function browse(ground: Ground): Tool {
  return built(ground, 'browse', process.env['BENCH_BINARY'] ?? join(ROOT, 'dist/browse'));
}

/** An older binary of ours, which `BENCH_BASE` names, for what must not have grown since; null where it names none. */
export function base(ground: Ground): Tool | null {
  const binary = process.env['BENCH_BASE'];
  return binary === undefined || binary === '' ? null : built(ground, 'base', binary);
}

function built(ground: Ground, name: string, binary: string): Tool {
  if (!existsSync(binary)) throw new Error(`${binary} is not built. Run: npm run build`);
  const user = ground.user(name, { BROWSE_HOME: join(ground.folder, name, 'state'), BROWSE_CHROMIUM: ground.chromium });
  return makeTool(name, user, [binary], {
    open: (url) => ['goto', url],
    url: ['url'],
    js: ['js', '1+1'],
    snapshot: ['snapshot', '-i'],
    click: (ref) => ['click', `@${ref}`],
    clicks: ['js', 'document.querySelector("output").textContent'],
    stop: ['stop'],
  });
}

/** The ref by which a snapshot names the element of this role and name, in our notation or in `[ref=e1]`. */
export function refOf(snapshot: string, role: string, name: string): string {
  const line = snapshot.split('\n').find((text) => text.includes(role) && text.includes(`"${name}"`));
  const ref = line === undefined ? null : /@(e\d+)|\[ref=([a-z0-9]+)\]/.exec(line);
  if (ref === null) throw new Error(`no ${role} "${name}" in this snapshot:\n${snapshot}`);
  return ref[1] ?? ref[2] ?? '';
}
