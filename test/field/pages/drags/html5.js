import { ready, root, texts } from './_start.js';

root.innerHTML =
  '<div style="display:flex;gap:60px"><div class="zone" id="from" style="width:200px"><div class="card" id="one" draggable="true">one</div><div class="card" id="two" draggable="true">two</div></div><div class="zone" id="to" style="width:200px"></div><div class="zone" id="shut" style="width:200px"></div></div>';
for (const card of document.querySelectorAll('.card'))
  card.addEventListener('dragstart', ({ dataTransfer }) => dataTransfer.setData('text/plain', card.id));
for (const id of ['from', 'to']) {
  const zone = document.getElementById(id);
  zone.addEventListener('dragover', (event) => event.preventDefault());
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    zone.append(document.getElementById(event.dataTransfer.getData('text/plain')));
  });
}
ready(() => ({ from: texts('#from'), to: texts('#to'), shut: texts('#shut') }));
