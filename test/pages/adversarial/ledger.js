/*
 * What reached the page: every input event with the mark of the element it met, and what every field holds.
 * Loaded first in every adversarial page, so that no page can hide a wrong target from the test. Survives navigation
 * (localStorage of the site); a frame of another site tells the page around it.
 */
(() => {
  const NOTED = [
    'pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'auxclick', 'dblclick', 'contextmenu',
    'keydown', 'keypress', 'keyup', 'beforeinput', 'input', 'change', 'submit', 'paste',
  ];
  const KEY = 'ledger';
  const store = localStorage;
  const read = store.getItem.bind(store, KEY);
  const write = store.setItem.bind(store, KEY);
  const tellParent = parent.postMessage.bind(parent);
  const pathOf = Function.prototype.call.bind(Event.prototype.composedPath);
  const attributeOf = Function.prototype.call.bind(Element.prototype.getAttribute);
  const queryAll = Function.prototype.call.bind(Document.prototype.querySelectorAll);
  const queryShadow = Function.prototype.call.bind(DocumentFragment.prototype.querySelectorAll);
  const shadowOf = Function.prototype.call.bind(Object.getOwnPropertyDescriptor(Element.prototype, 'shadowRoot').get);
  const localNameOf = Function.prototype.call.bind(Object.getOwnPropertyDescriptor(Element.prototype, 'localName').get);
  const ElementClass = Element;

  const foreign = (() => {
    try {
      return parent.location.origin !== location.origin;
    } catch {
      return true;
    }
  })();

  /* One entry per line, by plain operators only: some pages overwrite everything else. */
  const note = (entry) => (foreign ? tellParent({ ledger: entry }, '*') : write(`${read() ?? ''}${entry}\n`));

  const markOf = (path) => {
    for (let at = 0; at < path.length; at += 1) {
      const mark = path[at] instanceof ElementClass ? attributeOf(path[at], 'data-mark') : null;
      if (mark !== null) return mark;
    }
    return path[0] instanceof ElementClass ? `(${localNameOf(path[0])})` : '(no element)';
  };
  /* A browser tells of typing once more when the field loses the focus: for whom it was typed, whatever the page made of the node since. */
  const typed = new WeakMap();
  const typedFor = typed.get.bind(typed);
  const typedIn = typed.set.bind(typed);
  const isText = (element) => element instanceof HTMLInputElement && !['checkbox', 'radio', 'file'].includes(element.type);
  const meant = (event, path) => {
    if (!event.isTrusted || !isText(path[0])) return markOf(path);
    if (event.type === 'input') typedIn(path[0], markOf(path));
    return event.type === 'change' ? (typedFor(path[0]) ?? markOf(path)) : markOf(path);
  };
  for (const type of NOTED) addEventListener(type, (event) => note(`${type} ${meant(event, pathOf(event))}`), true);

  const elementsOf = (root) => {
    const all = [...(root instanceof Document ? queryAll(root, '*') : queryShadow(root, '*'))];
    return all.flatMap((element) => [element, ...(shadowOf(element) ? elementsOf(shadowOf(element)) : [])]);
  };
  const fieldsOf = (root) =>
    elementsOf(root).flatMap((element) => {
      const mark = attributeOf(element, 'data-mark') ?? element.id;
      if (element instanceof HTMLInputElement) return [`${mark}=${['checkbox', 'radio'].includes(element.type) ? element.checked : element.value}`];
      if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return [`${mark}=${element.value}`];
      return element.isContentEditable === true && !element.parentElement?.isContentEditable ? [`${mark}=${element.innerText}`] : [];
    });

  const waiting = new Map();
  addEventListener('message', ({ data, source }) => {
    if (data?.ledger !== undefined) note(data.ledger);
    if (data?.ask !== undefined) void ledger.state().then(({ fields }) => source.postMessage({ answer: data.ask, fields }, '*'));
    if (data?.answer !== undefined) waiting.get(data.answer)?.(data.fields);
  });
  /* What a frame said before its answer has arrived before its answer. */
  const ask = (frame, id) =>
    new Promise((resolve) => {
      waiting.set(id, resolve);
      setTimeout(() => resolve([]), 500);
      frame.postMessage({ ask: id }, '*');
    });

  globalThis.ledger = {
    note,
    clear: () => write(''),
    /* Events in order, and every field with its value, those of frames included. */
    async state() {
      const inner = await Promise.all(Array.from({ length: frames.length }, (_, at) => ask(frames[at], `${at}:${Math.random()}`)));
      return { events: (read() ?? '').split('\n').filter(Boolean), fields: [...fieldsOf(document), ...inner.flat()] };
    },
  };
})();
