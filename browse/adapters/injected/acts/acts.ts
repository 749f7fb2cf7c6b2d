/** What the daemon can ask of a page besides the walk: one list, so that its calls are typed. */
import { checkedAfter, checkedNow, fileInput, filesHeld, fill } from './fields.ts';
import { abandonDrag, dragHalfway, dropSpot, endDrag, meetsDrop, prepareDrag } from './drag.ts';
import { focus } from './focus.ts';
import { armAppend, armFocused, caretSettled, focusedFrame, keysSoFar, popupOpen } from './keys.ts';
import { choose, chooseOption } from './options.ts';
import { disarm, frameSpot, preparePointer, verdict } from './pointer.ts';
import { bodyThere, hasBody, pageText } from './page-text.ts';
import { handle, pageHtml, ping, read, reveal } from './read.ts';
import { allSelected, endReplace, pasteText, prepareEditor, replacedText } from './replace-text.ts';
import { foundBy, frameStep, holderOf, titleNow, viewNow } from './selector-matches.ts';
import { scroll } from './scroll.ts';
import { takenOf } from './taken.ts';

/** Every in-page act by its name. */
export const acts = {
  preparePointer,
  armFocused,
  armAppend,
  caretSettled,
  focusedFrame,
  keysSoFar,
  popupOpen,
  verdict,
  takenOf,
  disarm,
  frameSpot,
  fill,
  prepareEditor,
  allSelected,
  pasteText,
  replacedText,
  endReplace,
  choose,
  chooseOption,
  checkedNow,
  checkedAfter,
  fileInput,
  filesHeld,
  focus,
  scroll,
  prepareDrag,
  dropSpot,
  meetsDrop,
  abandonDrag,
  dragHalfway,
  endDrag,
  read,
  reveal,
  handle,
  pageText,
  pageHtml,
  bodyThere,
  hasBody,
  ping,
  foundBy,
  holderOf,
  frameStep,
  titleNow,
  viewNow,
};

/** The types of {@link acts}, for the daemon's side. */
export type Acts = typeof acts;
