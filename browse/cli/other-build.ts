/** A daemon of an older build that may not be replaced: a command that only this build knows is no mistake of the caller's. */
import { realDeps } from '../client/client-deps.ts';
import { probeRecord } from '../client/probe.ts';
import { COMMANDS } from '../commands/index.ts';
import { reader } from '../derive/program.ts';
import { BUILD } from '../protocol/build.ts';
import { BrowseError, fail } from '../protocol/errors.ts';
import type { Facts } from '../protocol/command.ts';
import type { DaemonRecord } from '../protocol/record.ts';
import { statePathsHere } from './request.ts';

/** Fails with `daemon-older` when this build understands what the daemon did not. */
export async function refusedByOlder(argv: readonly string[], { build, process: { pid } }: DaemonRecord): Promise<void> {
  try {
    reader<Facts>(COMMANDS).parse(argv);
  } catch (error) {
    if (error instanceof BrowseError) return;
    throw error;
  }
  const seen = await probeRecord(realDeps(statePathsHere(), BUILD, process.env));
  const kept = seen.kind === 'names' && seen.answer.kind === 'ready' ? (seen.answer.kept ?? []) : [];
  const said = ({ version, id }: { readonly version: string; readonly id: string }): string => `${version}, build ${id}`;
  fail('daemon-older', { own: said(BUILD), theirs: said(build), pid, kept: kept.join(', ') });
}
