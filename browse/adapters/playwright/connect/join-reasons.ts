/** Why a browser could not be joined, in words, from what Playwright and the machine say of it. Pure. */
import { DeadlinePassed } from '../../../base/deadline.ts';
import { oneLine } from '../../../base/escape.ts';

/** Whether somebody answered who does not speak CDP: a Playwright server may be there. Refusals are none of it. */
export function speaksOtherwise(error: unknown): boolean {
  const message = error instanceof Error ? error.message : '';
  return /Protocol error \(Browser\.getVersion\)|Unexpected status|is not valid JSON|Unexpected token|JSON Parse error|Invalid URL/i.test(
    message,
  );
}

/** What their words mean, the first that fits. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED/, 'nothing listens there'],
  [/ENOTFOUND|EAI_AGAIN/, 'no such host (DNS)'],
  [/EHOSTUNREACH|ENETUNREACH|ETIMEDOUT/, 'that host cannot be reached'],
  [/launched a headed browser|Missing X server/, 'it has no display to open a window on'],
  [/SSL routines|wrong version number|packet length too long/i, 'it does not speak TLS: try ws:// or http://'],
  [
    /self.signed|unable to (?:get|verify)|certificate|ERR_TLS/i,
    'its certificate is not trusted here; NODE_EXTRA_CA_CERTS may name more authorities, and is read when the daemon starts',
  ],
];

/** Statuses with which a gate in front of a browser refuses. */
const REFUSED = new Set([401, 403, 407]);
const GRID = /Error connecting to Selenium at \S+\s*/;

/** One clause; the endpoint and whatever may be a secret are not in it. `expected`: who was thought to be there. */
export function reasonOf(error: unknown, timeout: number, expected: string): string {
  if (error instanceof DeadlinePassed || (error instanceof Error && error.name === 'TimeoutError'))
    return `it did not answer within ${Math.round(timeout)} ms`;
  const message = error instanceof Error ? error.message : String(error);
  const meaning = WORDS.find(([words]) => words.test(message))?.[1];
  if (meaning !== undefined) return meaning;
  const versions = /server version: v(\S+)[\s\S]*client version: v(\S+)/.exec(message);
  if (versions) return `it runs Playwright ${versions[1]}, which no other version can join, and this is ${versions[2]}`;
  const status = Number(/(?:Unexpected (?:server response|status):?|(?:wss?|https?):\/\/\S+) (\d{3})\b/i.exec(message)?.[1] ?? NaN);
  if (REFUSED.has(status)) return `it answered ${status}: what --header has to send is missing or wrong`;
  if (status) return `it answered ${status}`;
  // A page where a Grid would have given its reason.
  if (speaksOtherwise(error) || new RegExp(`${GRID.source}(?:<|$)`).test(message)) return `what answers there is no ${expected}`;
  if (/ECONNRESET|socket hang up|Parse Error|closed before|invalid status line/i.test(message))
    return 'what listens there is no HTTP server';
  const said = message.replace(/^browserType\.\w+: (?:WebSocket error: )?/, '').replace(GRID, '');
  return oneLine((said.split('\n')[0] ?? said).replace(/(?:wss?|https?):\/\/\S+/g, 'it').replace(/[\s.]+$/, ''));
}
