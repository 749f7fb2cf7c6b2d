import { EditorState } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';
import { DOMParser } from 'prosemirror-model';
import { schema } from 'prosemirror-schema-basic';
import { keymap } from 'prosemirror-keymap';
import { baseKeymap } from 'prosemirror-commands';
import { history, redo, undo } from 'prosemirror-history';
import { paragraphs, readonly, ready, root } from './_start.js';

document.head.insertAdjacentHTML('beforeend', '<style>.ProseMirror{white-space:pre-wrap}</style>');
const old = document.createElement('div');
old.innerHTML = paragraphs;
const plugins = [history(), keymap({ 'Mod-z': undo, 'Mod-y': redo }), keymap(baseKeymap)];
const view = new EditorView(root, {
  state: EditorState.create({ doc: DOMParser.fromSchema(schema).parse(old), plugins }),
  editable: () => !readonly,
});
ready(() => view.state.doc.textBetween(0, view.state.doc.content.size, '\n', '\n'));
