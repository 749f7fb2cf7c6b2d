/* What every editor's page begins with: `?lines=N` lines of old text (default 0), `?readonly`; and how it says that it is ready. */
const query = new URLSearchParams(location.search);
export const readonly = query.has('readonly');
export const lines = Array.from({ length: Number(query.get('lines') ?? 0) }, (_, index) => `Old line ${index + 1}.`);
export const paragraphs = lines.map((line) => `<p>${line}</p>`).join('');
export const root = document.getElementById('root');
document.head.insertAdjacentHTML(
  'beforeend',
  '<style>#root{width:640px}[contenteditable],.editor{min-height:60px;border:1px solid #999}</style>',
);
export function element(html) {
  root.innerHTML = html;
  return root.firstElementChild;
}
export function ready(text) {
  window.__text = text;
  window.__ready = true;
}
