/** Whether the page of a tab is the one that a command means: what its caller knows of it, and what it says by --on. */
import { shortUrl } from '../../base/escape.ts';
import { parseRef } from '../../domain/snapshot/refs.ts';
import type { AudienceAim } from '../../domain/tabs/audience.ts';
import { callerKey } from '../../domain/callers.ts';
import type { CallerKey } from '../../domain/callers.ts';
import type { Tab } from '../../domain/tabs/tab.ts';
import { BadPattern, globPattern } from '../../domain/traffic/filter.ts';
import { shownUrl } from '../../domain/traffic/printable-url.ts';
import { effectOf } from '../../protocol/command.ts';
import { fail } from '../../protocol/errors.ts';
import type { Invocation } from './invocation.ts';

/** Who sent it. */
export const keyOf = ({ caller }: Pick<Invocation, 'caller'>): CallerKey => callerKey(caller.env, caller.terminal);

/** What an act is for; null for a command that sends the page nothing. */
export function aimOf({ command, input }: Pick<Invocation, 'command' | 'input'>): AudienceAim | null {
  const { untargeted } = command;
  if (command.input === undefined && untargeted === undefined) return null;
  if (untargeted === 'always' || (untargeted !== undefined && input[untargeted] === undefined)) return 'nothing';
  return Object.values(input).some((value) => typeof value === 'string' && parseRef(value) !== null) ? 'ref' : 'selector';
}

/** Fails with `page-lost`, `page-unseen`, `page-differs`; then nothing was done. */
export function checkPage(invocation: Invocation, tab: Tab): void {
  const { on } = invocation.globals;
  // A page that is there already is not what a navigation is held to.
  if (on !== undefined) return mustBeOn(on, tab);
  const aim = aimOf(invocation);
  if (aim === null) return;
  const objection = tab.audience.objection(keyOf(invocation), aim);
  if (objection === null) return;
  const url = shownUrl(tab.page.url());
  switch (objection.why) {
    case 'blank':
      return fail('page-lost', { tab: tab.id, reason: 'is blank: it has shown no page', hint: 'browse tabs' });
    case 'reloaded': {
      const reason = `shows ${url} loaded again: ${objection.after}, and what was done in the page is gone`;
      return fail('page-lost', { tab: tab.id, reason });
    }
    case 'unseen':
      return fail('page-unseen', { tab: tab.id, url, by: objection.by });
  }
}

function mustBeOn(glob: string, tab: Tab): void {
  const url = tab.unloaded?.url ?? tab.page.url();
  const wanted = shortUrl(glob);
  let pattern: RegExp;
  try {
    pattern = globPattern(glob);
  } catch (error) {
    if (!(error instanceof BadPattern)) throw error;
    return fail('usage', { problem: `--on ${JSON.stringify(glob)} is no URL glob: ${error.message}`, hint: 'browse help' });
  }
  if (!pattern.test(url)) fail('page-differs', { tab: tab.id, url: shownUrl(url), wanted });
}

/** The same for a command whose turn it is: what follows in the tab is its caller's doing, unless it only looks. */
export function enterPage(invocation: Invocation, tab: Tab): void {
  checkPage(invocation, tab);
  if (effectOf(invocation.command, invocation.input) !== 'read') tab.audience.acts(keyOf(invocation));
}

/** The caller has its answer: it knows the page that it read, or went to. */
export function endedOn(invocation: Invocation, tab: Tab): void {
  const { scope, family } = invocation.command;
  const effect = effectOf(invocation.command, invocation.input);
  if (scope === 'tab' && (effect === 'read' || family === 'script' || family === 'navigate')) tab.audience.looked(keyOf(invocation));
}
