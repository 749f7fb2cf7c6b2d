/** Why a browser could not be joined, in words, from what Playwright and the machine say of it. Pure. */
import { DeadlinePassed } from '../../base/deadline.ts';
import { oneLine } from '../../base/escape.ts';

/** Whether somebody answered who does not speak CDP: a Playwright server may be there. Refusals are none of it. */
export function speaksOtherwise(error: unknown): boolean {
  const message = error instanceof Error ? error.message : '';
  return /Protocol error \(Browser\.getVersion\)|Unexpected status|is not valid JSON|Unexpected token|JSON Parse error|Invalid URL/i.test(message);
}

/** Statuses with which a gate in front of a browser refuses. */
const REFUSED = new Set([401, 403, 407]);

/** One clause; the endpoint and whatever may be a secret are not in it. `expected`: who was thought to be there. */
export function reasonOf(error: unknown, timeout: number, expected: string): string {
  if (error instanceof DeadlinePassed || (error instanceof Error && error.name === 'TimeoutError'))
    return `it did not answer within ${Math.round(timeout)} ms`;
  const message = error instanceof Error ? error.message : String(error);
  if (/ECONNREFUSED/.test(message)) return 'nothing listens there';
  if (/ENOTFOUND|EAI_AGAIN/.test(message)) return 'no such host (DNS)';
  const versions = /server version: v(\S+)[\s\S]*client version: v(\S+)/.exec(message);
  if (versions) return `it runs Playwright ${versions[1]}, which no other version can join, and this is ${versions[2]}`;
  const status = Number(/(?:Unexpected (?:server response|status):?|(?:wss?|https?):\/\/\S+) (\d{3})\b/i.exec(message)?.[1] ?? NaN);
  if (REFUSED.has(status)) return `it answered ${status}: what --header has to send is missing or wrong`;
  if (status) return `it answered ${status}`;
  if (speaksOtherwise(error)) return `what answers there is no ${expected}`;
  if (/ECONNRESET|socket hang up|Parse Error|closed before|invalid status line/i.test(message)) return 'what listens there is no HTTP server';
  return oneLine(
    (message.split('\n')[0] ?? message).replace(/^browserType\.\w+: (?:WebSocket error: )?/, '').replace(/(?:wss?|https?):\/\/\S+/g, 'it'),
  );
}
