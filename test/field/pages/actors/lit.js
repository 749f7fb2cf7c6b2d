import { html, LitElement } from 'lit';
import { did, folders, mails, ready, root } from './_start.js';

class Mail extends LitElement {
  render() {
    return html`<style>${document.querySelector('style').textContent}</style><div id="app" @click=${did('app')}>
  <ul class="menu">${folders.map((name) => html`<li @click=${did(name)}>${name}</li>`)}</ul>
  <div class="tool" @mousedown=${did('Reply')}>Reply</div><div class="tool" @pointerdown=${did('Forward')}>Forward</div><div class="tool" @touchstart=${did('Flag')}>Flag</div><div class="tool" @keydown=${did('Label')}>Label</div>
  ${mails.map((name) => html`<div class="card hand" @click=${did(name)}><b>${name}</b> from Ada <button @click=${did('Delete')}>Delete</button><span @click=${did('Pin')}>Pin</span></div>`)}
  <div @click=${did('wrapper')}><span @click=${did('Older')}>Older</span> <span @click=${did('Newer')}>Newer</span></div>
  <p @click=${did('About')}>About this program</p><slot></slot>
  <div contenteditable="true">A note</div>
  <label><input type="checkbox" /> Unread only</label> <input aria-label="Search" /> <a href="#help">Help</a></div>`;
  }
}
customElements.define('field-mail', Mail);
root.innerHTML = '<field-mail><span id="slotted">Slotted</span></field-mail>';
document.getElementById('slotted').addEventListener('click', did('Slotted'));
await document.querySelector('field-mail').updateComplete;
ready();
