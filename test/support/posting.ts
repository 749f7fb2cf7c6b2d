/** Whoever posts logs: programs and pages, one request at a time. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** What came back; `status` 0 when nobody answered. */
export type Posted = { readonly status: number; readonly body: string; readonly headers: Headers };

/** Posts once. */
export async function post(url: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Posted> {
  try {
    const answer = await fetch(url, { method: 'POST', body, headers });
    return { status: answer.status, body: await answer.text(), headers: answer.headers };
  } catch {
    return { status: 0, body: '', headers: new Headers() };
  }
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
