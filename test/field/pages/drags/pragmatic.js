import { draggable, dropTargetForElements, monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { ready, root, texts } from './_start.js';

root.innerHTML =
  '<div style="display:flex;gap:60px"><div class="zone" id="todo" style="width:200px"><div class="card" id="one">one</div><div class="card" id="two">two</div></div><div class="zone" id="done" style="width:200px"></div></div>';
for (const element of document.querySelectorAll('.card')) draggable({ element, getInitialData: () => ({ id: element.id }) });
for (const element of document.querySelectorAll('.zone')) dropTargetForElements({ element, getData: () => ({ zone: element.id }) });
monitorForElements({
  onDrop: ({ source, location }) => {
    const [target] = location.current.dropTargets;
    if (target) document.getElementById(target.data.zone).append(document.getElementById(source.data.id));
  },
});
ready(() => ({ todo: texts('#todo'), done: texts('#done') }));
