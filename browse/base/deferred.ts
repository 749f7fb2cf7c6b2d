/** A promise with its settlers outside, for events that are awaited before they happen. */
export type Deferred<T> = {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
};

/** Makes a {@link Deferred}. A rejection nobody awaits is not reported as unhandled. */
export function deferred<T>(): Deferred<T> {
  let [resolve, reject]: [Deferred<T>['resolve'], Deferred<T>['reject']] = [() => {}, () => {}];
  // Node 20, under which scripts may use our client, has no Promise.withResolvers.
  const promise = new Promise<T>((done, failed) => ([resolve, reject] = [done, failed]));
  promise.catch(() => {});
  return { promise, resolve, reject };
}
