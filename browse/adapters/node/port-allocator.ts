/**
 * The pool's ports on this machine: whether one is free, and holding it until a browser listens there and as long as it does.
 * Between the look and the moment at which a browser listens lies a long start, in which another user's daemon could choose the
 * same port. So each pool holds the UDP port of the same number, which no browser wants and which a killed daemon cannot keep.
 */
import { readFileSync } from 'node:fs';
import type { HeldPort, PortAllocator } from '../../domain/pool.ts';

const LOOPBACK = '127.0.0.1';

/** Whether nobody listens there now. */
function free(port: number): Promise<boolean> {
  // Loaded by the first spawn: the daemon's start needs neither.
  const { createServer } = process.getBuiltinModule('node:net');
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function hold(port: number): Promise<HeldPort | null> {
  const { createSocket } = process.getBuiltinModule('node:dgram');
  return new Promise((resolve) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: false });
    let held = true;
    socket.on('error', () => {
      if (held) socket.close();
      held = false;
      resolve(null);
    });
    socket.bind({ port, address: LOOPBACK, exclusive: true }, () => {
      socket.unref();
      const release = (): void => {
        if (held) socket.close();
        held = false;
      };
      resolve({ release });
    });
  });
}

/** Established connections to a port, as the kernel lists them: `sl local remote state ...`, ports in hex. */
function connectionsTo(ports: readonly number[]): number | null {
  try {
    const wanted = new Set(ports.map((port) => port.toString(16).toUpperCase().padStart(4, '0')));
    return readFileSync('/proc/net/tcp', 'latin1')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local = '', , state]) => state === '01' && wanted.has(local.slice(local.indexOf(':') + 1))).length;
  } catch {
    return null;
  }
}

export const portAllocator: PortAllocator = {
  async reserve(port) {
    const held = await hold(port);
    if (held === null) return null;
    if (await free(port)) return held;
    held.release();
    return null;
  },
  connections: connectionsTo,
};
