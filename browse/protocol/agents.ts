/**
 * Coding agents that tell the programs they run which conversation these belong to. Names of variables only: an agent that is not
 * listed is never guessed. Pure, and on the client's fast path.
 */

/** One variable per agent; each holds the id of a conversation. */
export const AGENT_VARIABLES: readonly string[] = [
  'CLAUDE_CODE_SESSION_ID',
  'CODEX_THREAD_ID',
  'COPILOT_AGENT_SESSION_ID',
  'CURSOR_CONVERSATION_ID',
  'GEMINI_SESSION_ID',
  'AMP_THREAD_ID',
  'OPENCODE_SESSION_ID',
];

/**
 * The conversation that a command comes from; null without one. An agent that was started by another has the other's variable too,
 * so all that are set make the id.
 */
export function agentIn(env: Readonly<Record<string, string | undefined>>): string | null {
  const ids = AGENT_VARIABLES.flatMap((name) => (env[name] ? [env[name]] : []));
  return ids.length === 0 ? null : ids.join('+');
}
