/** Ports of this machine: free, taken, held, and who is connected. */
import { createServer, connect } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { portAllocator } from '../../browse/adapters/node/port-allocator.ts';
import { eventually } from '../support/processes.ts';

async function listening(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

test('a port is held by one pool at a time, and one that listens is taken', async () => {
  const server = await listening(0);
  const { port } = server.address() as AddressInfo;
  expect(await portAllocator.reserve(port)).toBeNull();
  server.close();
  await once(server, 'close');
  const held = await portAllocator.reserve(port);
  expect(held).not.toBeNull();
  expect(await portAllocator.reserve(port)).toBeNull();
  // The holder's browser may listen there.
  (await listening(port)).close();
  held?.release();
  held?.release();
  const again = await eventually('the port to be free again', () => portAllocator.reserve(port));
  again.release();
});

/** Elsewhere than on Linux it is not known. */
const counted = (count: number): number | null => (process.platform === 'linux' ? count : null);

test('programs that are connected to a port are counted, where that can be known', async () => {
  const server = await listening(0);
  const { port } = server.address() as AddressInfo;
  expect(portAllocator.connections([port])).toBe(counted(0));
  const sockets = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  expect(portAllocator.connections([port])).toBe(counted(2));
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, 'close');
});
