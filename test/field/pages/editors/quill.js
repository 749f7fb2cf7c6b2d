import Quill from 'quill';
import 'quill/dist/quill.snow.css';
import { element, paragraphs, readonly, ready } from './_start.js';

const place = element(`<div><div>${paragraphs}</div></div>`).firstElementChild;
const quill = new Quill(place, { theme: 'snow', readOnly: readonly });
ready(() => quill.getText().replace(/\n$/, ''));
