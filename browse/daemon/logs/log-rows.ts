/** Rows of the daemon's own log, as events of the log database. What a command was typed with appears only where it is no secret. */
import { recordedActionText } from '../../domain/export/recorded-action.ts';
import { boundedEvent } from '../../domain/traffic/entry.ts';
import type { Input } from '../../protocol/args.ts';
import type { Facts } from '../../protocol/command.ts';
import type { LogRow, LoggedEvent } from '../ports.ts';
/** Operands that say what a command is about. Everything else (VALUE, TEXT, KEY, EXPR, NAME=VALUE ...) may be a secret. */
const TELLING: readonly string[] = [
  'SEL',
  'URL',
  'ID',
  'GLOB',
  'FILE',
  'PATH',
  'STATE',
  'PROP',
  'WxH',
  'N',
  'FROM',
  'TO',
  'PORT',
  'BROWSER',
];
const LONGEST = 300;

/** `@e3`, `http://localhost/`: the operands that are no secret. */
export function aboutOf({ operands }: Pick<Facts, 'operands'>, input: Input): string {
  return Object.entries(operands)
    .filter(([, { label }]) => TELLING.includes(label))
    .flatMap(([key]) => {
      const value = input[key];
      return typeof value === 'string' || typeof value === 'number' ? [String(value).slice(0, LONGEST)] : [];
    })
    .join(' ');
}

/** The row as an event. */
export function eventOf(row: LogRow, at: number): LoggedEvent {
  const nowhere = { session: null, tab: null, trace: null };
  const facts = { at, url: null, line: null, column: null, detail: [] };
  switch (row.kind) {
    case 'command': {
      const ended = row.exit === 0 ? 'done' : `exit ${row.exit}${row.code === null ? '' : ` ${row.code}`}`;
      const text = `${row.command}${row.about === '' ? '' : ` ${row.about}`} → ${ended} (${row.ms}ms)`;
      const detail = row.action === null ? [] : [recordedActionText(row.action)];
      const event = boundedEvent({ ...facts, kind: 'command', level: row.exit === 0 ? 'info' : 'error', text, detail });
      return { event, session: row.session, tab: row.tab, trace: row.id };
    }
    case 'internal':
      return {
        ...nowhere,
        event: boundedEvent({ ...facts, kind: 'internal', level: 'error', text: `internal error ${row.id}`, detail: [row.stack] }),
      };
    case 'notice':
      return { ...nowhere, event: boundedEvent({ ...facts, kind: 'notice', level: 'info', text: row.text }) };
  }
}
