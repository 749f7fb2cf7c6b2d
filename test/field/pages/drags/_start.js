/* What every page of drags begins with: a root, styles, and whether the page still believes that a button is down. */
export const root = document.getElementById('root');
document.head.insertAdjacentHTML(
  'beforeend',
  '<style>body{margin:20px;font:14px sans-serif}ul{width:200px;padding:0}li,.card,.zone{list-style:none;padding:10px;margin:4px;border:1px solid #888;background:#eee;user-select:none}.zone{min-height:60px;background:#fff}</style>',
);
let [pressed, native] = [false, false];
addEventListener('pointerdown', () => { pressed = true; }, true);
for (const type of ['pointerup', 'pointercancel']) addEventListener(type, () => { pressed = false; }, true);
/* GridStack dispatches events of these names itself: only the browser's own begin a drag of the browser. */
addEventListener('dragstart', ({ defaultPrevented, isTrusted }) => { native = isTrusted && !defaultPrevented; });
addEventListener('dragend', () => { native = false; }, true);
/* The texts of the children of an element. */
export const texts = (selector) => [...document.querySelectorAll(`${selector} > *`)].map((each) => each.textContent.trim()).join(' ');
export const items = (names) => names.map((name) => `<li id="${name}">${name}</li>`).join('');
export function ready(state) {
  window.__state = state;
  window.__down = () => pressed || native;
  window.__ready = true;
}
