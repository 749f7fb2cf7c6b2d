/**
 * Serves bench/pages from a thread of its own: the bench itself stands still while it waits for a command.
 * Posts its port, and each further folder that it is told of once it serves it.
 */
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folders = ['./pages/', './pages/widgets/'].map((name) => fileURLToPath(new URL(name, import.meta.url)));
addEventListener('message', ({ data }: MessageEvent<string>) => {
  folders.push(data);
  postMessage(data);
});
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  async fetch(request) {
    const name = basename(new URL(request.url).pathname);
    for (const place of folders) {
      const page = Bun.file(join(place, name));
      if (!(await page.exists())) continue;
      return new Response(page, name.endsWith('.html') ? { headers: { 'content-type': 'text/html; charset=utf-8' } } : {});
    }
    return new Response(null, { status: 404 });
  },
});
postMessage(server.port);
