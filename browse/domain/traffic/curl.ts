/** A request as a command line for curl. What was hidden stays hidden. Pure. */
import { shellQuote } from '../../base/words.ts';
import type { Replayable } from './ports.ts';

/** What curl says by itself, or works out from the body. */
const OWN = new Set(['host', 'content-length', 'connection', 'accept-encoding']);

/** One line. A page cannot make it more: line breaks in what it sent are quoted. */
export function curlOf(row: Replayable): string {
  const words = ['curl', quoted(row.url)];
  if (row.method !== (row.requestBody === null ? 'GET' : 'POST')) words.push('-X', quoted(row.method));
  for (const [name, value] of row.requestHeaders) {
    if (name.startsWith(':') || OWN.has(name.toLowerCase())) continue;
    words.push('-H', quoted(`${name}: ${value}`));
  }
  if (row.requestBody !== null) words.push('--data-raw', quoted(row.requestBody));
  return [...words, '--compressed'].join(' ');
}

/** For a shell; control characters by their code. */
function quoted(text: string): string {
  if (!/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(text)) return shellQuote(text);
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", String.raw`\'`)
    .replaceAll('\n', String.raw`\n`)
    .replace(
      /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
      (char) => String.raw`\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  return `$'${escaped}'`;
}
