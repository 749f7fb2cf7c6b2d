/**
 * `npm run libraries`: fetches the packages of test/libraries, about 200 MB, unless they are there as its lock file says.
 * One test needs them; `./setup` leaves them out. `npm test` runs this by itself. Runs under Bun.
 */
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.ts';

const FOLDER = join(ROOT, 'test/libraries');
const LOCK = join(FOLDER, 'package-lock.json');
/** The lock file of what is installed; written last, so a fetch that was cut off is begun again. */
const INSTALLED = join(FOLDER, 'node_modules/.installed-lock.json');

if (!existsSync(INSTALLED) || !readFileSync(INSTALLED).equals(readFileSync(LOCK))) {
  console.log('The component libraries of one test are missing. Fetching them: npm ci in test/libraries (about 200 MB)');
  const { success } = Bun.spawnSync(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (!success) {
    console.error('test/libraries could not be fetched: check the network and the disk (df -h .), then run: npm run libraries');
    process.exit(1);
  }
  copyFileSync(LOCK, INSTALLED);
}
