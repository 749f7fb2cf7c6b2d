/** What the command line asks of what is there from the start: open files, signals, a command that is under way. */
export { isDevice, writeSome } from '../adapters/node/fast-path/quick-files.ts';
export { hearSignals, takeHandover } from '../adapters/node/handover.ts';
