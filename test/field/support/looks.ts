/** What the tests of the field ask a page by `browse` alone. */
import type { Cli, Run } from '../../support/cli.ts';

/** Opens a page and waits until it says that it is ready. */
export async function open(shell: Cli, url: string): Promise<void> {
  await shell.ok('goto', url);
  await shell.ok('wait', '--fn', 'window.__ready === true');
}

/** The value of an expression in the page. */
export async function js<T = unknown>(shell: Cli, expression: string): Promise<T> {
  const { value } = await shell.json<{ value: T }>('js', expression);
  return value;
}

/** Both streams of a command in one line, as a failed test shows them. */
export function said(run: Run): string {
  return `${run.exit ?? run.signal}: ${`${run.stdout}${run.stderr}`.trim().replaceAll('\n', ' | ').slice(0, 300)}`;
}

/** An element as a line of a snapshot shows it. */
export type Shown = { readonly ref: string; readonly role: string; readonly name: string; readonly line: string };

/** The lines of a snapshot that have a ref, in order. */
export async function shown(shell: Cli, ...flags: readonly string[]): Promise<readonly Shown[]> {
  const text = await shell.ok('snapshot', '--no-fence', '--max-chars', '1000000', ...flags);
  return text.split('\n').flatMap((line) => {
    const [, ref, role, name] = /^ *(@e\d+) \[([^\]]+)\](?: ("(?:[^"\\]|\\.)*"))?/.exec(line) ?? [];
    return ref === undefined || role === undefined
      ? []
      : [{ ref, role, name: name === undefined ? '' : (JSON.parse(name) as string), line }];
  });
}
