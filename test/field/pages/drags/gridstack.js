import { GridStack } from 'gridstack';
import 'gridstack/dist/gridstack.css';
import { ready, root } from './_start.js';

document.head.insertAdjacentHTML(
  'beforeend',
  '<style>.grid-stack{background:#eef;min-height:200px;width:560px}.grid-stack-item-content{background:#9c9;display:flex;align-items:center;justify-content:center}.fresh{width:120px;height:60px}</style>',
);
root.innerHTML =
  '<div class="fresh grid-stack-item" id="fresh" gs-w="2" gs-h="1"><div class="grid-stack-item-content">new</div></div><div style="display:flex;gap:40px;margin-top:20px"><div id="one" class="grid-stack"></div><div id="two" class="grid-stack"></div></div>';
const one = GridStack.init({ cellHeight: 60, float: true, acceptWidgets: true }, '#one');
const two = GridStack.init({ cellHeight: 60, float: true, acceptWidgets: true, minRow: 3 }, '#two');
GridStack.renderCB = (element, { content }) => {
  element.textContent = content;
};
one.load([
  { id: 'a', x: 0, y: 0, w: 2, h: 1, content: 'a' },
  { id: 'b', x: 5, y: 0, w: 2, h: 1, content: 'b' },
  { id: 'c', x: 10, y: 0, w: 2, h: 1, content: 'c' },
]);
for (const { el, id } of one.engine.nodes) el.firstElementChild.id = `at-${id}`;
GridStack.setupDragIn('#fresh', { helper: 'clone', appendTo: 'body' });
const saved = (grid) =>
  grid.engine.nodes
    .map(({ id, x, y }) => `${id ?? 'new'}:${x},${y}`)
    .sort()
    .join(' ');
ready(() => ({
  one: saved(one),
  two: saved(two),
  placeholders: document.querySelectorAll('.grid-stack-placeholder, .ui-draggable-dragging').length,
}));
