/* A list as React draws it: with keys, with the index as key, and with a controlled field in every row. */
import { createElement as h, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { flushSync } from 'react-dom';

function Row({ person }) {
  const [done, setDone] = useState(false);
  return h(
    'tr',
    null,
    h('th', { scope: 'row' }, person.name),
    h(
      'td',
      null,
      h('button', { 'data-mark': `delete ${person.name}` }, 'Delete'),
      h('button', { 'data-mark': `keep ${person.name}` }, person.label ?? 'Keep'),
      h('label', null, 'Done ', h('input', { 'type': 'checkbox', 'checked': done, 'onChange': (event) => setDone(event.target.checked), 'data-mark': `done ${person.name}` })),
    ),
  );
}

function App() {
  const [state, setState] = useState({ people: ['Alice', 'Bob', 'Carol'].map((name) => ({ name })), keyed: true, version: 0 });
  const [text, setText] = useState('');
  globalThis.app = {
    set: (change) => flushSync(() => setState((before) => ({ ...before, ...change(before) }))),
    later: (change, ms) => setTimeout(() => setState((before) => ({ ...before, ...change(before) })), ms),
    text: () => text,
  };
  return h(
    'div',
    null,
    h('label', null, 'Search ', h('input', { 'value': text, 'onChange': (event) => setText(event.target.value.toUpperCase()), 'data-mark': 'search' })),
    h('table', { key: state.version }, h('tbody', null, state.people.map((person, at) => h(Row, { person, key: state.keyed ? person.name : at })))),
  );
}

flushSync(() => createRoot(document.getElementById('root')).render(h(App)));
