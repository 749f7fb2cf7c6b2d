/** Whether a file of the caller's is one of specs, for a test runner, or a plain script. Reads its text only. Pure. */

/** How files of specs are called, unless a configuration says otherwise. */
const SPEC_NAME = /\.(?:spec|test)\.[cm]?[jt]sx?$/;
/** The runner itself is imported, and not for its types only. */
const RUNNER =
  /(?:^|[;\n])\s*import\s(?!type\s)[^;'"]*?from\s*['"](?:@playwright\/test|playwright\/test)['"]|require\(\s*['"](?:@playwright\/test|playwright\/test)['"]\s*\)/;
/** `test` comes from elsewhere, as where a project adds fixtures of its own. */
const OWN_TEST = /(?:^|[;\n])\s*import\s+(?!type\s)[^;'"]*?\{[^}]*\btest\b[^}]*\}\s*from\s*['"]/;

/** By its name, or by what it imports. */
export function isSpec(path: string, text: string): boolean {
  return SPEC_NAME.test(path) || RUNNER.test(text) || OWN_TEST.test(text);
}
