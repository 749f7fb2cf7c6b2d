import $ from './_jquery.js';
import 'jquery-ui/dist/jquery-ui.js';
import { items, ready, root, texts } from './_start.js';

root.innerHTML = `<div style="display:flex;gap:60px"><div><div class="card" id="clone">clone</div><div class="card" id="plain">plain</div></div><div class="zone" id="bin" style="width:200px;height:80px"></div></div><ul id="sort">${items(['A', 'B', 'C', 'D'])}</ul>`;
const dropped = [];
$('#clone').draggable({ helper: 'clone' });
$('#plain').draggable({ revert: 'invalid' });
$('#bin').droppable({ drop: (_, { draggable }) => dropped.push(draggable.attr('id')) });
$('#sort').sortable();
ready(() => ({
  dropped: dropped.join(' '),
  sort: texts('#sort'),
  helpers: document.querySelectorAll('.ui-draggable-dragging, .ui-sortable-helper').length,
}));
