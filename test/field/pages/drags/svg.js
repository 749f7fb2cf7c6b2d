import { drag, select } from 'd3';
import { ready, root } from './_start.js';

root.innerHTML = `<svg width="600" height="300" style="border:1px solid">
  <rect id="filled" x="300" y="40" width="100" height="60" fill="#cce"/><rect id="outline" x="300" y="180" width="100" height="60" fill="none" stroke="#333"/>
  <circle id="d3" cx="60" cy="60" r="20" fill="red"/><circle id="own" cx="60" cy="160" r="20" fill="green"/></svg>`;
select('#d3').call(
  drag().on('drag', function ({ x, y }) {
    select(this).attr('cx', x).attr('cy', y);
  }),
);
const own = document.getElementById('own');
let held = null;
own.addEventListener('pointerdown', (event) => {
  own.setPointerCapture(event.pointerId);
  held = { x: event.clientX - Number(own.getAttribute('cx')), y: event.clientY - Number(own.getAttribute('cy')) };
});
own.addEventListener('pointermove', ({ clientX, clientY }) => {
  if (!held) return;
  own.setAttribute('cx', clientX - held.x);
  own.setAttribute('cy', clientY - held.y);
});
own.addEventListener('pointerup', () => {
  held = null;
});
const at = (id) => ['cx', 'cy'].map((name) => Math.round(document.getElementById(id).getAttribute(name))).join();
ready(() => ({ d3: at('d3'), own: at('own') }));
