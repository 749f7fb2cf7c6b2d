/** What has changed between two states of a panel, for who reads lines and no screen. Pure. */
import { wholeLine } from '../../base/escape.ts';
import { counted } from '../../base/span.ts';
import type { ClientIdentity } from '../../protocol/client-identity.ts';
import { runningText } from '../../protocol/status.ts';
import type { Running, ServiceFacts } from '../../protocol/status.ts';
import { stateWord } from './screen.ts';
import type { PanelState } from './state.ts';

/** One object of `browse up --json`; rows of the log are the fourth kind. */
export type Change =
  | {
      readonly kind: 'daemon';
      /** As the panel's first line has it: healthy, starting, draining, not running ... */
      readonly state: string;
      /** Null when none is known to live; so are the next four. */
      readonly pid: number | null;
      readonly build: string | null;
      /** ISO 8601. */
      readonly startedAt: string | null;
      readonly startedBy: ClientIdentity | null;
      /** Seconds. */
      readonly uptime: number | null;
      /** ISO 8601. */
      readonly refreshedAt: string | null;
      /** Resident bytes. */
      readonly memory: number | null;
      readonly sessions: readonly string[];
      readonly tabs: number;
      /** What became of it, and by whom. */
      readonly news: string | null;
    }
  | { readonly kind: 'services'; readonly services: readonly ServiceFacts[] }
  | { readonly kind: 'running'; readonly running: readonly Running[] };

/** All there is to say of a state. */
function whole({ observation, news }: PanelState): readonly Change[] {
  const named = observation !== null && 'named' in observation ? observation.named : null;
  const status = observation?.kind === 'there' ? observation.status : null;
  const daemon: Change = {
    kind: 'daemon',
    state: stateWord(observation).text,
    pid: named?.pid ?? null,
    build: named?.build.id ?? null,
    startedAt: named?.startedAt ?? null,
    startedBy: named?.startedBy ?? null,
    uptime: status?.uptime ?? null,
    refreshedAt: status?.refreshedAt ?? null,
    memory: status?.memory ?? null,
    sessions: status?.sessions ?? [],
    tabs: status?.tabs ?? 0,
    news: observation?.kind === 'unreadable' ? observation.reason : (news?.text ?? null),
  };
  if (status === null) return [daemon];
  return [daemon, { kind: 'services', services: status.services }, { kind: 'running', running: status.running }];
}

/** What of a change counts as one: time goes by all the time. */
function essence(change: Change): string {
  if (change.kind === 'daemon') return JSON.stringify({ ...change, uptime: null, memory: null });
  if (change.kind === 'running') return JSON.stringify(change.running.map(({ id, tab }) => [id, tab]));
  return JSON.stringify(change.services);
}

/** What `after` says that `before` did not; `beat` says the daemon again, changed or not. */
export function changesBetween(before: PanelState, after: PanelState, beat: boolean): readonly Change[] {
  if (after.observation === null) return [];
  const said = new Map(before.observation === null ? [] : whole(before).map((change) => [change.kind, essence(change)]));
  return whole(after).filter((change) => (beat && change.kind === 'daemon') || said.get(change.kind) !== essence(change));
}

/** `[iso] daemon: healthy, pid 12, 2 tabs; Attached to pid 12`. */
export function changeLine(change: Change, now: number): string {
  return wholeLine(`[${new Date(now).toISOString()}] ${change.kind}: ${textOf(change)}`);
}

function textOf(change: Change): string {
  switch (change.kind) {
    case 'daemon': {
      const { state, pid, uptime, sessions, tabs, news } = change;
      const facts = [
        state,
        ...(pid === null ? [] : [`pid ${pid}`]),
        ...(uptime === null ? [] : [`up ${uptime} s`, counted(sessions.length, 'session'), counted(tabs, 'tab')]),
      ];
      return `${facts.join(', ')}${news === null ? '' : `; ${news}`}`;
    }
    case 'services':
      return change.services
        .map(({ name, state, refreshedAt }) => `${name} ${state}${refreshedAt === null ? '' : ` (refreshed ${refreshedAt})`}`)
        .join(', ');
    case 'running':
      return change.running.length === 0 ? 'nothing' : change.running.map(runningText).join(', ');
  }
}
