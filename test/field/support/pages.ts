/** The bundled pages of the field, each served by a web server, and so a port, of its own. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve, type Handler, type Site } from '../../support/site.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.gif': 'image/gif',
};

/** `pages/PART/NAME` at `/`, with everything that its part's bundles hold beside it. */
export async function servePage(part: string, name: string): Promise<Site> {
  const folder = fileURLToPath(new URL(`../bundles/${part}/`, import.meta.url));
  const files = readdirSync(folder).filter((file) => extname(file) in TYPES);
  const style = files.includes(`${name}.css`) ? `<link rel="stylesheet" href="${name}.css">` : '';
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title>${style}<body><div id="root"></div><script type="module" src="${name}.js"></script>`;
  const routes: Record<string, Handler | string> = { '/': html };
  for (const file of files)
    routes[`/${file}`] = (_, response) => {
      response.setHeader('content-type', TYPES[extname(file)] ?? '');
      response.end(readFileSync(`${folder}${file}`));
    };
  return serve(routes);
}
