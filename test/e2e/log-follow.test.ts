/** Following the log: what comes is printed as it comes, each request once and with its end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { eventually } from '../support/processes.ts';
import { shellLine } from '../support/shell-line.ts';
import { serve } from '../support/site.ts';
import { sharedDaemon } from '../support/shared-cli.ts';

const freshUser = sharedDaemon();

test('logs -f prints each request once, when it has ended, and what pages say, until Ctrl-C', async () => {
  await using site = await serve({ '/': `<title>here</title><script>console.log('first words')</script>` });
  const slow = site.hold('/status/202');
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/status/201`);
  const following = user.start(['logs', '-f', '--no-fence', '--source', 'network', '--source', 'console']);
  await eventually('what was there', () => following.output().includes('/status/201 → 201'));
  await user.ok('js', `void fetch('/status/202')`);
  await slow.arrived;
  await user.ok('goto', site.origin, '--tab', '1', '--wait', 'commit').catch(() => {});
  await eventually('the console', () => following.output().includes('[console] [log] first words'));
  await user.ok('js', `fetch('/status/203').then((r) => r.text()).then(() => 1)`);
  await eventually('the next request', () => following.output().includes('/status/203 → 203'));
  following.child.kill('SIGINT');
  const run = await following.done;
  expect(run.exit).toBe(130);
  const lines = run.stdout.trimEnd().split('\n');
  expect(lines.filter((line) => line.includes('/status/203 → '))).toHaveLength(1);
  // The page left before it was answered.
  expect(lines.filter((line) => line.includes('/status/202 → '))).toEqual([expect.stringContaining('aborted')]);
  expect(
    lines.every((line) => /^\[[\dT:.-]+Z\] \[(?:network|console)\] /.test(line)),
    run.stdout,
  ).toBe(true);
  slow.release();
  // Who follows leaves no rows behind.
  const rows = await user.json<readonly { readonly n: number }[]>(
    'logs',
    'sql',
    "SELECT count(*) AS n FROM events WHERE text LIKE 'logs →%'",
  );
  expect(rows[0]?.n).toBeLessThanOrEqual(1);
});

test('logs -f ends with whoever reads it (| head), and with a failure where it cannot write', async () => {
  await using site = await serve();
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/status/201`);
  const piped = spawn('bash', ['-c', '"$0" logs -f --no-fence | head -1; echo "${PIPESTATUS[0]}"', user.binary], {
    cwd: user.cwd,
    env: user.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = text(piped.stdout);
  const over = once(piped, 'close');
  // Each of these is something to print, of which the first finds nobody left.
  while (piped.exitCode === null) await user.ok('url');
  await over;
  expect((await said).trimEnd().split('\n').at(-1)).toBe('0');
  const full = shellLine(user, '"$0" logs -f > /dev/full');
  expect(full.exit).toBe(5);
  expect(full.stderr).toMatch(/^Cannot write stdout: ENOSPC: .*\. Run: browse doctor\n$/);
});

test('logs of one session hold nothing of another, and --trace is what one command caused', async () => {
  await using site = await serve();
  await using user = freshUser();
  await user.ok('goto', `${site.origin}/status/201`);
  await user.ok('goto', `${site.origin}/status/202`, '--session', 'other');
  await user.ok('goto', `${site.origin}/status/203`);
  const lines = await user.ok('logs', '--no-fence', '--source', 'network');
  expect(lines).toMatch(/201[\s\S]*203/);
  expect(lines).not.toContain('/status/202');
  expect(await user.ok('logs', '--no-fence', '--all-sessions', '--source', 'network')).toContain('/status/202');
  const trace = /goto \S+\/status\/203 → done .*trace ([0-9a-f-]{36})/.exec(
    await user.ok('logs', '--no-fence', '--source', 'command'),
  )?.[1];
  const traced = (await user.ok('logs', '--no-fence', '--trace', String(trace))).split('\n');
  expect(traced.map((line) => /^\[[^\]]+\] (\[\w+\])/.exec(line)?.[1])).toEqual(['[network]', '[command]']);
  expect(traced[0]).toContain('/status/203');
});
