/** Who sent a command, as far as that can be known: an agent's conversation, else a terminal, else nobody that could be told apart. Pure. */
import { shortHash } from '../base/hash.ts';
import { agentIn } from '../protocol/agents.ts';

/** Equal keys are the same caller. Null is unknown, which is never another caller. */
export type CallerKey = string | null;

/** `terminal`: the controlling terminal and the session that has it, as the client says; undefined without one. */
export function callerKey(env: Readonly<Record<string, string | undefined>>, terminal: string | undefined): CallerKey {
  const agent = agentIn(env);
  if (agent !== null) return `agent ${shortHash(agent)}`;
  return terminal === undefined ? null : `terminal ${terminal}`;
}

/** What another caller is called in a sentence. */
export function callerText(key: string): string {
  return key.startsWith('agent ') ? 'another agent' : 'another terminal';
}

/**
 * Six characters that tell the conversations of one project apart: the first of the id. Ids that begin with a time share their first
 * characters for hours (UUIDs of version 7), and ids of words may share them for ever: of those a hash is taken.
 */
export function agentTag(id: string): string {
  const random = /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[1-689a-f][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{16,64})$/i.test(id);
  return (random ? id : shortHash(id)).slice(0, 6).toLowerCase();
}
