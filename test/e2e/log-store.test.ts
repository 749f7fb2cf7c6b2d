/** The log database under a running daemon: killed, full, deleted, replaced, of another schema, asked badly. */
import { closeSync, openSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import type { Cli, Run } from '../support/cli.ts';
import { has } from '../support/facilities.ts';
import { within } from '../support/patience.ts';
import { eventually } from '../support/processes.ts';
import { rounds } from '../support/rounds.ts';
import { serve } from '../support/site.ts';

const count = async (user: Cli, where: string): Promise<number> => {
  const rows = await user.json<readonly { readonly n: number }[]>('logs', 'sql', `SELECT count(*) AS n FROM requests WHERE ${where}`);
  return rows[0]?.n ?? -1;
};

test('a kill -9 in a burst leaves a whole database, and what was answered a quarter of a second before is in it', async () => {
  await using site = await serve({
    '/': `<title>burst</title><script>
      let n = 0;
      const one = async () => { for (;;) { n += 1; await fetch('/hit?n=' + n, { cache: 'no-store' }).then((r) => r.text()); } };
      for (let at = 0; at < 6; at += 1) one();</script>`,
  });
  const at: number[] = [];
  site.on('/hit', (_, response) => {
    at.push(performance.now());
    response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
  });
  await using user = cli();
  for (let round = 0; round < rounds(20, 2); round += 1) {
    at.length = 0;
    await user.ok('goto', `${site.origin}/?round=${round}`);
    await eventually('a burst', () => at.length > 100);
    await user.ok('network', '--limit', '1');
    const warm = at.length;
    await eventually('more of it', () => at.length > warm + 200);
    // What the machine takes to let the daemon hear of a request: a script's answer comes behind what the page asked for before it.
    const asked = performance.now();
    await user.ok('js', '1');
    const killed = performance.now();
    process.kill(user.record()?.process.pid ?? 0, 'SIGKILL');
    const before = at.filter((when) => when < killed - within(250) - (killed - asked)).length;
    await eventually('the browser to end', () => user.processes().length === 0);
    const kept = await count(user, `frame LIKE '%round=${round}' AND url LIKE '%/hit%'`);
    expect(kept).toBeGreaterThanOrEqual(before);
    const check = await user.json<readonly object[]>('logs', 'sql', 'SELECT integrity_check FROM pragma_integrity_check');
    expect(check).toEqual([{ integrity_check: 'ok' }]);
    expect(await count(user, `state = 'pending'`)).toBe(0);
  }
});

test.runIf(has('user-namespaces'))('a disk that fills up costs no command and no row that fits in memory, and is said once', async () => {
  await using user = cli();
  await using site = await serve({ '/': '<title>here</title>' });
  const script = `
    mkdir -p "$1/small"
    mount -t tmpfs -o size=96m,mode=700 none "$1/small" || exit 99
    export BROWSE_HOME="$1/small/state"
    "$2" goto "$3/before"; echo "exit $?"
    head -c 200000000 /dev/zero > "$1/small/filler" 2>/dev/null
    for n in 1 2 3 4 5 6 7 8; do "$2" js "Promise.all(Array.from({ length: 60 }, (_, i) => fetch('/during?n=$n.' + i + '&' + 'x'.repeat(3000)))).then(() => 1)"; echo "exit $?"; done
    "$2" network --url /before >/dev/null; echo "exit $?"
    "$2" status | grep warning
    rm "$1/small/filler"
    "$2" goto "$3/after"; echo "exit $?"
    n=0; while "$2" status | grep -q 'warning: The log'; do n=$((n + 1)); [ $n -gt 100 ] && break; done
    "$2" logs sql "SELECT count(*) FROM requests WHERE url LIKE '%/during%'" --no-fence; echo "exit $?"
    "$2" logs sql "SELECT count(*) FROM requests WHERE url LIKE '%/after'" --no-fence; echo "exit $?"
    "$2" stop >/dev/null; echo "exit $?"`;
  const run = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    const args = ['--user', '--map-root-user', '--mount', 'bash', '-c', script, 'bash', user.root, user.binary, site.origin];
    const done = user.start(args, { binary: 'unshare', limit: 100_000 }).done;
    void done.then(resolve);
  });
  const said = `${run.stdout}\n${run.stderr}`;
  const lines = run.stdout.split('\n');
  expect(
    lines.filter((line) => line.startsWith('exit ')),
    said,
  ).toEqual(Array.from({ length: 14 }, () => 'exit 0'));
  expect(said.match(/rows are kept in memory until it can/g), said).toHaveLength(1);
  expect(said).toMatch(/warning: The log database cannot be written \(the disk is full[^)]*\): \d+ rows are kept in memory meanwhile/);
  expect(lines.filter((line) => /^\d+$/.test(line)).slice(-2), said).toEqual(['480', '1']);
});

