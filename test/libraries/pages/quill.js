/* Quill: a text editor in an editable part, with its toolbar, and a read-only one. */
import 'quill/dist/quill.snow.css';
import Quill from 'quill';

document.getElementById('root').innerHTML = `
<h1>Letter</h1><label for="subject">Subject</label><input id="subject" value="Hello">
<div id="editor"><h2>Dear Ann</h2><p>This is <strong>bold</strong>, <em>slanted</em> and a <a href="#">link</a>.</p><ol><li data-list="bullet">One</li><li data-list="checked">Two</li><li data-list="ordered">Three</li></ol><blockquote>Said</blockquote><p><img alt="A cat" src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='40' height='20'/%3E"></p></div>
<div id="read"><p>Only to <u>read</u>.</p></div><button>Send</button>`;

new Quill('#editor', {
  theme: 'snow',
  placeholder: 'Write here',
  modules: { toolbar: [[{ header: [1, 2, false] }, { font: [] }], ['bold', 'italic', 'link', 'image', 'code-block'], [{ list: 'ordered' }, { list: 'check' }], [{ color: [] }, { align: [] }], ['clean']] },
});
new Quill('#read', { theme: 'snow', readOnly: true, modules: { toolbar: false } });
