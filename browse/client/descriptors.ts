/** What the command line asks of the files that are open from the start. */
export { isDevice, writeSome } from '../adapters/node/quick-files.ts';
