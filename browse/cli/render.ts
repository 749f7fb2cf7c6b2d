/** Puts the client's own results and failures in words. Pure. */
import { BUILD } from '../protocol/build.ts';
import { errorLine } from '../protocol/errors.ts';
import type { ErrorBody } from '../protocol/errors.ts';

/** Who this program is, in one line. */
export const VERSION = `browse ${BUILD.version} (build ${BUILD.id}, protocol ${BUILD.protocol})`;

export type Rendered = { readonly stdout: string; readonly stderr: string };

/** A failure: for people one line on stderr, with `--json` one object on stdout. */
export function renderFailure(body: ErrorBody, json: boolean): Rendered {
  return json ? { stdout: `${JSON.stringify({ error: body })}\n`, stderr: '' } : { stdout: '', stderr: `${errorLine(body)}\n` };
}

/** A result: its first line is part of the interface. */
export function renderResult(line: string, value: unknown, json: boolean): Rendered {
  return { stdout: json ? `${JSON.stringify(value)}\n` : `${line}\n`, stderr: '' };
}
