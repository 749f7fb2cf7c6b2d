import { ready, root } from './_start.js';

root.innerHTML =
  '<div class="card" id="chip" style="width:60px">chip</div><canvas id="board" width="500" height="300" style="border:1px solid" aria-label="Board"></canvas>';
const board = document.getElementById('board');
const chip = document.getElementById('chip');
const pen = board.getContext('2d');
const boxes = [{ x: 20, y: 20 }];
const draw = () => {
  pen.clearRect(0, 0, 500, 300);
  for (const { x, y } of boxes) pen.fillRect(x, y, 40, 40);
};
draw();
let held = null;
board.addEventListener('mousedown', ({ offsetX, offsetY }) => {
  const box = boxes.find(({ x, y }) => offsetX >= x && offsetX < x + 40 && offsetY >= y && offsetY < y + 40);
  if (box) held = { box, dx: offsetX - box.x, dy: offsetY - box.y };
});
board.addEventListener('mousemove', ({ offsetX, offsetY }) => {
  if (held) Object.assign(held.box, { x: offsetX - held.dx, y: offsetY - held.dy });
  draw();
});
board.addEventListener('mouseup', () => {
  held = null;
});
chip.addEventListener('pointerdown', (down) => {
  down.preventDefault();
  const ghost = chip.cloneNode(true);
  ghost.removeAttribute('id');
  ghost.style.cssText = 'position:fixed;width:60px;margin:0;opacity:.7';
  document.body.append(ghost);
  const move = ({ clientX, clientY }) => Object.assign(ghost.style, { left: `${clientX - 40}px`, top: `${clientY - 20}px` });
  move(down);
  const up = ({ clientX, clientY }) => {
    ghost.remove();
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', up);
    const { left, top, right, bottom } = board.getBoundingClientRect();
    if (clientX > left && clientX < right && clientY > top && clientY < bottom)
      boxes.push({ x: Math.round(clientX - left - 20), y: Math.round(clientY - top - 20) });
    draw();
  };
  addEventListener('pointermove', move);
  addEventListener('pointerup', up);
});
ready(() => ({ boxes: boxes.map(({ x, y }) => `${Math.round(x)},${Math.round(y)}`).join(' ') }));
