import tinymce from 'tinymce/tinymce';
import 'tinymce/models/dom/model';
import 'tinymce/themes/silver/theme';
import 'tinymce/icons/default/icons';
import 'tinymce/skins/ui/oxide/skin.js';
import 'tinymce/skins/ui/oxide/content.js';
import 'tinymce/skins/content/default/content.js';
import { element, paragraphs, readonly, ready } from './_start.js';

const target = element(`<textarea>${paragraphs}</textarea>`);
const [editor] = await tinymce.init({
  target,
  license_key: 'gpl',
  skin: 'oxide',
  content_css: 'default',
  height: 300,
  readonly,
  promotion: false,
});
ready(() => {
  const body = new DOMParser().parseFromString(editor.getContent(), 'text/html').body;
  for (const line of body.querySelectorAll('br')) line.replaceWith('\n');
  return [...body.children]
    .map((each) => each.textContent)
    .join('\n')
    .replaceAll('\u00a0', ' ');
});
