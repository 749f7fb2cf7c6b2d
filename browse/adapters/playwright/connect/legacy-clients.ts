/**
 * Clients that cannot join: they speak HTTP where ours is spoken without it, as every Playwright did before sockets had a path. What they
 * said is read for their version, and answered in the way in which they show an answer to their user. Knows no sockets.
 */
import { JOINS_FROM } from '../../../domain/pool.ts';

/** Null for a client that speaks as it should; else why it cannot join, from the first bytes that it sent. */
export function refusalOf(first: Buffer): string | null {
  const head = first.toString('latin1', 0, 4096);
  if (!head.startsWith('GET ')) return null;
  const version = /^user-agent: Playwright\/(\d{1,5}\.\d{1,5}(?:\.\d{1,5})?)/im.exec(head)?.[1];
  const asItIs = 'chromium.connect(endpoint) takes the endpoint as playwright-url prints it, without a scheme';
  if (version === undefined) return `A client that speaks HTTP cannot join: ${asItIs}`;
  if (isOlder(version, JOINS_FROM)) return `Playwright ${version} is too old to join: ${JOINS_FROM} or later is needed`;
  return `Playwright ${version} did not join: ${asItIs}`;
}

/** The answer to it. */
export function answerOf(refusal: string): string {
  const head = ['HTTP/1.1 428 Precondition Required', 'Content-Type: text/plain', `Content-Length: ${Buffer.byteLength(refusal)}`];
  return `${[...head, 'Connection: close'].join('\r\n')}\r\n\r\n${refusal}`;
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = than.split('.').map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}
