/** @jsxImportSource preact */
import { render } from 'preact';
import { did, folders, mails, root, when } from './_start.js';

const on = { Reply: 'onMouseDown', Forward: 'onPointerDown', Flag: 'onTouchStart', Label: 'onKeyDown' };
render(<div id="app" onClick={did('app')}>
  <ul class="menu">{folders.map((name) => <li key={name} onClick={did(name)}>{name}</li>)}</ul>
  {Object.entries(on).map(([name, type]) => <div key={name} class="tool" {...{ [type]: did(name) }}>{name}</div>)}
  {mails.map((name) => <div key={name} class="card hand" onClick={did(name)}><b>{name}</b> from Ada <button onClick={did(`Delete ${name}`)}>Delete</button><span onClick={did(`Pin ${name}`)}>Pin</span></div>)}
  <div onClick={did('wrapper')}><span onClick={did('Older')}>Older</span> <span onClick={did('Newer')}>Newer</span></div>
  <p onClick={did('About')}>About this program</p>
  <div contentEditable>A note</div>
  <label><input type="checkbox" /> Unread only</label> <input aria-label="Search" /> <a href="#help">Help</a>
</div>, root);
when('#app');
