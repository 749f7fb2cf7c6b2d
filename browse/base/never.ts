/** Makes an unhandled member of a union a compile error, and a loud one at run time. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
