/** Which web pages may post logs: origins as they are, or with any port. Pure. */

/** Pages of one's own machine: with the key they are as good as its servers. */
export const LOOPBACK: readonly string[] = ['http://localhost:*', 'http://127.0.0.1:*', 'https://localhost:*', 'http://[::1]:*'];

/** `https://app.example.com`, `http://localhost:*`, without a path. What is wrong with one; null when it can be used. */
export function originProblem(text: string): string | null {
  const bare = text.replace(/:\*$/, '');
  if (!URL.canParse(bare)) return 'it is no URL';
  const { protocol, origin } = new URL(bare);
  if (protocol !== 'http:' && protocol !== 'https:') return 'it is not http or https';
  return origin === bare.toLowerCase() ? null : `an origin has no path and no default port: ${origin}`;
}

/** Whether a page of that origin is meant. `null` (a file, a sandbox) never is. */
export function allows(patterns: readonly string[], origin: string): boolean {
  const given = origin.toLowerCase();
  if (!URL.canParse(given) || new URL(given).origin !== given) return false;
  const anyPort = given.replace(/^(https?:\/\/(?:\[[^\]]*\]|[^:]*))(?::\d+)?$/, '$1:*');
  return patterns.some((pattern) => pattern.toLowerCase() === given || pattern.toLowerCase() === anyPort);
}
