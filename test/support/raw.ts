/** The daemon's HTTP API as any program may speak it: past the client, with whatever headers and bodies. */
import { execFile } from 'node:child_process';
import { request, type Agent, type IncomingHttpHeaders } from 'node:http';
import { createServer, connect, type Server, type Socket } from 'node:net';
import type { DaemonRecord } from '../../browse/protocol/record.ts';
import { eventually } from './processes.ts';
import { record as recordAnswer } from './recording.ts';

export type Answer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Whether it came over a connection that an earlier request had opened. */
  readonly reused: boolean;
};

export type Question = {
  readonly method?: string;
  readonly body?: string;
  /** Over those of a well-behaved client; undefined removes one. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Null sends none; the record's own by default. */
  readonly token?: string | null;
  /** Keeps the connection. */
  readonly agent?: Agent;
};

/** The socket's path of a daemon that listens on one. */
export function socketOf({ endpoint }: DaemonRecord): string {
  if (endpoint.kind !== 'unix') throw new Error(`the daemon listens on ${JSON.stringify(endpoint)}, not on a unix socket`);
  return endpoint.path;
}

/** One request, whatever the answer's status. Rejects when none comes. */
export function ask(record: DaemonRecord, path: string, question: Question = {}): Promise<Answer> {
  const { method = 'POST', body, token = record.token, agent } = question;
  const headers: Record<string, string | undefined> = {
    'host': 'localhost',
    'content-type': 'application/json',
    'authorization': token === null ? undefined : `Bearer ${token}`,
    ...question.headers,
  };
  const ended = recordAnswer([method, path, body ?? '']);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        socketPath: socketOf(record),
        path,
        method,
        headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
        ...(agent === undefined ? {} : { agent }),
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () => {
          ended({ exit: response.statusCode ?? 0, stdout: text });
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, reused: asked.reusedSocket });
        });
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

/** A command line as the client would send it. */
export function argvBody(argv: readonly string[], id: string = crypto.randomUUID(), cwd = '/'): string {
  return JSON.stringify({ id, argv, cwd, umask: 0o077, env: {}, tty: false });
}

/** What curl printed, its own exit status, and the HTTP status (0 when there was no answer). */
export function curl(
  record: DaemonRecord,
  path: string,
  ...args: string[]
): Promise<{ readonly exit: number; readonly status: number; readonly body: string }> {
  return new Promise((resolve) => {
    const all = [
      '--silent',
      '--max-time',
      '10',
      '--unix-socket',
      socketOf(record),
      '--header',
      `Authorization: Bearer ${record.token}`,
      '--write-out',
      '\n%{http_code}',
      ...args,
      `http://localhost${path}`,
    ];
    const ended = recordAnswer(['curl', ...args, path]);
    execFile('curl', all, (error, stdout) => {
      const end = stdout.lastIndexOf('\n');
      const [status, body] = [Number(stdout.slice(end + 1)), stdout.slice(0, end)];
      ended({ exit: status, stdout: body });
      resolve({ exit: Number(error?.code ?? 0), status, body });
    });
  });
}

/** Stands between the client and the daemon, and decides what becomes of each connection. */
export type Proxy = AsyncDisposable & {
  /** Where it listens. */
  readonly path: string;
  /** First lines of the requests it saw, in order. */
  readonly requests: readonly string[];
};

/** `pass` hands both directions through; `lose-answer` the request only, then hangs up; `lose-request` hangs up at once. */
export type Fate = 'pass' | 'lose-answer' | 'lose-request';

/** Listens at `path` and forwards to `target` what `fate` lets through. */
export async function proxy(path: string, target: string, fate: (firstLine: string) => Fate): Promise<Proxy> {
  const requests: string[] = [];
  const open = new Set<Socket>();
  const server: Server = createServer((near) => {
    open.add(near);
    near.on('error', () => near.destroy());
    near.on('close', () => open.delete(near));
    near.once('data', (first) => {
      const line = first.toString('latin1').split('\r\n', 1)[0] ?? '';
      requests.push(line);
      const what = fate(line);
      if (what === 'lose-request') return near.destroy();
      const far = connect(target);
      open.add(far);
      far.on('error', () => near.destroy());
      far.on('close', () => open.delete(far));
      far.write(first);
      near.pipe(far);
      if (what === 'pass') return far.pipe(near);
      // The daemon has answered: it ran. The client never hears of it.
      return far.once('data', () => near.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    requests,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await eventually('every connection to close', () => open.size === 0);
    },
  };
}
