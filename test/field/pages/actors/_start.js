/* Styles, data and the mark of readiness of the pages of actors: each is the same small mail program in another framework. */
document.head.insertAdjacentHTML('beforeend', `<style>body{font:14px sans-serif;margin:12px}ul{list-style:none;padding:0;width:240px}
.menu{cursor:pointer}.card{border:1px solid #888;padding:6px;margin:4px;width:300px}.hand{cursor:pointer}.tool{display:inline-block;padding:4px 8px;border:1px solid #ccc}[contenteditable]{border:1px solid #ccc;min-height:20px;width:300px}</style>`);
export const root = document.getElementById('root');
export const folders = ['Inbox', 'Drafts', 'Sent', 'Bin'];
export const mails = ['Invoice', 'Meeting', 'Holiday'];
export const tools = { Reply: 'mousedown', Forward: 'pointerdown', Flag: 'touchstart', Label: 'keydown' };
export const seen = [];
export const did = (what) => () => { seen.push(what); };
export function ready() {
  window.__seen = seen;
  window.__ready = true;
}
/* Until what a framework renders later is there. */
export const when = (selector) => {
  const look = () => (document.querySelector(selector) ? ready() : requestAnimationFrame(look));
  look();
};
