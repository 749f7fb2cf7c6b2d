/** The pool of browsers that have a port: which ports there are, what may be asked of a browser, how a session names one. Pure. */
import { fail } from '../protocol/errors.ts';
import { FIRST_PORT, LAST_PORT } from '../protocol/pool.ts';
import type { BrowserKind } from '../protocol/pool.ts';

/** What a browser of the pool is asked to be. */
export type SpawnOptions = {
  /** Null: the best one of Chromium's family that is here. */
  readonly kind: BrowserKind | null;
  /** Where it answers to CDP; for Firefox and WebKit no more than its number. */
  readonly port: number;
  /** Absolute path of a profile that outlives it; null: a temporary one. */
  readonly profile: string | null;
  /** `http://host:port`, `socks5://name:password@host:port`. */
  readonly proxy: string | null;
  /** Absolute path of a program to start in place of an installed one. */
  readonly executable: string | null;
  readonly args: readonly string[];
};

/** How the default browser is configured. Null or empty: as it is without. */
export type BrowserChoice = {
  /** Absolute path of a program; BROWSE_CHROMIUM goes before it. */
  readonly executable: string | null;
  readonly args: readonly string[];
  readonly proxy: string | null;
  readonly headed: boolean | null;
};

/** A browser that somebody else started. */
export type JoinOptions = {
  /** `http://host:port`, or a WebSocket URL, of CDP or of a Playwright server; a Grid's URL. May hold a token. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A Selenium Grid is asked for a browser with these capabilities besides (a JSON object; null: none). Null: it is no Grid. */
  readonly grid: { readonly capabilities: string | null } | null;
  /** Of a browser that is started for us: whether it shows a window over there. */
  readonly headed: boolean;
};

/** Where other clients join a browser. */
export type SharePlace = {
  /** Of the socket; in a folder of ours that is 0700. */
  readonly path: string;
  /** Ours alone, short enough for sockets in it; made when it is missing. */
  readonly folder: string;
  /** Somebody has come (+1) or left (-1). */
  readonly present: (change: 1 | -1) => void;
  /** Somebody could not join, and was told why. */
  readonly refused: (reason: string) => void;
};

/** The first Playwright that joins a browser at the path of a socket. */
export const JOINS_FROM = '1.60';

/** The pool's ports on this machine. */
export interface PortAllocator {
  /** Holds a port against every other pool of the machine until `release`; null when it is taken, by whomever. */
  reserve(port: number): Promise<HeldPort | null>;
  /** How many programs are connected to any of these ports; null where that cannot be known. */
  connections(ports: readonly number[]): number | null;
}
export type HeldPort = { release(): void };

/** Fails with `port-outside`. */
export function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < FIRST_PORT || port > LAST_PORT) fail('port-outside', { port });
}

/** Every port of the range that `taken` does not hold, the lowest first. */
export function* portsLeft(taken: { has(port: number): boolean }): Generator<number> {
  for (let port = FIRST_PORT; port <= LAST_PORT; port++) if (!taken.has(port)) yield port;
}

/** Arguments that would undo what a flag of ours or the pool itself sees to. */
const OURS: Readonly<Record<string, string>> = {
  '--remote-debugging-port': '--port',
  '--remote-debugging-pipe': '--port',
  '--remote-debugging-address': '--port',
  '--remote-allow-origins': '--port',
  '--user-data-dir': '--profile',
  '--headless': '--headed',
  '--proxy-server': '--proxy',
};

/** Arguments for the browser as they were typed: several in one word are split where the next one begins. Fails with `usage`. */
export function browserArguments(typed: readonly string[]): readonly string[] {
  const args = typed.flatMap((word) => word.trim().split(/\s+(?=--?[a-zA-Z])/)).filter((word) => word !== '');
  for (const arg of args) {
    if (!arg.startsWith('-'))
      fail('usage', { problem: `--args takes arguments that begin with -, not ${JSON.stringify(arg)}`, hint: 'browse help pool spawn' });
    const instead = OURS[arg.split('=', 1)[0] ?? ''];
    if (instead !== undefined)
      fail('usage', { problem: `${arg.split('=', 1)[0]} is set by browse itself: use ${instead}`, hint: 'browse help pool spawn' });
  }
  return args;
}

