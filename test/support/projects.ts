/** A user inside a project: a working folder with a `.git`, and the files that tests put there. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ConfigurationShown, ShownValue } from '../../browse/domain/configuration/ports.ts';
import { cli, type Cli } from './cli.ts';

export type ProjectCli = Cli & {
  /** Writes a file of the project; what is no text is written as JSON. */
  put(name: string, content: unknown): void;
  drop(name: string): void;
  /** The session's name. */
  session(): Promise<string>;
  /** A row of `browse config`. */
  value(key: string): Promise<ShownValue>;
};

/** A fresh user in a fresh project. */
export function project(options: Parameters<typeof cli>[0] = {}): ProjectCli {
  const user = cli(options);
  mkdirSync(join(user.cwd, '.git'));
  const put = (name: string, content: unknown): void => {
    const path = join(user.cwd, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  };
  return {
    ...user,
    put,
    drop: (name) => rmSync(join(user.cwd, name), { recursive: true, force: true }),
    session: async () => (await user.json<{ name: string }>('session', 'status')).name,
    async value(key) {
      const { values } = await user.json<ConfigurationShown>('config');
      const found = values.find((each) => each.key === key);
      if (found === undefined) throw new Error(`there is no key ${key}`);
      return found;
    },
  };
}

/** A storage state with one cookie and one stored value. */
export function state(origin: string, cookie: string, stored: string): object {
  const { hostname } = new URL(origin);
  const rest = { domain: hostname, path: '/', expires: -1, httpOnly: false, secure: false, sameSite: 'Lax' };
  return {
    cookies: [{ name: 'login', value: cookie, ...rest }],
    origins: [{ origin, localStorage: [{ name: 'kept', value: stored }] }],
  };
}
