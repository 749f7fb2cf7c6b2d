import Alpine from 'alpinejs';
import { did, folders, mails, root, when } from './_start.js';

window.did = (name) => did(name)();
root.innerHTML = `<div id="app" x-data='${JSON.stringify({ folders, mails })}' @click="did('app')">
  <ul class="menu"><template x-for="name in folders"><li @click="did(name)" x-text="name"></li></template></ul>
  <div class="tool" @mousedown="did('Reply')">Reply</div><div class="tool" @pointerdown="did('Forward')">Forward</div><div class="tool" @touchstart="did('Flag')">Flag</div><div class="tool" @keydown="did('Label')">Label</div>
  <template x-for="name in mails"><div class="card hand" @click="did(name)"><b x-text="name"></b> from Ada <button @click="did('Delete')">Delete</button><span @click="did('Pin')">Pin</span></div></template>
  <div @click="did('wrapper')"><span @click="did('Older')">Older</span> <span @click="did('Newer')">Newer</span></div>
  <p @click="did('About')">About this program</p>
  <div contenteditable="true">A note</div>
  <label><input type="checkbox" /> Unread only</label> <input aria-label="Search" /> <a href="#help">Help</a></div>`;
Alpine.start();
when('#app .card');
