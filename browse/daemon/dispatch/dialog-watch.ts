/** What a dialog makes of the command under which it opens: nothing else in the page goes on until it is answered. */
import { deferred } from '../../base/deferred.ts';
import type { Clock } from '../../domain/ports/machine.ts';
import { dialogText } from '../../domain/tabs/notice-text.ts';
import type { Tab } from '../../domain/tabs/tab.ts';
import { effectOf } from '../../protocol/command.ts';
import { BrowseError } from '../../protocol/errors.ts';
import type { Invocation } from './invocation.ts';
import type { CommandOutput } from './reply.ts';

/** Milliseconds that an input has to say what became of it when a dialog opens under it. */
const PATIENCE = 500;

type DialogWatch = {
  /** The command runs from now on, and has this to say so far. Dialogs before that are not its doing. */
  begun(text: string): void;
  /** Settles when a dialog ends the wait for the command: fails with `dialog-open` when it only looks. */
  readonly met: Promise<CommandOutput>;
  stop(): void;
};

export function watchDialogs(clock: Clock, invocation: Pick<Invocation, 'command' | 'input'>, tab: Tab, signal: AbortSignal): DialogWatch {
  const { command, input } = invocation;
  let begun: string | null = null;
  const met = deferred<CommandOutput>();
  const stop = tab.dialogs.listen((dialog) => {
    if (begun === null || dialog.outcome !== 'open') return;
    // A navigation that its own page holds up has not begun: it waits for the answer.
    const held = dialog.kind === 'beforeunload' && command.outcome === 'navigation';
    if (held || effectOf(command, input) === 'read')
      met.reject(new BrowseError('dialog-open', { tab: tab.id, dialog: dialogText(dialog) }));
    else {
      const told = { value: { dialog: { kind: dialog.kind, message: dialog.message } }, text: begun, below: null, met: true };
      // An input knows whether it had reached its element by then, and ends with the dialog; a script or a load goes on behind it.
      const patience = command.input ? PATIENCE : 0;
      void clock.sleep(patience, signal).then(() => met.resolve(told));
    }
  });
  return { begun: (text) => (begun = text), met: met.promise, stop };
}
