/**
 * A build plugin: of playwright-core the library is inside the executable, with its data files. What only its own command line and its MCP
 * server use is left out: it took a third of the time in which the daemon starts, and a quarter of its memory.
 */
import { readFileSync } from 'node:fs';
import type { BunPlugin } from 'bun';

/** Modules of its command line and its server, which `coreBundle.js` begins beside the library. */
const TOOLS = ['init_program3', 'init_programWithTestStub', 'init_tools2'];

/** The part of `utilsBundle.js` that is zod and the MCP SDK: from its first file to the file behind it. */
const [ZOD, BEHIND] = ['\n// node_modules/zod/index.js\n', '\n// packages/playwright-core/src/utilsBundle.ts\n'];

/** `found` is what an older look at the file has seen. */
function expectFound(found: number, wanted: number, what: string): void {
  if (found !== wanted) throw new Error(`playwright-core has ${found} ${what}, not ${wanted}: look at it again`);
}

/** `coreBundle.js` without the beginning of its tools. */
function withoutTools(text: string): string {
  const at = text.lastIndexOf('\nvar init_coreBundle = __esm({');
  let found = 0;
  const end = text.slice(at).replace(new RegExp(`^ *(?:${TOOLS.join('|')})\\(\\);\\n`, 'gm'), () => {
    found += 1;
    return '';
  });
  expectFound(found, TOOLS.length, 'beginnings of tools in coreBundle.js');
  return text.slice(0, at) + end;
}

/** `utilsBundle.js` without zod and the MCP SDK, and without the exports that they are. */
function withoutSchemas(text: string): string {
  const from = text.indexOf(ZOD);
  const to = text.indexOf(BEHIND, from);
  const whole = from !== -1 && to !== -1 && text.slice(from, to).includes('@modelcontextprotocol/sdk');
  expectFound(whole ? 1 : 0, 1, 'blocks of zod');
  const [block, rest] = [text.slice(from, to), text.slice(0, from) + text.slice(to)];
  let found = 0;
  const kept = rest.replace(/^ {2}\w+: \(\) => (\w+),?\n/gm, (line: string, name: string) => {
    const gone = new RegExp(`^(?:var|function|async function|class) ${name}\\b`, 'm').test(block);
    if (gone) found += 1;
    return gone ? '' : line;
  });
  expectFound(found, 15, 'exports of zod and the MCP SDK');
  return kept;
}

/** playwright-core reads two of its own files by a path computed at run time; the paths become static imports. */
export const playwrightInside: BunPlugin = {
  name: 'playwright-core inside',
  setup(build) {
    build.onLoad({ filter: /[\\/]playwright-core[\\/]lib[\\/]coreBundle\.js$/ }, ({ path }) => {
      let found = 0;
      const contents = readFileSync(path, 'utf8').replace(
        /require\((?:import_path\d*)\.default\.join\(packageRoot, "(package|browsers)\.json"\)\)/g,
        (_whole, name: string) => {
          found += 1;
          return `require("../${name}.json")`;
        },
      );
      expectFound(found, 2, 'computed requires in coreBundle.js');
      return { contents: withoutTools(contents), loader: 'js' };
    });
    build.onLoad({ filter: /[\\/]playwright-core[\\/]lib[\\/]utilsBundle\.js$/ }, ({ path }) => ({
      contents: withoutSchemas(readFileSync(path, 'utf8')),
      loader: 'js',
    }));
  },
};
