/** The pool's own doors while the daemon lives: none until somebody asks where one is, so that a start costs nothing for them. */
import { chmodSync } from 'node:fs';
import type { DoorAddress } from '../../protocol/pool.ts';
import type { PoolSocket, PoolSocketParts } from './pool-socket.ts';

export type PoolListeners = {
  /** The socket, or a loopback port. Fails with `port-busy`, `state-unusable`. */
  open(port: number | null): Promise<DoorAddress>;
  close(): Promise<void>;
};

type Made = {
  readonly parts: PoolSocketParts;
  /** Where its socket may be; nobody else's. */
  readonly path: () => string;
  /** Removes that socket. */
  readonly gone: (path: string) => void;
  readonly token: () => string;
};

export function poolListeners({ parts, path, gone, token }: Made): PoolListeners {
  const opened = new Map<number | null, Promise<{ readonly door: PoolSocket; readonly address: DoorAddress }>>();
  const make = async (port: number | null): Promise<{ door: PoolSocket; address: DoorAddress }> => {
    const { openPoolSocket } = await import('./pool-socket.ts');
    if (port !== null) {
      const secret = token();
      const door = await openPoolSocket(parts, { port, token: secret });
      return { door, address: { address: `127.0.0.1:${door.port}`, token: secret } };
    }
    const at = path();
    const door = await openPoolSocket(parts, { path: at });
    // Bound under umask 077 it would be 0700.
    chmodSync(at, 0o600);
    return { door, address: { path: at } };
  };
  return {
    async open(port) {
      const making = opened.get(port) ?? make(port);
      opened.set(port, making);
      // Another attempt may find the port free.
      making.catch(() => opened.delete(port));
      return (await making).address;
    },
    async close() {
      for (const making of opened.values()) {
        const made = await making.catch(() => null);
        await made?.door.close();
        if (made && 'path' in made.address) gone(made.address.path);
      }
    },
  };
}
