import 'trix';
import 'trix/dist/trix.css';
import { element, lines, readonly, ready } from './_start.js';

document.addEventListener('trix-initialize', ({ target }) => {
  if (readonly) target.disabled = true;
  ready(() => target.editor.getDocument().toString().replace(/\n$/, ''));
});
element(`<form><input id="body" type="hidden"><trix-editor input="body" aria-label="Body"></trix-editor></form>`);
document.getElementById('body').value = lines.map((line) => `<div>${line}</div>`).join('');
