/**
 * Whether what vite keeps is still what is on disk. No watcher is believed: before each run every file that was read is looked
 * at, wherever it is. What was changed is read again; when a setting was, nothing but another process reads it again.
 */
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { extendedBy, namesIn, printBefore, printOf, settingsIn } from './prints.ts';
import type { Print } from './prints.ts';
import { graphsOf, serversOf } from './surface.ts';
import type { Module, Vitest } from './surface.ts';

/** A module that lists files by a pattern is another one when there are other files. */
const LISTS = /import\.meta\.glob/;

export class Freshness {
  readonly #vitest: Vitest;
  /** When this process began to read: what was written later may have been read or not. */
  readonly #born: number;
  readonly #modules = new Map<string, Print>();
  readonly #listing = new Set<string>();
  readonly #folders = new Map<string, { print: Print; names: string }>();
  readonly #settings = new Map<string, Print | null>();
  /** Folders whose settings count. */
  readonly #places = new Set<string>();

  constructor(vitest: Vitest, born: number, root: string, packageFile: string) {
    this.#vitest = vitest;
    this.#born = born;
    for (const folder of above(root)) this.#places.add(folder);
    for (const { config } of serversOf(vitest)) {
      this.#places.add(config.root);
      if (typeof config.envDir === 'string') this.#places.add(config.envDir);
      for (const file of [config.configFile, ...(config.configFileDependencies ?? [])]) if (file !== undefined) this.#keep(file);
    }
    this.#keep(packageFile);
    for (const folder of this.#places) for (const file of settingsIn(folder)) this.#keep(file);
  }

  /** A setting that is not as it was read: its name, or null. */
  changedSetting(): string | null {
    for (const [file, print] of this.#settings) if (print !== printOf(file)) return file;
    for (const folder of this.#places) {
      const anew = settingsIn(folder).find((file) => !this.#settings.has(file));
      if (anew !== undefined) return anew;
    }
    return null;
  }

  /** Has everything read again that is not as it was. */
  invalidate(): void {
    if (this.#foldersChanged()) {
      for (const graph of graphsOf(this.#vitest)) graph.invalidateAll();
      this.#modules.clear();
      return;
    }
    for (const file of this.#files()) {
      if (this.#modules.get(file) === printOf(file) && !this.#listing.has(file)) continue;
      this.#modules.delete(file);
      this.#vitest.invalidateFile?.(file);
      for (const graph of graphsOf(this.#vitest)) for (const module of graph.getModulesByFile(file) ?? []) graph.invalidateModule(module);
    }
  }

  /** After a run: what it read, unless that may have been written since it began. */
  remember(began: number): void {
    for (const file of this.#files()) {
      if (this.#modules.has(file)) continue;
      const print = printBefore(file, began);
      if (print === null) continue;
      this.#modules.set(file, print);
      const own = !file.includes('/node_modules/');
      if (own && lists(file)) this.#listing.add(file);
      else this.#listing.delete(file);
      const folder = dirname(file);
      if (!this.#folders.has(folder)) this.#folders.set(folder, folderPrint(folder));
      if (own && !this.#places.has(folder)) {
        this.#places.add(folder);
        for (const setting of settingsIn(folder)) this.#keep(setting);
      }
    }
    for (const file of this.#setups()) this.#keep(file);
  }

  #keep(file: string): void {
    if (this.#settings.has(file)) return;
    this.#settings.set(file, printBefore(file, this.#born));
    if (/[tj]sconfig[^/]*\.json$/.test(file)) for (const base of extendedBy(file)) this.#keep(base);
  }

  *#files(): Iterable<string> {
    const seen = new Set<string>();
    for (const graph of graphsOf(this.#vitest)) {
      for (const file of graph.fileToModulesMap.keys()) {
        if (seen.has(file) || !isAbsolute(file) || file.includes('\0')) continue;
        seen.add(file);
        yield file;
      }
    }
  }

  /** A name that came or went may be what an import means from now on. */
  #foldersChanged(): boolean {
    let changed = false;
    for (const [folder, { print, names }] of this.#folders) {
      if (printOf(folder) === print) continue;
      const now = folderPrint(folder);
      this.#folders.set(folder, now);
      changed ||= now.names !== names;
    }
    return changed;
  }

  /** Files of a global setup, which runs in this process: what it imported stays as it was. */
  #setups(): Iterable<string> {
    const found = new Set<string>();
    const follow = (module: Module): void => {
      if (module.file === null || found.has(module.file) || module.file.includes('/node_modules/') || !isAbsolute(module.file)) return;
      found.add(module.file);
      for (const next of module.importedModules ?? []) follow(next);
    };
    for (const { config } of this.#vitest.projects)
      for (const file of [config.globalSetup ?? []].flat())
        for (const graph of graphsOf(this.#vitest)) for (const module of graph.getModulesByFile(file) ?? []) follow(module);
    return found;
  }
}

function folderPrint(folder: string): { print: Print; names: string } {
  // Its print first: a name that comes between the two is seen once more.
  return { print: printOf(folder), names: namesIn(folder).join('/') };
}

function lists(file: string): boolean {
  try {
    return LISTS.test(readFileSync(file, 'utf8'));
  } catch {
    return false;
  }
}

/** A folder and those above it, up to the one that is a checkout. */
function above(root: string): readonly string[] {
  const folders = [root];
  for (let folder = root; !namesIn(folder).includes('.git') && dirname(folder) !== folder; folder = dirname(folder))
    folders.push(dirname(folder));
  // Where nothing is a checkout, what lies above says nothing about this project.
  return namesIn(folders.at(-1) ?? root).includes('.git') ? folders : [root];
}
