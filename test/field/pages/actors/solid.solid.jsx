import { For } from 'solid-js';
import { render } from 'solid-js/web';
import { did, folders, mails, root, when } from './_start.js';

render(() => <div id="app" onClick={did('app')}>
  <ul class="menu"><For each={folders}>{(name) => <li onClick={did(name)}>{name}</li>}</For></ul>
  <div class="tool" onMouseDown={did('Reply')}>Reply</div><div class="tool" onPointerDown={did('Forward')}>Forward</div><div class="tool" onTouchStart={did('Flag')}>Flag</div><div class="tool" onKeyDown={did('Label')}>Label</div>
  <For each={mails}>{(name) => <div class="card hand" onClick={did(name)}><b>{name}</b> from Ada <button onClick={did(`Delete ${name}`)}>Delete</button><span onClick={[did(`Pin ${name}`), name]}>Pin</span></div>}</For>
  <div onClick={did('wrapper')}><span onClick={did('Older')}>Older</span> <span on:click={did('Newer')}>Newer</span></div>
  <p onClick={did('About')}>About this program</p>
  <div contentEditable={true}>A note</div>
  <label><input type="checkbox" /> Unread only</label> <input aria-label="Search" /> <a href="#help">Help</a>
</div>, root);
when('#app');
