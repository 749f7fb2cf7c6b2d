import Sortable from 'sortablejs';
import { items, ready, root, texts } from './_start.js';

root.innerHTML = `<ul id="native">${items(['A', 'B', 'C', 'D'])}</ul><ul id="drawn">${items(['E', 'F', 'G', 'H'])}</ul><ul id="other">${items(['X', 'Y'])}</ul>`;
Sortable.create(document.getElementById('native'), { animation: 150 });
Sortable.create(document.getElementById('drawn'), { animation: 150, forceFallback: true, group: 'two' });
Sortable.create(document.getElementById('other'), { animation: 150, forceFallback: true, group: 'two' });
ready(() => ({ native: texts('#native'), drawn: texts('#drawn'), other: texts('#other') }));
