/** What happened beside a command, in words. Page text is made one harmless line. */
import { oneLine, quoted } from '../../base/escape.ts';
import { shownUrl } from '../traffic/printable-url.ts';
import { unreachable } from '../../base/never.ts';
import type { DialogTold } from './dialog.ts';
import type { Notice } from './tab.ts';

/** `confirm "Sure?"`. */
export function dialogText({ kind, message }: Pick<DialogTold, 'kind' | 'message'>): string {
  return `${kind} ${quoted(message)}`;
}

/** One line per notice. */
export function noticeText(notice: Notice): string {
  switch (notice.kind) {
    case 'dialog': {
      const { outcome } = notice.dialog;
      const what = dialogText(notice.dialog);
      return outcome === 'open'
        ? `Dialog open: ${what}. Run: browse dialog-accept, or browse dialog-dismiss`
        : `Dialog ${outcome}: ${what}`;
    }
    case 'tab':
      return `Opened tab ${notice.tab} → ${shownUrl(notice.url)}`;
    case 'download':
      if (typeof notice.state === 'object') return `Download ${quoted(notice.name)} failed: ${notice.state.failed}`;
      return `Download ${quoted(notice.name)} → ${notice.path}${notice.state === 'saved' ? '' : ' (still coming)'}`;
    case 'crashed':
      return 'The page crashed. Run: browse reload';
    case 'session':
      return `New session: ${notice.session}`;
    case 'omitted':
      return `(${notice.count} earlier notices left out; the log has them: browse logs)`;
    case 'note':
      return oneLine(notice.text);
    default:
      return unreachable(notice);
  }
}
