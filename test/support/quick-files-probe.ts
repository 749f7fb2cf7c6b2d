/** Uses the quick looks at files in a runtime of its own and prints what came of each: see `ports/quick-files.test.ts`. */
import { writeSync } from 'node:fs';

const asked: string[] = [];
const builtin = process.getBuiltinModule;
process.getBuiltinModule = ((name: string) => {
  asked.push(name);
  return builtin.call(process, name);
}) as typeof builtin;
const { isDevice, lookAt, readText, writeSome } = await import('../../browse/adapters/node/fast-path/quick-files.ts');

const folder = process.argv[2] ?? '';
const codeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
};
const kind = ({ uid, mode }: { readonly uid: number; readonly mode: number }): string => `${uid} ${mode.toString(8)}`;
const easy = {
  folder: kind(lookAt(folder)),
  link: kind(lookAt(`${folder}/link`)),
  text: readText(`${folder}/small`),
  empty: readText(`${folder}/empty`),
  devices: [isDevice(0), isDevice(1)],
  // The rest of what was written in part.
  written: writeSome(2, new TextEncoder().encode('no häh\n').subarray(3)),
};
const byNode = asked.filter((name) => name === 'node:fs').length;
const hard = {
  missing: codeOf(() => lookAt(`${folder}/none`)),
  unread: codeOf(() => readText(`${folder}/none`)),
  directory: codeOf(() => readText(folder)),
  large: readText(`${folder}/large`).length,
  closed: codeOf(() => writeSome(77, new Uint8Array(1))),
};
writeSync(1, JSON.stringify({ byNode, easy, hard }));
