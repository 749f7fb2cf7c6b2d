/** Exit statuses, and how one kind of failure is told. Shapes only; the rows are in the files beside it, put together in `errors.ts`. */

/** 0 done · 1 the page said no · 2 usage · 3 gone, look again · 4 daemon · 5 machine · 70 bug · 130, 143 interrupted. */
export type ExitStatus = 0 | 1 | 2 | 3 | 4 | 5 | 70 | 130 | 143;

/** What became of what was asked: nothing, a part, all of it, or what cannot be known. */
export type HowMuchRan = 'no' | 'partly' | 'yes' | 'unknown';

/** One kind of failure; `D` are the names that its sentence involves. */
export type Row<D> = {
  readonly exit: ExitStatus;
  readonly http: number;
  /** Whether it may be asked again as it stands. Counts only where nothing ran. */
  readonly retryable: boolean;
  /** How much ran, as far as this kind of failure says it; nothing unless set. What is known of an act comes on top. */
  readonly ran?: HowMuchRan | ((data: D) => HowMuchRan);
  /** One sentence without a final period, naming the things involved. */
  readonly message: (data: D) => string;
  /** The next command to run, parseable by our own program; null where there is none. */
  readonly hint: (data: D) => string | null;
};

/** Gives a row its type where it is written. */
export const row = <D>(value: Row<D>): Row<D> => value;
/** The hint of whatever became stale. */
export const snapshotAgain = (): string => 'browse snapshot -i';
