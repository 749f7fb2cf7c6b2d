import { accessSync, chmodSync, constants, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { serve } from '../support/site.ts';
import { zip } from '../support/zip.ts';

type Report = { ok: boolean; findings: { subject: string; verdict: string; fact: string; next: string | null }[] };

test('doctor tells what is there, and starts nothing that stays', async () => {
  await using user = cli();
  const run = await user.run(['doctor', '--json']);
  expect(run.exit, String(run)).toBe(0);
  const { ok, findings } = JSON.parse(run.stdout) as Report;
  expect(ok).toBe(true);
  const fact = (subject: string): string => findings.find((finding) => finding.subject === subject)?.fact ?? '';
  expect(fact('browser')).toMatch(/\d+\.\d+\.\d+ starts in \d+ ms$/);
  expect(fact('database')).toMatch(/^SQLite 3\./);
  expect(fact('daemon')).toBe('not running');
  expect(fact('sandbox')).toMatch(process.getuid?.() === 0 ? /^off: / : /^on$|^off: /);
  expect(fact('state folder')).toContain(user.home);
  expect(user.record()).toBeNull();
  expect(user.processes()).toEqual([]);
});

test('doctor names the browser that is missing and what to do, and exits with 5', async () => {
  await using user = cli();
  const run = await user.run(['doctor'], { env: { BROWSE_CHROMIUM: join(user.root, 'no-such-browser') } });
  expect(run.exit, String(run)).toBe(5);
  expect(run.stdout).toMatch(/^bad +browser /m);
  expect(run.stdout).toContain('→ Fetch one: browse install');
  expect(run.stdout + run.stderr).not.toMatch(/\n +at /);
});

test('doctor says which state folder cannot be used', async () => {
  await using user = cli();
  mkdirSync(join(user.home, 'run'), { recursive: true });
  chmodSync(join(user.home, 'run'), 0o777);
  const run = await user.run(['doctor']);
  expect(run.exit, String(run)).toBe(5);
  expect(run.stdout).toMatch(/^bad +state folder /m);
});

test('install fetches the archive, unpacks it where Playwright looks, and says where', async () => {
  let asked = '';
  const shell = '#!/bin/sh\necho a browser\n';
  await using site = await serve();
  await using user = cli({ env: { PLAYWRIGHT_DOWNLOAD_HOST: site.origin } });
  const missing = await user.run(['install']);
  expect(missing.exit, String(missing)).toBe(5);
  expect(missing.stderr).toMatch(/Cannot fetch a browser from http:.*: the server answered 404\. .*\. Run: browse doctor\n$/s);
  asked = site.hits.at(-1)?.url ?? '';
  const folder = /([^/]+)\.zip$/.exec(asked)?.[1] ?? '';
  const archive = zip({ [`${folder}/chrome-headless-shell`]: shell });
  site.on(new URL(asked, site.origin).pathname, (_request, response) => {
    response.setHeader('content-length', archive.length);
    response.end(archive);
  });
  const { executable } = await user.json<{ executable: string }>('install');
  accessSync(executable, constants.X_OK);
  expect(readFileSync(executable, 'utf8')).toBe(shell);
  expect(executable.startsWith(user.root)).toBe(true);
  expect(existsSync(join(executable, '../../INSTALLATION_COMPLETE'))).toBe(true);
  expect(readdirSync(join(user.root, 'temp'))).toEqual([]);
});
