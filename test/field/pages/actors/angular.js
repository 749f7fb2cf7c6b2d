import '@angular/compiler';
import { Component } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { did, folders, mails, root, when } from './_start.js';

const App = Component({
  selector: 'app-mail',
  template: `<div id="app" (click)="did('app')()">
  <ul class="menu">@for (name of folders; track name) {<li (click)="did(name)()">{{ name }}</li>}</ul>
  <div class="tool" (mousedown)="did('Reply')()">Reply</div><div class="tool" (pointerdown)="did('Forward')()">Forward</div><div class="tool" (touchstart)="did('Flag')()">Flag</div><div class="tool" (keydown)="did('Label')()">Label</div>
  @for (name of mails; track name) {<div class="card hand" (click)="did(name)()"><b>{{ name }}</b> from Ada <button (click)="did('Delete')()">Delete</button><span (click)="did('Pin')()">Pin</span></div>}
  <div (click)="did('wrapper')()"><span (click)="did('Older')()">Older</span> <span (click)="did('Newer')()">Newer</span></div>
  <p (click)="did('About')()">About this program</p>
  <div contenteditable="true">A note</div>
  <label><input type="checkbox" /> Unread only</label> <input aria-label="Search" /> <a href="#help">Help</a></div>`,
})(class { did = did; folders = folders; mails = mails; });
root.innerHTML = '<app-mail></app-mail>';
await bootstrapApplication(App);
when('#app');
