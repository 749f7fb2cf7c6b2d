import $ from './_jquery.js';
import 'jquery-ui/dist/jquery-ui.js';
import 'jquery-ui/dist/themes/base/jquery-ui.css';
import { did, folders, mails, ready, root } from './_start.js';

root.innerHTML = `<div id="tabs"><ul><li><a href="#t1">First</a></li><li><a href="#t2">Second</a></li></ul><div id="t1">One</div><div id="t2">Two</div></div>
  <div id="accordion"><h3>Alpha</h3><div>a</div><h3>Beta</h3><div>b</div><h3>Gamma</h3><div>c</div></div>
  <div id="slider" style="width:200px;margin:12px"></div><div id="calendar"></div><input id="spinner" aria-label="Count" value="1">
  <ul id="menu">${folders.map((name) => `<li><div>${name}</div></li>`).join('')}</ul>
  <ul id="delegated">${mails.map((name) => `<li>${name} <span class="pin">Pin</span></li>`).join('')}</ul><p id="about">About</p><button id="save">Save</button>`;
$('#tabs').tabs();
$('#accordion').accordion();
$('#slider').slider();
$('#calendar').datepicker({ defaultDate: '01/15/2026' });
$('#spinner').spinner();
$('#menu').menu();
$('#delegated').on('click', '.pin', did('Pin')).on('mousedown', 'li', did('mail'));
$('#about').on('click', did('About'));
$('#save').button().on('click', did('Save'));
ready();
