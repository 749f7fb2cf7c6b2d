import { createRoot } from 'react-dom/client';
import { createEditor, Node } from 'slate';
import { Editable, Slate, withReact } from 'slate-react';
import { withHistory } from 'slate-history';
import { lines, readonly, ready, root } from './_start.js';

const editor = withHistory(withReact(createEditor()));
const all = lines.length === 0 ? [''] : lines;
const value = all.map((text) => ({ type: 'paragraph', children: [{ text }] }));
createRoot(root).render(
  <Slate editor={editor} initialValue={value}>
    <Editable
      readOnly={readonly}
      aria-label="Body"
      placeholder="Write here"
      renderElement={({ attributes, children }) => <p {...attributes}>{children}</p>}
    />
  </Slate>,
);
const wait = () =>
  document.querySelector('[data-slate-editor]')
    ? ready(() => editor.children.map((each) => Node.string(each)).join('\n'))
    : requestAnimationFrame(wait);
wait();
