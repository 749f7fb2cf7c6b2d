/** The server whose pages the users work on: it writes down every act before the page goes on, and whose cookie came with it. */
import { serve, type Site } from '../../support/site.ts';
import type { Record } from '../history.ts';

/** Places for each act on one page: a place is used once. */
export const PLACES = 8;

/** The id of the element for an act. */
export const idOf = (act: string, chapter: number, place: number): string => `${act}-${chapter}-${place}`;

const SCRIPT = `const did = (marker) => { const r = new XMLHttpRequest(); r.open('GET', '/did?m=' + encodeURIComponent(marker), false); r.send(); };
const on = (id, type, heard = id) => document.getElementById(heard).addEventListener(type, () => did(session + '/' + id));`;

/** The elements of one place, and what they listen to. */
function place(chapter: number, at: number): string {
  const id = (act: string): string => idOf(act, chapter, at);
  const button = (act: string): string => `<button id=${id(act)}>${id(act)}</button>`;
  const field = (act: string, type = 'text'): string => `<input type=${type} id=${id(act)} aria-label=${id(act)}>`;
  const listening = [
    ['click', 'click'],
    ['dblclick', 'dblclick'],
    ['hover', 'mouseenter'],
    ['type', 'keydown'],
    ['press', 'keydown'],
    ['fill', 'input'],
    ['select', 'change'],
    ['check', 'change'],
    ['upload', 'change'],
  ].map(([act = '', type = '']) => `on('${id(act)}', '${type}');`);
  return `<p>${button('click')}${button('dblclick')}${button('hover')}${button('drag')}<button id=${id('goal')}>${id('goal')}</button>
${field('press')}${field('type')}${field('fill')}${field('check', 'checkbox')}${field('upload', 'file')}
<select id=${id('select')} aria-label=${id('select')}><option>a<option>b</select>
<script>${listening.join('\n')}
{ let held = false; const at = (id, type, then) => document.getElementById(id).addEventListener(type, then);
at('${id('drag')}', 'mousedown', () => held = true); at('${id('goal')}', 'mouseup', () => { if (held) did(session + '/${id('drag')}'); held = false; }); }
</script>`;
}

/** Starts it; what it sees goes into the history. */
export async function serveLedger(history: Record, now: () => number): Promise<Site> {
  const mark = (marker: string): void => void history.ledger.set(marker, (history.ledger.get(marker) ?? 0) + 1);
  const site = await serve();
  site.on('/work', ({ url }, response) => {
    const query = new URL(url, 'http://site').searchParams;
    const [session, chapter, marker] = [query.get('s') ?? '', Number(query.get('c')), query.get('m')] as const;
    response.setHeader('set-cookie', `session=${session}; Path=/`);
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      `<!doctype html><title>${session} ${chapter}</title><script>const session = '${session}'; ${SCRIPT} ${marker === null ? '' : `did(${JSON.stringify(marker)})`}</script><input id=still value=still>
${Array.from({ length: PLACES }, (_, at) => place(chapter, at)).join('\n')}`,
    );
  });
  site.on('/did', ({ url, headers }, response) => {
    const marker = new URL(url, 'http://site').searchParams.get('m') ?? '';
    mark(marker);
    const cookie = /(?:^|; )session=([^;]*)/.exec(String(headers.cookie ?? ''))?.[1];
    if (cookie !== undefined && cookie !== marker.split('/')[0]) history.strangers.push({ at: now(), marker, cookie });
    response.end('x');
  });
  return site;
}
