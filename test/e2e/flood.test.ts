/**
 * One session whose page floods: everything else goes on in good time, what it fills has limits, what was dropped is said, and the
 * session and the daemon still end. A few seconds of each kind here, a minute of each in a soak.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { daemonOf, residentMegabytes } from '../support/daemons.ts';
import { FULL, rounds } from '../support/rounds.ts';
import { serve } from '../support/site.ts';

/** What each does, and what its session says of it. */
const KINDS: Readonly<Record<string, readonly [string, RegExp]>> = {
  console: [`for (let i = 0; i < 2000; i++) console.log(i + 'x'.repeat(500))`, /floods its console: its console is no longer read/],
  downloads: [
    `const link = document.createElement('a'); link.href = files; link.download = 'f' + Math.random(); link.click()`,
    /\d+ further downloads cut off: 20 are kept between two commands/,
  ],
  requests: [`for (let i = 0; i < 50; i++) fetch('/answer?' + Math.random()).catch(() => {})`, /floods the network: it was ended/],
  // The whole of it must not come to the daemon.
  bodies: [
    `if (!window.sending) { sending = true; fetch('/answer', { method: 'POST', body: 'p'.repeat(1e8) }).catch(() => {}).finally(() => (sending = false)) }`,
    /bodies/,
  ],
  dialogs: [`alert('again ' + 'x'.repeat(1000))`, /\[alert open\]|Dialog/],
  popups: [`for (let i = 0; i < 5; i++) open('about:blank#' + Math.random())`, /\d+ further tabs were closed: 20 that pages open are kept/],
  frames: [
    `for (let i = 0; i < 20; i++) { const frame = document.createElement('iframe'); frame.src = '/answer'; document.body.append(frame); }
     while (document.body.children.length > 200) document.body.firstElementChild.remove()`,
    /frames/,
  ],
  history: [
    `for (let i = 0; i < 200; i++) { try { history.pushState({}, '', '#' + i + 'y'.repeat(200)) } catch {} } location.hash = Math.random()`,
    /history/,
  ],
};
/** Megabytes. */
const MOST = { daemon: 450, disk: 600 };

function megabytesIn(folder: string): number {
  const bytes = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => {
    try {
      const seen = statSync(join(folder, name));
      return seen.isFile() ? seen.size : 0;
    } catch {
      // It went meanwhile.
      return 0;
    }
  });
  return bytes.reduce((sum, each) => sum + each, 0) / 1e6;
}

/** Milliseconds for all kinds, on a busy machine too. */
const TIME = Object.keys(KINDS).length * (rounds(60, 3) + 30) * 1000;

test(
  'a session that floods holds up no other one, keeps to its limits, says what was dropped, and ends when it is told to',
  { timeout: TIME },
  async () => {
    const pages = Object.entries(KINDS).map(([kind, [script]]) => [
      `/${kind}`,
      `<title>${kind}</title><body><script>const files = URL.createObjectURL(new Blob([new Uint8Array(2e6)])); setTimeout(() => setInterval(() => { ${script} }, 5), 300)</script>`,
    ]);
    await using site = await serve({
      ...(Object.fromEntries(pages) as Record<string, string>),
      '/answer': 'ok',
      '/calm': '<button>Calm</button>',
    });
    await using user = cli();
    await user.ok('goto', `${site.origin}/calm`, '--session', 'calm');
    const daemon = daemonOf(user);
    const seconds = rounds(60, 3);
    // That of the console is in test/browser/flood.test.ts, but for a soak.
    for (const [kind, [, said]] of Object.entries(KINDS).filter(([name]) => FULL || name !== 'console')) {
      await user.run(['goto', `${site.origin}/${kind}`, '--session', kind]);
      let slowest = { ms: 0, what: '' };
      for (const until = performance.now() + seconds * 1000; performance.now() < until;) {
        for (const words of [['url'], ['js', '1 + 1'], ['snapshot', '-i'], ['is', 'visible', 'button']]) {
          const ran = await user.run([...words, '--session', 'calm', '--timeout', '60s']);
          expect(ran.exit, `${kind}: ${String(ran)}`).toBe(0);
          if (ran.ms > slowest.ms) slowest = { ms: ran.ms, what: words.join(' ') };
        }
      }
      // How quickly is a matter of a quiet machine.
      expect(FULL ? slowest.ms : 0, `${kind}: ${slowest.what} took ${slowest.ms.toFixed(0)} ms`).toBeLessThan(2_000);
      expect(residentMegabytes(daemon.pid), `${kind}: megabytes of the daemon`).toBeLessThan(MOST.daemon);
      expect(megabytesIn(user.home), `${kind}: megabytes on disk`).toBeLessThan(MOST.disk);
      expect(String(await user.run(['tabs', '--session', kind])), kind).toMatch(said);
      const closed = await user.run(['session', 'close', kind]);
      expect(closed.exit, `${kind}: ${String(closed)}`).toBe(0);
      expect(FULL ? closed.ms : 0, `${kind}: session close`).toBeLessThan(10_000);
    }
    // The log was read all the time, and a stop ends it in the middle of a flood.
    expect(await user.ok('logs', 'sql', 'SELECT count(*) > 100 AS many FROM requests', '--no-fence')).toContain('1');
    await user.run(['goto', `${site.origin}/requests`, '--session', 'last']);
    const stopped = await user.run(['stop']);
    expect(stopped.exit, String(stopped)).toBe(0);
    expect(FULL ? stopped.ms : 0, 'stop').toBeLessThan(10_000);
  },
);
