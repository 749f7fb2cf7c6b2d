/** What a command that was done is remembered by: from its words, its targets and its answer. Knows nothing of what is made of it. */
import { isAbsolute, resolve } from 'node:path';
import { isObject } from '../../base/json.ts';
import { addressOf, isRelative } from '../../domain/address.ts';
import type { RecordedAction, ActionTarget, Word } from '../../domain/export/recorded-action.ts';
import { parseRef } from '../../domain/snapshot/refs.ts';
import type { Invocation } from './invocation.ts';
import type { CommandOutcome } from './reply.ts';

/** Longest word of a command that is kept, in characters. */
const LONGEST = 4_000;

/** Whether a command can be done again from what is remembered of it. */
export const isRecorded = ({ recorded }: Invocation['command']): boolean => recorded !== undefined;

/** Null for a command that only looked, or is nothing to do again. */
export function recordedActionOf(
  { command, input, extras, caller }: Invocation,
  done: Pick<CommandOutcome, 'value' | 'place' | 'notices'>,
): RecordedAction | null {
  const { name, effect, scope, recorded: known, notRecorded } = command;
  const opened = done.notices.flatMap((notice) => (notice.kind === 'tab' ? [notice.tab] : []));
  const dialogs = done.notices.flatMap((notice) => (notice.kind === 'dialog' ? [notice.dialog.outcome] : []));
  const happened = opened.length + dialogs.length > 0;
  const told = effect !== 'read' && notRecorded !== 'leaves the page as it is' && (scope === 'tab' || scope === 'browser');
  if (known === undefined && !told && !happened) return null;
  const answer = isObject(done.value) ? done.value : {};
  const words: Record<string, Word> = {};
  for (const key of known ?? []) {
    const value = key.startsWith('.') ? answer[key.slice(1)] : input[key];
    if (isWord(value)) words[key.replace('.', '')] = value;
  }
  if (known !== undefined && name !== 'wait' && typeof input['url'] === 'string') words['url'] = openedAt(input['url'], answer['url']);
  if (Array.isArray(words['files'])) words['files'] = words['files'].map((file) => (isAbsolute(file) ? file : resolve(caller.cwd, file)));
  const selector = name === 'wait' && typeof words['target'] === 'string' && extras.targets.length === 0 ? words['target'] : null;
  return {
    command: name,
    tab: done.place?.tab ?? null,
    from: extras.from,
    targets: selector === null || /^[\d.]+(ms|s|m)?$/.test(selector) ? extras.targets.map(targetOf) : [bySelector(selector, extras.frames)],
    frames: extras.frames,
    words: known === undefined ? (told ? {} : { looked: true }) : words,
    typed: extras.typed,
    opened,
    dialogs,
  };
}

/** A command that failed when a part of it was done: it is told of, and is nothing to do again. */
export function halfwayActionOf({ command, extras }: Invocation, tab: number | null, how: string): RecordedAction | null {
  if (command.recorded === undefined || command.effect === 'read') return null;
  const words = { halfway: how.slice(0, LONGEST) };
  return { command: command.name, tab, from: extras.from, targets: [], frames: [], words, typed: null, opened: [], dialogs: [] };
}

function isWord(value: unknown): value is Word {
  if (typeof value === 'string') return value.length <= LONGEST;
  if (Array.isArray(value)) return value.every((each) => typeof each === 'string' && each.length <= LONGEST);
  return typeof value === 'number' || typeof value === 'boolean';
}

/** The address that was meant: a file, and a page of the configured baseUrl, is where it was found. */
function openedAt(typed: string, url: unknown): string {
  if (isRelative(typed)) return String(url);
  const address = addressOf(typed);
  return address.kind === 'url' ? address.url : String(url);
}

function targetOf({ identity, given, pick, among, alone, said, frames }: Invocation['extras']['targets'][number]): ActionTarget {
  const { role, name, twin } = identity;
  return { selector: parseRef(given) === null ? given : null, pick, role, name: name.slice(0, 1_000), twin, among, alone, said, frames };
}

function bySelector(selector: string, frames: ActionTarget['frames']): ActionTarget {
  return { selector, pick: null, role: '', name: '', twin: null, among: null, alone: false, said: false, frames };
}
