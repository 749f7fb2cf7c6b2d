/** A value that a test cannot go on without. */

/** The value; fails with what it was to be when there is none. */
export function present<T>(value: T, what: string): NonNullable<T> {
  if (value === null || value === undefined) throw new Error(`there is none: ${what}`);
  return value;
}
