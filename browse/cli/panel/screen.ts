/**
 * A panel's screen: what is known → lines that fit. Pure. Every text goes through `piece`, which leaves nothing in it that
 * could steer the terminal, and every line is cut to the columns there are: nothing wraps, whatever a page wrote.
 */
import { wholeLine } from '../../base/escape.ts';
import { megabytes } from '../../base/size.ts';
import { counted, span } from '../../base/span.ts';
import { broken, fitted, lastOf, widthOf } from '../../base/width.ts';
import { runningText } from '../../protocol/status.ts';
import type { ServiceFacts } from '../../protocol/status.ts';
import type { SeenStatus, Observation } from '../../client/observe.ts';
import { chosen } from './filter.ts';
import type { PanelState } from './state.ts';

/** How a piece of a line looks; without colour only `bold` and `dim` are left. */
export type Tone = 'plain' | 'bold' | 'dim' | 'good' | 'bad' | 'warn';
export type Piece = { readonly text: string; readonly tone: Tone };
export type Line = readonly Piece[];

export type Size = { readonly columns: number; readonly rows: number };

/** Rows below which each service has no line of its own. */
const ROOMY = 16;

const piece = (text: string, tone: Tone = 'plain'): Piece => ({ text: wholeLine(text), tone });

/** The pieces, cut to the columns; blanks of the first are no loss. */
function fit(pieces: readonly Piece[], columns: number): Line {
  const line: Piece[] = [];
  let left = columns;
  for (const each of pieces) {
    const text = fitted(each.text, left);
    if (text !== '') line.push({ ...each, text });
    left -= widthOf(text);
    if (text !== each.text) break;
  }
  return line;
}

/** Facts in order of weight: those that do not fit are left out whole, but for the first. */
function facts(pieces: readonly Piece[], columns: number, between = ' · '): Line {
  const line: Piece[] = [];
  let left = columns;
  for (const each of pieces) {
    const own = line.length === 0 ? each.text : `${between}${each.text}`;
    if (line.length > 0 && widthOf(own) > left) break;
    line.push({ ...each, text: fitted(own, left) });
    left -= widthOf(own);
  }
  return line;
}

/** All lines, as many as there are rows at most. */
export function screen(state: PanelState, { columns, rows }: Size, now: number): readonly Line[] {
  const { observation } = state;
  const status = observation?.kind === 'there' ? observation.status : null;
  const head = [
    title(state, columns, now),
    ...(status === null ? [] : [machine(status, columns, now)]),
    ...newsLines(state, { columns, rows }),
  ];
  const services =
    status === null
      ? []
      : rows < ROOMY
        ? [fewServices(status, columns)]
        : status.services.map((each, at) => service(each, at, columns, now));
  const running = status === null ? [] : [runs(status, columns)];
  const foot = [word(state, columns), footer(state, columns)];
  const above = [...head, ...services, ...running];
  const room = rows - above.length - foot.length;
  const log = room < 2 ? [] : logLines(state, { columns, rows: room });
  const all = [...above, ...log];
  // The last two lines are what the user talks with: the others give way.
  return [...all.slice(0, Math.max(0, rows - foot.length)), ...foot.slice(-rows)];
}

const STATES: Readonly<Record<Observation['kind'], { readonly text: string; readonly tone: Tone }>> = {
  none: { text: 'not running', tone: 'bad' },
  starting: { text: 'starting', tone: 'warn' },
  there: { text: 'healthy', tone: 'good' },
  leaving: { text: 'draining', tone: 'warn' },
  silent: { text: 'not responding', tone: 'bad' },
  unreadable: { text: 'unknown', tone: 'bad' },
};

/** The state of the daemon in a word. */
export function stateWord(observation: Observation | null): { readonly text: string; readonly tone: Tone } {
  if (observation === null) return { text: 'looking', tone: 'dim' };
  if (observation.kind === 'there' && observation.status.status === 'draining') return STATES.leaving;
  return STATES[observation.kind];
}

function title({ observation, seenAt }: PanelState, columns: number, now: number): Line {
  const { text, tone } = stateWord(observation);
  const named = observation !== null && 'named' in observation ? observation.named : null;
  const uptime = observation?.kind === 'there' ? [piece(`up ${span(observation.status.uptime + (now - seenAt) / 1000)}`)] : [];
  const identity =
    named === null ? [] : [piece(`pid ${named.pid}`), ...uptime, piece(`build ${named.build.version} (${named.build.id})`, 'dim')];
  return facts([piece('browse', 'bold'), piece(text, tone), ...identity], columns);
}

const ago = (at: string, now: number): string => `${span((now - Date.parse(at)) / 1000)} ago`;

function machine({ memory, sessions, tabs, refreshedAt, warnings }: SeenStatus, columns: number, now: number): Line {
  return facts(
    [
      piece(megabytes(memory)),
      piece(`${counted(sessions.length, 'session')}, ${counted(tabs, 'tab')}`),
      piece(refreshedAt === null ? 'not refreshed yet' : `last refreshed ${ago(refreshedAt, now)}`),
      ...warnings.map((warning) => piece(`warning: ${warning}`, 'warn')),
    ],
    columns,
  );
}

