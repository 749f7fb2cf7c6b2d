/**
 * A page whose handlers are written down by a server before they do anything and after, and held up there as the test says: a
 * request that is not answered stops the page's thread, so that "before", "during" and "after the handler" are no matter of time.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cli } from './cli.ts';
import type { Site } from './site.ts';

/** Every kind of act, and what it is given beside its target. */
export const ACTS = ['click', 'dblclick', 'hover', 'press', 'type', 'fill', 'select', 'check', 'drag', 'upload', 'js', 'goto'] as const;
export type Act = (typeof ACTS)[number];

/** When something goes wrong: while the page cannot take the act, in the first line of its handler, in the last. */
export const MOMENTS = ['before', 'during', 'after'] as const;
export type Moment = (typeof MOMENTS)[number];

/** The path whose request stands for a moment. */
export const GATES: Readonly<Record<Moment, string>> = { before: '/block', during: '/begin', after: '/end' };

const HELD = `const ask = (path) => { const r = new XMLHttpRequest(); r.open('GET', path, false); r.send(); };
const handle = () => { ask('/begin'); ask('/end'); };`;

const PAGE = `<!doctype html><title>Acts</title>
<style>#box, #goal { width: 80px; height: 40px; border: 1px solid } body > * { display: block; margin: 4px }</style>
<button id=click>click</button><button id=dblclick>dblclick</button><button id=hover>hover</button>
<input id=press aria-label=press><input id=type aria-label=type><input id=fill aria-label=fill>
<select id=select aria-label=select><option>a<option>b</select><input type=checkbox id=check aria-label=check>
<button id=drag>drag</button><button id=goal>goal</button><input type=file id=upload aria-label=upload>
<script>${HELD}
const on = (id, type, what = handle) => document.getElementById(id).addEventListener(type, what);
on('click', 'click'); on('dblclick', 'dblclick'); on('hover', 'mouseenter'); on('press', 'keydown'); on('type', 'keydown');
on('fill', 'input'); on('select', 'change'); on('check', 'change'); on('upload', 'change');
let dragging = false; on('drag', 'mousedown', () => dragging = true); on('goal', 'mouseup', () => { if (dragging) handle(); });
const block = () => setTimeout(() => ask('/block'), 0);
</script>`;

/** Gives the site its pages. */
export function tendLedger(site: Site): void {
  site.on('/acts', PAGE);
  site.on('/landed', `<!doctype html><title>Landed</title><script>${HELD} handle();</script>`);
  for (const path of Object.values(GATES)) site.on(path, 'x');
}

/** The command line of an act. `target` gives a ref or a selector by the element's name. */
export function lineOf(act: Act, shell: Cli, site: Site, target: (name: string) => string): readonly string[] {
  switch (act) {
    case 'press':
      return ['press', 'a'];
    case 'type':
      return ['type', target('type'), 'x'];
    case 'fill':
      return ['fill', target('fill'), 'Ada'];
    case 'select':
      return ['select', target('select'), 'b'];
    case 'drag':
      return ['drag', target('drag'), target('goal')];
    case 'upload':
      writeFileSync(join(shell.cwd, 'a.txt'), 'a');
      return ['upload', target('upload'), 'a.txt'];
    case 'js':
      return ['js', 'handle()'];
    case 'goto':
      return ['goto', `${site.origin}/landed`];
    case 'click':
    case 'dblclick':
    case 'hover':
    case 'check':
      return [act, target(act)];
  }
}
