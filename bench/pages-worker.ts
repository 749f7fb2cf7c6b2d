/** Serves bench/pages from a thread of its own: the bench itself stands still while it waits for a command. Posts its port. */
import { basename } from 'node:path';

const folder = new URL('./pages/', import.meta.url);
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  async fetch(request) {
    const page = Bun.file(new URL(basename(new URL(request.url).pathname), folder));
    if (!(await page.exists())) return new Response(null, { status: 404 });
    return new Response(page, { headers: { 'content-type': 'text/html; charset=utf-8' } });
  },
});
postMessage(server.port);
