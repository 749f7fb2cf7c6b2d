/** Which files this process has loaded as modules, in both runtimes. Must not know what they are. */
import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Begins to look; the result tells the absolute paths so far. */
export function watchModules(): () => readonly string[] {
  if ('Bun' in globalThis) {
    // There it holds every module, whatever it is written in; our own are loaded before.
    const { cache } = createRequire(import.meta.url);
    const before = new Set(Object.keys(cache));
    return () => Object.keys(cache).filter((path) => !before.has(path) && !path.startsWith('/$bunfs/'));
  }
  const loaded = new Set<string>();
  registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:')) loaded.add(fileURLToPath(url));
      return next(url, context);
    },
  });
  return () => [...loaded];
}
