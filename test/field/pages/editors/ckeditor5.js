import { Bold, ClassicEditor, Essentials, Heading, Italic, List, Paragraph } from 'ckeditor5';
import 'ckeditor5/ckeditor5.css';
import { element, paragraphs, readonly, ready } from './_start.js';

const place = element(`<div>${paragraphs}</div>`);
const editor = await ClassicEditor.create(place, {
  licenseKey: 'GPL',
  plugins: [Essentials, Paragraph, Bold, Italic, Heading, List],
  toolbar: ['heading', 'bold', 'italic', 'bulletedList', 'undo', 'redo'],
});
if (readonly) editor.enableReadOnlyMode('field');
const text = (node) => (node.is('$text') ? node.data : node.is('element', 'softBreak') ? '\n' : [...node.getChildren()].map(text).join(''));
ready(() => [...editor.model.document.getRoot().getChildren()].map(text).join('\n'));
