/** Roles and elements of ARIA and HTML as tables: which exist, which act, which take their name from content. Data only. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** What an agent can act on, by ARIA. */
export const WIDGETS = words(
  'button checkbox combobox link listbox menuitem menuitemcheckbox menuitemradio option radio searchbox slider spinbutton switch tab textbox treeitem',
);
/** Widgets only when they can be focused. */
export const FOCUSABLE_WIDGETS = words('gridcell columnheader rowheader row separator scrollbar');
/** Roles that take their name from their content. */
export const NAMED_BY_CONTENT = words(
  'button cell checkbox columnheader gridcell heading link math menuitem menuitemcheckbox menuitemradio option radio rowheader switch tab tooltip treeitem clickable',
);
/** Roles whose content is part of them and of nothing else. */
export const PRESENTATIONAL_CHILDREN = words(
  'button checkbox img math menuitemcheckbox menuitemradio meter option progressbar radio scrollbar separator slider switch tab',
);
/** Roles that only mark up a run of text; they and the roleless ones print no line. */
export const TRANSPARENT = words(
  'generic none presentation strong emphasis code subscript superscript insertion deletion mark time term definition paragraph rowgroup caption legend label suggestion',
);

/** Elements that nobody sees. */
export const SKIPPED = words(
  'script style noscript template head link meta title base param source track datalist br wbr col colgroup map',
);
/** Elements whose rendered inside is the browser's own, or no part of the page's text. */
export const CLOSED = words('input textarea select iframe frame video audio canvas progress meter embed img hr math');

/** Roles whose text announces itself. */
export const LIVE = words('alert alertdialog log marquee status timer');

export const ARIA = new Set([
  ...WIDGETS,
  ...FOCUSABLE_WIDGETS,
  ...words(
    'alert alertdialog application article banner blockquote caption cell code complementary contentinfo definition deletion dialog directory document emphasis feed figure form generic grid group heading img image insertion list listitem log main mark marquee math menu menubar meter navigation none note paragraph presentation progressbar radiogroup region rowgroup search status strong subscript suggestion superscript table tablist tabpanel term time timer toolbar tooltip tree treegrid',
  ),
]);

export const FIXED: Readonly<Record<string, string>> = {
  article: 'article',
  blockquote: 'blockquote',
  button: 'button',
  caption: 'caption',
  code: 'code',
  datalist: 'listbox',
  dd: 'definition',
  del: 'deletion',
  details: 'group',
  dfn: 'term',
  dialog: 'dialog',
  dt: 'term',
  em: 'emphasis',
  fieldset: 'group',
  figure: 'figure',
  h1: 'heading',
  h2: 'heading',
  h3: 'heading',
  h4: 'heading',
  h5: 'heading',
  h6: 'heading',
  hr: 'separator',
  ins: 'insertion',
  legend: 'legend',
  main: 'main',
  mark: 'mark',
  math: 'math',
  menu: 'list',
  meter: 'meter',
  nav: 'navigation',
  ol: 'list',
  optgroup: 'group',
  option: 'option',
  output: 'status',
  p: 'paragraph',
  progress: 'progressbar',
  search: 'search',
  strong: 'strong',
  sub: 'subscript',
  summary: 'button',
  sup: 'superscript',
  tbody: 'rowgroup',
  textarea: 'textbox',
  tfoot: 'rowgroup',
  thead: 'rowgroup',
  time: 'time',
  ul: 'list',
  address: 'group',
  hgroup: 'group',
  iframe: 'iframe',
  frame: 'iframe',
  canvas: 'canvas',
  video: 'video',
  audio: 'audio',
  label: 'label',
};

export const INPUTS: Readonly<Record<string, string>> = {
  button: 'button',
  submit: 'button',
  reset: 'button',
  image: 'button',
  file: 'button',
  checkbox: 'checkbox',
  radio: 'radio',
  range: 'slider',
  number: 'spinbutton',
  search: 'searchbox',
  hidden: 'none',
};
/** Field types that list suggestions of their own. */
export const LISTED = words('text search tel url email');

export const GLOBAL_ARIA = [
  'aria-label',
  'aria-labelledby',
  'aria-atomic',
  'aria-braillelabel',
  'aria-busy',
  'aria-controls',
  'aria-current',
  'aria-describedby',
  'aria-description',
  'aria-details',
  'aria-dropeffect',
  'aria-flowto',
  'aria-grabbed',
  'aria-hidden',
  'aria-keyshortcuts',
  'aria-live',
  'aria-owns',
  'aria-relevant',
  'aria-roledescription',
];
export const SECTIONING = 'article,aside,main,nav,section,[role=article],[role=complementary],[role=main],[role=navigation],[role=region]';
export const HTML_NS = 'http://www.w3.org/1999/xhtml';
export const SVG_NS = 'http://www.w3.org/2000/svg';
