/** The pages that everyone is measured on, served from this machine. */

export type Pages = Disposable & {
  /** The address of a file of bench/pages, such as `many.html?n=100`. */
  readonly url: (name: string) => string;
  /** From now on the files of that folder, too. */
  readonly also: (folder: string) => Promise<void>;
};

/** Serves bench/pages until disposed of. */
export async function servePages(): Promise<Pages> {
  const worker = new Worker(new URL('./pages-worker.ts', import.meta.url).href);
  const port = await new Promise<number>((resolve, reject) => {
    worker.addEventListener('message', (event: MessageEvent<number>) => resolve(event.data));
    worker.addEventListener('error', (event) => reject(new Error(event.message)));
  });
  const also = async (folder: string): Promise<void> => {
    const served = new Promise<void>((resolve) => worker.addEventListener('message', () => resolve(), { once: true }));
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, which has none
    worker.postMessage(folder);
    await served;
  };
  return { also, url: (name) => `http://127.0.0.1:${port}/${name}`, [Symbol.dispose]: () => worker.terminate() };
}
