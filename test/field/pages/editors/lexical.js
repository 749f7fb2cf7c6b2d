import { $createParagraphNode, $createTextNode, $getRoot, createEditor } from 'lexical';
import { registerRichText } from '@lexical/rich-text';
import { createEmptyHistoryState, registerHistory } from '@lexical/history';
import { element, lines, readonly, ready } from './_start.js';

const place = element(`<div contenteditable="${!readonly}" role="textbox" aria-label="Body"></div>`);
const editor = createEditor({
  namespace: 'field',
  editable: !readonly,
  onError: (error) => {
    throw error;
  },
});
editor.setRootElement(place);
registerRichText(editor);
registerHistory(editor, createEmptyHistoryState(), 300);
editor.update(
  () => {
    const all = lines.length === 0 ? [''] : lines;
    $getRoot()
      .clear()
      .append(...all.map((line) => $createParagraphNode().append(...(line ? [$createTextNode(line)] : []))));
  },
  { discrete: true },
);
ready(() =>
  editor.read(() =>
    $getRoot()
      .getChildren()
      .map((each) => each.getTextContent())
      .join('\n'),
  ),
);
