import { EditorView, basicSetup } from 'codemirror';
import { EditorState } from '@codemirror/state';
import { lines, readonly, ready, root } from './_start.js';

document.head.insertAdjacentHTML('beforeend', '<style>.cm-editor{height:300px}</style>');
const extensions = [basicSetup, ...(readonly ? [EditorState.readOnly.of(true), EditorView.editable.of(false)] : [])];
const view = new EditorView({ parent: root, state: EditorState.create({ doc: lines.join('\n'), extensions }) });
ready(() => view.state.doc.toString());
