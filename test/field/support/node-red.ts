/** Node-RED of this folder's node_modules, on a port and in a folder of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../support/folder.ts';
import { eventually } from '../../support/processes.ts';

export type NodeRed = AsyncDisposable & { readonly origin: string };

/** Neither tours nor questions before the editor, and no line to the outside. */
const SETTINGS = {
  flowFile: 'flows.json',
  credentialSecret: false,
  telemetry: { enabled: false, updateNotification: false },
  editorTheme: { tours: false, projects: { enabled: false }, palette: { editable: false, catalogues: [] } },
  logging: { console: { level: 'warn' } },
};

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when the editor can be opened. */
export async function startNodeRed(): Promise<NodeRed> {
  const folder = temporaryFolder();
  const settings = join(folder.path, 'settings.cjs');
  const port = await freePort();
  writeFileSync(settings, `module.exports = ${JSON.stringify({ ...SETTINGS, uiHost: '127.0.0.1', uiPort: port })};`);
  const program = fileURLToPath(new URL('../node_modules/node-red/red.js', import.meta.url));
  const child = spawn(process.execPath, [program, '--userDir', folder.path, '--settings', settings], { stdio: 'ignore' });
  const origin = `http://127.0.0.1:${port}`;
  await eventually(
    'Node-RED to answer',
    async () => {
      try {
        return (await fetch(`${origin}/nodes`, { headers: { accept: 'application/json' } })).ok;
      } catch {
        return false;
      }
    },
    60_000,
  );
  return {
    origin,
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      folder[Symbol.dispose]();
    },
  };
}
