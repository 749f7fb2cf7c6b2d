/** Applications of test pages, bundled at test time by Bun: this side of `bundle-apps.ts`, which Bun runs. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const from = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Bundles every application of a folder below test/ into another folder; a few seconds. */
export function bundleApps(folder: string, outdir: string): void {
  const bun = from('../../node_modules/.bin/bun');
  execFileSync(bun, ['run', from('bundle-apps.ts'), from(`../${folder}`), outdir], { stdio: ['ignore', 'ignore', 'inherit'] });
}
