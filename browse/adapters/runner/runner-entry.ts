/**
 * A script of ours that runs under the caller's Node, beside his own Playwright: as the process that Playwright's runner lives in,
 * or as one of the processes that it runs tests in. Bundled to a string by `npm run gen`; loads nothing but that Playwright.
 */
import { live } from './runner.ts';
import { work } from './worker.ts';

const [, , role, folder = ''] = process.argv;
if (role === 'runner') live(folder);
else if (role === 'worker') work(folder);
