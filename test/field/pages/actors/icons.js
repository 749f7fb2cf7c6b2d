import 'bootstrap-icons/font/bootstrap-icons.css';
import { did, ready, root } from './_start.js';

const names = ['type-bold', 'type-italic', 'type-underline', 'list-ul', 'list-ol', 'link', 'image', 'trash', 'arrow-left', 'arrow-right'];
const path = '<svg width="16" height="16" viewBox="0 0 16 16"><path d="M2 2h12v12H2z"/></svg>';
root.innerHTML = `<div class="bar" style="display:flex;gap:10px;padding:8px">${names.map((name) => `<i class="bi bi-${name}"></i>`).join('')}</div>
  <div class="bar" style="display:flex;gap:10px;padding:8px">${['one', 'two', 'three', 'four'].map((name) => `<div class="shape" data-testid="${name}" style="width:18px">${path}</div>`).join('')}</div>
  <div class="bar hand" style="display:flex;gap:10px;padding:8px">${['Cut', 'Copy', 'Paste'].map((name) => `<span class="text" title="${name}"><i class="bi bi-scissors"></i></span>`).join('')}<button><i class="bi bi-save"></i></button></div>`;
for (const icon of document.querySelectorAll('.bar > i')) icon.addEventListener('click', did(icon.className));
for (const shape of document.querySelectorAll('.shape')) shape.onclick = did(shape.dataset.testid);
for (const text of document.querySelectorAll('.text')) text.addEventListener('mousedown', did(text.title));
ready();
