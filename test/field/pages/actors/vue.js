import { createApp } from 'vue/dist/vue.esm-bundler.js';
import { did, folders, mails, root, when } from './_start.js';

createApp({
  setup: () => ({ did, folders, mails }),
  template: `<div id="app" @click="did('app')()">
  <ul class="menu"><li v-for="name in folders" @click="did(name)()">{{ name }}</li></ul>
  <div class="tool" @mousedown="did('Reply')()">Reply</div><div class="tool" @pointerdown="did('Forward')()">Forward</div><div class="tool" @touchstart="did('Flag')()">Flag</div><div class="tool" @keydown="did('Label')()">Label</div>
  <div v-for="name in mails" class="card hand" @click="did(name)()"><b>{{ name }}</b> from Ada <button @click="did('Delete')()">Delete</button><span @click.stop="did('Pin')()">Pin</span></div>
  <div @click="did('wrapper')()"><span @click="did('Older')()">Older</span> <span @click="did('Newer')()">Newer</span></div>
  <p @click="did('About')()">About this program</p>
  <div contenteditable="true">A note</div>
  <label><input type="checkbox" /> Unread only</label> <input aria-label="Search" /> <a href="#help">Help</a></div>`,
}).mount(root);
when('#app');
