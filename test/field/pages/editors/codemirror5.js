import CodeMirror from 'codemirror5';
import 'codemirror5/lib/codemirror.css';
import { lines, readonly, ready, root } from './_start.js';

const editor = CodeMirror(root, { value: lines.join('\n'), lineNumbers: true, readOnly: readonly });
ready(() => editor.getValue());
