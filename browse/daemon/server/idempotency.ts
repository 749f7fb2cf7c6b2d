/** At most once: every command's id is accepted a single time, and what became of it can be asked. Knows nothing of commands. */
import type { ArgvReply, CommandFate } from '../../protocol/wire.ts';

/** Ids remembered; a client asks within seconds. */
const IDS = 10_000;
/** Answers kept, and the longest one that is. */
const REPLIES = 64;
const REPLY_LIMIT = 1024 * 1024;

export type CommandLedger = {
  /** Runs `work` unless the id was seen or forbidden; then `repeated` says what to answer. */
  run(id: string, work: () => Promise<ArgvReply>): Promise<ArgvReply> | 'repeated';
  /** What became of it. One that has not arrived is forbidden from now on. */
  fate(id: string): CommandFate;
};

/** A fresh memory. */
export function createCommandLedger(): CommandLedger {
  const states = new Map<string, 'running' | 'done' | 'forbidden'>();
  const replies = new Map<string, ArgvReply>();
  const remember = (id: string, state: 'running' | 'done' | 'forbidden'): void => {
    states.set(id, state);
    if (states.size <= IDS) return;
    for (const [old, kept] of states) {
      if (kept !== 'running') {
        states.delete(old);
        return;
      }
    }
  };
  const keep = (reply: ArgvReply): void => {
    if (reply.stdout.length + reply.stderr.length > REPLY_LIMIT) return;
    replies.set(reply.id, reply);
    const oldest = replies.keys().next();
    if (replies.size > REPLIES && !oldest.done) replies.delete(oldest.value);
  };
  return {
    run(id, work) {
      if (states.has(id)) return 'repeated';
      remember(id, 'running');
      return work().then(
        (reply) => {
          keep(reply);
          states.set(id, 'done');
          return reply;
        },
        (error: unknown) => {
          states.set(id, 'done');
          throw error;
        },
      );
    },
    fate(id) {
      const state = states.get(id);
      if (state === 'running') return { state };
      if (state === 'done') return { state, reply: replies.get(id) ?? null };
      remember(id, 'forbidden');
      return { state: 'unknown' };
    },
  };
}
