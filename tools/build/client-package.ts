/** `browse/client` for scripts, beside the executable that it starts: one file for every runtime, and its types. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildInfo } from '../../browse/protocol/record.ts';
import { ROOT } from '../root.ts';

/** Writes `client.js` and `client.d.ts` into a folder. */
export async function writeClientPackage(folder: string, info: BuildInfo): Promise<void> {
  const script = await Bun.build({
    entrypoints: [join(ROOT, 'browse/client/script.ts')],
    outdir: folder,
    naming: 'client.js',
    target: 'node',
    format: 'esm',
    define: { __BROWSE_BUILD__: JSON.stringify(info), __BROWSE_PROGRAM__: JSON.stringify('./browse') },
  });
  for (const log of script.logs) console.error(log.message);
  if (!script.success) process.exit(1);
  const types = readFileSync(join(ROOT, 'browse/client/api.ts'), 'utf8');
  writeFileSync(join(folder, 'client.d.ts'), `${types}\nexport declare const connect: Connect;\nexport declare const launch: Launch;\n`);
}
