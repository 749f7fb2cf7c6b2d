/** Holds the renderers below a process and says so, then waits to be killed: see `ports/renderer-hold.test.ts`. */
import { holdRenderers } from '../../browse/adapters/playwright/internals/renderer-hold.ts';

const hold = holdRenderers(Number(process.argv[2]));
console.log('held');
process.stdin.once('data', () => {
  hold.release();
  console.log('released');
});
setInterval(() => {}, 1_000);
