/** Run under Bun: listens on a port, says its pid and the port, and ends its first thread alone, which leaves the others. */
import { dlopen } from 'bun:ffi';
import { createServer } from 'node:net';

const EXIT = process.arch === 'arm64' ? 93 : 60;
const { symbols } = dlopen('libc.so.6', { syscall: { args: ['i64', 'i64'], returns: 'i64' } });
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`${process.pid} ${typeof address === 'object' && address !== null ? address.port : 0}`);
  symbols.syscall(EXIT, 0);
});
