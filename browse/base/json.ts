/** What came as JSON, looked at before it is believed. */

/** Whether a value is an object with named members: neither null nor a list. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