test('a database that is deleted, replaced by another thing or of a newer schema is made anew and said, and refresh opens it again', async () => {
  await using site = await serve();
  await using user = cli();
  await user.ok('goto', `${site.origin}/status/201`);
  expect(await count(user, 'status = 201')).toBe(1);
  const path = join(user.home, 'log.db');
  for (const end of ['', '-wal', '-shm']) rmSync(path + end);
  await user.ok('goto', `${site.origin}/status/202`);
  expect([await count(user, 'status = 201'), await count(user, 'status = 202')]).toEqual([0, 1]);
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
  writeFileSync(path, 'no database, and long enough to be looked at as one'.repeat(200), { mode: 0o600 });
  const told = await user.run(['goto', `${site.origin}/status/203`]);
  const asked = await user.run(['logs', 'sql', 'SELECT status FROM requests WHERE status = 203', '--no-fence']);
  expect(asked.stdout).toBe('status\n203\n');
  expect(told.stdout + told.stderr + asked.stderr).toMatch(/The log database was set aside as \S+log\.db\.damaged: it is no database/);
  const refreshed = await user.json<{ readonly closedHandles: number; readonly pid: number }>('refresh');
  expect(refreshed.closedHandles).toBeGreaterThanOrEqual(1);
  expect(refreshed.pid).toBe(user.record()?.process.pid);
  expect(await count(user, 'status = 203')).toBe(1);
});

// Found by chaos: whatever part of the file is damaged, and whoever finds it, the log goes on in a new one.
test('a database that is damaged in the middle, or whose journal is, is set aside and made anew by the command that meets it', async () => {
  await using site = await serve({ '/many': '<script>for (let at = 0; at < 200; at += 1) console.log("x".repeat(200))</script>' });
  await using user = cli();
  const path = join(user.home, 'log.db');
  const garble = (file: string, from: number): void => {
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(Math.max(0, statSync(file).size - from), 0x5a), 0, undefined, from);
    closeSync(handle);
  };
  for (const [what, file, from] of [
    ['tables', path, 8_192],
    ['all but the first bytes', path, 100],
    ['the journal', `${path}-wal`, 32],
  ] as const) {
    await user.ok('goto', `${site.origin}/many`);
    // Everything is in the file itself.
    if (file === path) await user.ok('stop');
    await user.ok('goto', `${site.origin}/status/201`);
    garble(file, from);
    const asked: Run[] = [];
    for (const words of [['network'], ['logs'], ['goto', `${site.origin}/status/202`], ['network'], ['logs']])
      asked.push(await user.run(words));
    expect(
      asked.map(({ exit }) => exit),
      `${what}\n${asked.map(String).join('\n')}`,
    ).toEqual([0, 0, 0, 0, 0]);
    expect(await count(user, 'status = 202'), what).toBeGreaterThan(0);
  }
  expect(readdirSync(user.home)).toContain('log.db.damaged');
});

test('SQL that would change something, makes no sense or does not end is a clear error, and nothing is held up by it', async () => {
  await using site = await serve();
  await using user = cli();
  await user.ok('goto', `${site.origin}/status/201`);
  const refused = await user.run(['logs', 'sql', 'DELETE FROM requests']);
  expect([refused.exit, refused.stderr]).toEqual([
    2,
    'The log does not answer this: only SELECT, WITH, VALUES and EXPLAIN are carried out. Run: browse help logs\n',
  ]);
  expect((await user.run(['logs', 'sql', 'SELECT nowhere FROM requests'])).stderr).toContain('no such column: nowhere');
  const endless = user.start([
    'logs',
    'sql',
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n',
    '--timeout',
    '3000',
  ]);
  for (let at = 0; at < 3; at += 1) expect((await user.run(['network'])).ms).toBeLessThan(1_500);
  const late = await endless.done;
  expect([late.exit, late.stderr]).toEqual([1, 'The query of the log did not end within 3000 ms and was stopped. Run: browse help logs\n']);
  expect(await count(user, 'status = 201')).toBe(1);
});

test('thousands of requests in one session: no row is lost, and neither the daemon nor its store grows with them', async () => {
  const total = rounds(20_000, 1_500);
  await using site = await serve({
    '/one': (_, response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ a: 'x'.repeat(500) })),
    '/': `<title>busy</title><script>
      let n = 0;
      const one = async () => { while (n < ${total}) { n += 1; await fetch('/one?' + n, { cache: 'no-store' }).then((r) => r.text()); } };
      Promise.all([1, 2, 3, 4, 5, 6].map(one)).then(() => (document.title = 'done'));</script>`,
  });
  await using user = cli();
  await user.ok('goto', site.origin);
  const waited = await user.run(['wait', '--fn', 'document.title === "done"', '--timeout', '600000'], { limit: 600_000 });
  expect(waited.exit, String(waited)).toBe(0);
  const where = `url LIKE '%/one?%' AND state = 'done' AND bodySize = ${JSON.stringify({ a: 'x'.repeat(500) }).length}`;
  expect(await count(user, where)).toBe(total);
  expect(await count(user, `${where} AND bodyNote IS NOT NULL`)).toBe(0);
  const { memory } = await user.json<{ readonly memory: number }>('status');
  expect(memory).toBeLessThan(400 * 1024 ** 2);
});

test('stop hands over the last rows, and no process of the store is left', async () => {
  await using site = await serve();
  await using user = cli();
  await user.ok('goto', `${site.origin}/status/207`);
  await user.ok('network');
  expect(user.processes().filter(({ command }) => command.includes('__store')).length).toBe(2);
  await user.stop();
  expect(await count(user, 'status = 207')).toBe(1);
});
