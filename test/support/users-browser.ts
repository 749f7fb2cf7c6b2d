/** A browser as a person starts it, with a debugging port: on a profile of its own, driven by nobody. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findExecutables } from '../../browse/adapters/playwright/launch/executables.ts';
import { sandboxed } from './facilities.ts';
import { eventually } from './processes.ts';

export type UsersBrowser = { close(): Promise<void> };

/** Resolves when it answers at its port. */
export async function usersBrowser(profile: string, port: number): Promise<UsersBrowser> {
  const program = findExecutables(true, process.env).found[0]?.path ?? '';
  const sandbox = sandboxed() ? [] : ['--no-sandbox'];
  const args = [...sandbox, '--headless', `--user-data-dir=${profile}`, `--remote-debugging-port=${port}`, 'about:blank'];
  const child = spawn(program, args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const answers = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/json/version`).then(
      ({ ok }) => ok,
      () => false,
    );
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  try {
    await eventually('the browser to answer', answers, 30_000);
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}
