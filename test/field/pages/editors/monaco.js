import * as monaco from 'monaco-editor';
import { element, lines, readonly, ready } from './_start.js';

globalThis.MonacoEnvironment = { getWorker: () => new Worker('monaco-worker.js', { type: 'module' }) };
const place = element('<div style="height:300px"></div>');
const editor = monaco.editor.create(place, { value: lines.join('\n'), language: 'plaintext', readOnly: readonly, automaticLayout: true });
ready(() => editor.getModel().getValue());