/** A proxy as it was typed: its URL. Fails with `usage`. */
export function proxyUrl(typed: string): string {
  try {
    const url = new URL(typed.includes('://') ? typed : `http://${typed}`);
    if (/^(?:https?|socks[45]?):$/.test(url.protocol) && url.hostname !== '') return url.href;
  } catch {
    // No URL at all.
  }
  return fail('usage', {
    problem: `--proxy takes http://HOST:PORT or socks5://HOST:PORT, not ${JSON.stringify(typed.replace(/\/\/[^@/]*@/, '//****@'))}`,
    hint: 'browse help pool spawn',
  });
}

/** An endpoint without what may be a secret in it: name, password, query. */
export function withoutSecrets(endpoint: string): string {
  try {
    const { protocol, host, pathname } = new URL(endpoint);
    return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
  } catch {
    return 'that endpoint';
  }
}

/** An endpoint as it was typed: a URL, or a loopback port. Fails with `usage`. */
export function joinEndpoint(typed: string): string {
  if (/^\d{1,5}$/.test(typed)) return `http://127.0.0.1:${typed}`;
  const address = typed.includes('://') ? typed : `http://${typed}`;
  try {
    if (/^(?:https?|wss?):$/.test(new URL(address).protocol)) return address;
  } catch {
    // No URL at all.
  }
  return fail('usage', { problem: 'connect takes http://HOST:PORT, ws://... or wss://...', hint: 'browse help connect' });
}

/** Who listens on a port of this machine. */
export type PortOwner = { readonly ours: boolean; /** Of the user. */ readonly name: string };

/** Names and addresses that mean this machine, as a URL writes them. */
const OWN =
  /^(?:(?:[\w-]+\.)*localhost\.?|ip6-(?:localhost|loopback)|0\.0\.0\.0|127(?:\.\d{1,3}){3}|\[::1?\]|\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\])$/;

/** The port of this machine that an endpoint means; null for another machine's, and for a name that may be one. */
export function loopbackPort(endpoint: string): number | null {
  const { hostname, port, protocol } = new URL(endpoint);
  if (!OWN.test(hostname)) return null;
  return port === '' ? (/^(https|wss):$/.test(protocol) ? 443 : 80) : Number(port);
}

/** A Grid's address as it was typed. Fails with `usage`. */
export function gridUrl(typed: string): string {
  const address = typed.includes('://') ? typed : `http://${typed}`;
  try {
    if (/^https?:$/.test(new URL(address).protocol)) return address;
  } catch {
    // No URL at all.
  }
  return fail('usage', { problem: '--grid takes http://HOST:PORT or https://...', hint: 'browse help connect' });
}

/** The port of the pool under which a joined browser is listed: its own where it is one, on this machine; null: the first free one. */
export function portOfEndpoint(endpoint: string): number | null {
  const { hostname, port } = new URL(endpoint);
  const local = hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]';
  return local && Number(port) >= FIRST_PORT && Number(port) <= LAST_PORT ? Number(port) : null;
}

/** A browser as `--browser` names it: its port, or null for the one that every session has without being asked. Fails with `usage`, `port-outside`. */
export function browserChoice(typed: string): number | null {
  if (typed === 'default') return null;
  if (!/^\d+$/.test(typed))
    return fail('usage', {
      problem: `--browser takes a port of the pool or "default", not ${JSON.stringify(typed)}`,
      hint: 'browse pool list',
    });
  checkPort(Number(typed));
  return Number(typed);
}

/** The session `name` in the browser of that port: tabs, cookies and refs of its own. */
export function sessionIn(name: string, port: number | null): string {
  return port === null ? name : `${name}@${port}`;
}

/** The port in a session's name; null for one in the default browser. */
export function portOf(session: string): number | null {
  const found = /@(\d+)$/.exec(session)?.[1];
  return found === undefined ? null : Number(found);
}
