/* A list as Vue draws it: with keys, with the index as key, and with a bound field in every row. */
import { createApp, h, nextTick, reactive, ref } from 'vue';

const state = reactive({ people: ['Alice', 'Bob', 'Carol'].map((name) => ({ name })), keyed: true, version: 0 });
const text = ref('');

const Row = {
  props: ['person'],
  setup(props) {
    const done = ref(false);
    return () =>
      h('tr', [
        h('th', { scope: 'row' }, props.person.name),
        h('td', [
          h('button', { 'data-mark': `delete ${props.person.name}` }, 'Delete'),
          h('button', { 'data-mark': `keep ${props.person.name}` }, props.person.label ?? 'Keep'),
          h('label', ['Done ', h('input', { 'type': 'checkbox', 'checked': done.value, 'onChange': (event) => (done.value = event.target.checked), 'data-mark': `done ${props.person.name}` })]),
        ]),
      ]);
  },
};

createApp({
  render: () =>
    h('div', [
      h('label', ['Search ', h('input', { 'value': text.value, 'onInput': (event) => (text.value = event.target.value.toUpperCase()), 'data-mark': 'search' })]),
      h('table', { key: state.version }, [h('tbody', state.people.map((person, at) => h(Row, { person, key: state.keyed ? person.name : at })))]),
    ]),
}).mount('#root');

globalThis.app = {
  set: (change) => {
    Object.assign(state, change({ ...state }));
    return nextTick();
  },
  later: (change, ms) => setTimeout(() => Object.assign(state, change({ ...state })), ms),
  text: () => text.value,
};