/** What became of the daemon; on a narrow terminal it takes more lines, for who did it stands at its end. */
function newsLines({ news, observation }: PanelState, { columns, rows }: Size): readonly Line[] {
  const lines = (text: string, tone: Tone): readonly Line[] =>
    broken(wholeLine(text), columns, rows < ROOMY ? 2 : 3).map((line) => [{ text: line, tone }]);
  if (observation?.kind === 'unreadable') return lines(observation.reason, 'bad');
  if (observation?.kind === 'starting' && observation.named === null)
    return lines(`pid ${observation.holder ?? '?'} is starting or stopping it`, 'dim');
  return news === null ? [] : lines(news.text, news.tone === 'bad' ? 'bad' : 'dim');
}

const SERVICE_TONES: Readonly<Record<ServiceFacts['state'], Tone>> = { off: 'dim', idle: 'plain', running: 'good', failed: 'bad' };

function service({ name, state, pids, detail, refreshedAt }: ServiceFacts, at: number, columns: number, now: number): Line {
  const head = [piece(`${at + 1} `, 'dim'), piece(name.padEnd(8), 'bold'), piece(state.padEnd(8), SERVICE_TONES[state])];
  const left = columns - head.reduce((sum, { text }) => sum + widthOf(text), 0);
  const refreshed = refreshedAt === null ? 'not refreshed yet' : `last refreshed ${ago(refreshedAt, now)}`;
  const more = [...(pids.length === 0 ? [] : [`pid ${pids.join(', ')}`]), ...(detail === '' ? [] : [detail])];
  const first = widthOf(refreshed) > left ? refreshed.replace('last ', '') : refreshed;
  const rest = facts([piece(first), ...more.map((text) => piece(text))], left, '  ');
  return fit([...head, ...rest], columns);
}

function fewServices({ services }: SeenStatus, columns: number): Line {
  return facts(
    services.map(({ name, state }) => piece(`${name} ${state}`, SERVICE_TONES[state])),
    columns,
  );
}

function runs({ running }: SeenStatus, columns: number): Line {
  if (running.length === 0) return fit([piece('Running: nothing', 'dim')], columns);
  const told = running.map((each) => `${runningText(each)} (${each.ms} ms)`);
  return fit([piece('Running: '), piece(told.join(', '), 'warn')], columns);
}

function logLines({ rows: all, source, filter }: PanelState, { columns, rows }: Size): readonly Line[] {
  const shown = chosen(all, source, filter);
  const told = [
    `log: ${source}`,
    ...(filter.typed === '' ? [] : [`filter ${filter.typed}`]),
    shown.length === all.length ? counted(all.length, 'row') : `${shown.length} of ${counted(all.length, 'row')}`,
  ];
  const heading = fitted(`── ${wholeLine(told.join(' · '))} `, columns);
  const rule: Line = [piece(`${heading}${'─'.repeat(Math.max(0, columns - widthOf(heading)))}`, 'dim')];
  const last = shown
    .slice(-(rows - 1))
    .map((row) => fit([piece(columns < 100 ? short(row.text) : row.text, /\] \[error\]/.test(row.text) ? 'bad' : 'plain')], columns));
  const blank: readonly Line[] = Array.from({ length: rows - 1 - last.length }, () => []);
  return [rule, ...last, ...blank];
}

/** `[2026-01-31T12:00:00.000Z] [network] ...` → `12:00:00 [network] ...`. */
function short(text: string): string {
  return text.replace(/^\[\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)\.\d+Z\] /, '$1 ');
}

/** The line in which the panel answers. */
function word({ typing, asking, doing, leaving, said }: PanelState, columns: number): Line {
  if (typing !== null)
    return fit([piece('Filter (text or /re/): ', 'bold'), piece(`${lastOf(wholeLine(typing), columns - 24)}_`)], columns);
  if (asking !== null) return fit([piece('[y/n] ', 'bold'), piece(asking.question, 'warn')], columns);
  if (doing !== null) return fit([piece(`${doing} ...${leaving ? ' then quits; once more: at once' : ''}`, 'warn')], columns);
  return said === null ? [] : fit([piece(said.text, said.tone === 'plain' ? 'plain' : said.tone)], columns);
}

function footer({ typing, asking, observation }: PanelState, columns: number): Line {
  const keys =
    typing !== null
      ? ['Enter apply', 'Esc clear']
      : asking !== null
        ? ['y yes', 'n no']
        : observation?.kind === 'none'
          ? ['q quit', 's start', '/ filter', 'l source']
          : ['q quit', 'r refresh', 'R restart', 's stop', '/ filter', 'l source', 'b window', '1-9 refresh one'];
  return facts(
    keys.map((key) => piece(key, 'dim')),
    columns,
  );
}
