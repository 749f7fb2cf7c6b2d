/** Which files this process has loaded as modules, and from where it may load any, in both runtimes. Must not know what they are. */
import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/** What the executable needs of the runtime's own way to hook modules. */
type Runtime = {
  plugin(made: {
    readonly name: string;
    setup(build: { onLoad(which: { readonly filter: RegExp }, load: (found: { readonly path: string }) => never): void }): void;
  }): void;
};

const PACKAGES = '/node_modules/';

/**
 * From now on nothing is loaded but files below `folder` and packages; everything else throws, by whatever name it is asked for.
 * The result tells the absolute paths of what was loaded so far.
 */
export function confineModules(folder: string): () => readonly string[] {
  const within = (path: string): boolean => path.startsWith(`${folder}/`) || path.includes(PACKAGES);
  const refuse = (path: string): never => {
    throw new Error(`it loads ${path} by a name that is computed or absolute; only what is imported by a relative name can be trusted`);
  };
  if ('Bun' in globalThis) {
    // There it holds every module, whatever it is written in; our own are loaded before.
    const { cache } = createRequire(import.meta.url);
    const before = new Set(Object.keys(cache));
    const outside = new RegExp(`^(?!${folder.replace(/[^\w/]/g, '\\$&')}/|/\\$bunfs/|.*${PACKAGES})/`);
    (globalThis as unknown as { readonly Bun: Runtime }).Bun.plugin({
      name: 'only what is trusted',
      setup: (build) => build.onLoad({ filter: outside }, ({ path }) => refuse(path)),
    });
    return () => Object.keys(cache).filter((path) => !before.has(path) && !path.startsWith('/$bunfs/'));
  }
  const loaded = new Set<string>();
  registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:')) {
        const path = fileURLToPath(url);
        if (!within(path)) refuse(path);
        loaded.add(path);
      }
      return next(url, context);
    },
  });
  return () => [...loaded];
}
