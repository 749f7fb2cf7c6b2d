/** What is done with the three tables of pages/apps: cells edited, sorted, filtered, selected, removed. Cases B16, C9, C10. */
import type { Task } from './tasks.ts';

export const HANDSONTABLE: readonly Task[] = [
  { what: 'a number is typed over a cell', steps: ['click <gridcell "3">', 'type 77', 'press Enter'], js: '__state()[0][1]', is: 77 },
  {
    what: 'a number is pressed key by key',
    steps: ['click <gridcell "3">', 'press 7', 'press 8', 'press Enter'],
    js: '__state()[0][1]',
    is: 78,
  },
  {
    what: 'a text is typed over a cell',
    steps: ['click <gridcell "Pears">', 'type Melons', 'press Enter'],
    js: '__state()[1][0]',
    is: 'Melons',
  },
  {
    what: 'a cell is opened and its text replaced',
    steps: ['dblclick <gridcell "Pears">', 'press Control+A', 'type Melons', 'press Enter'],
    js: '__state()[1][0]',
    is: 'Melons',
  },
  { what: 'a checkbox in a cell is ticked', steps: ['check <checkbox Pears>'], js: '__state()[1][2]', is: true },
  { what: 'an entry of a list is typed', steps: ['click <"red">', 'type blue', 'press Enter'], js: '__state()[0][3]', is: 'blue' },
  { what: 'a column is sorted by its header', steps: ['click <"Count">'], js: '__state()[0][0]', is: 'Plums' },
  {
    what: 'a row is put in by the menu of a cell',
    steps: ['click --button right <"Plums">', ['click', 'text=Insert row above']],
    js: '__state().map(([fruit]) => fruit)',
    is: ['Apples', 'Pears', null, 'Plums', 'Figs', 'Limes'],
  },
  { what: 'a cell is emptied by Delete', steps: ['click <"Figs">', 'press Delete'], js: '__state()[3][0] || ""', is: '' },
  {
    what: 'Tab goes on to the next cells',
    steps: ['click <gridcell "3">', 'type 4', 'press Tab', 'press Tab', 'type green', 'press Enter'],
    js: '__state()[0]',
    is: ['Apples', 4, true, 'green'],
  },
  {
    what: 'a change is undone',
    steps: ['click <"Limes">', 'type Dates', 'press Enter', 'press Control+z'],
    js: '__state()[4][0]',
    is: 'Limes',
  },
];

export const TABULATOR: readonly Task[] = [
  {
    what: 'a cell becomes a field, which is filled',
    steps: ['click <gridcell "Bob">', ['fill', '.tabulator-cell.tabulator-editing input', 'Robert'], 'press Enter'],
    js: '__row("Robert")?.id',
    is: 1,
  },
  {
    what: 'a cell becomes a field, which is typed over',
    steps: ['click <gridcell "Bob">', 'press Control+A', 'type Robert', 'press Enter'],
    js: '__row("Robert")?.id',
    is: 1,
  },
  {
    what: 'a number is typed over',
    steps: ['click <gridcell "29">', 'press Control+A', 'type 55', 'press Enter'],
    js: '__row("Dan").age',
    is: 55,
  },
  {
    what: 'an entry of a drawn list is chosen',
    steps: ['click <gridcell "guest" (row "Cleo")>', ['click', 'text=member']],
    js: '__row("Cleo").kind',
    is: 'member',
  },
  {
    what: 'a tick is taken away',
    steps: [['click', '.tabulator-row:has-text("Ada") [tabulator-field=done]'], 'press Space', 'press Enter'],
    js: '__row("Ada").done',
    is: false,
  },
  {
    what: 'a column is sorted downwards',
    steps: [
      ['click', 'text=Age'],
      ['click', 'text=Age'],
    ],
    js: '__state().names',
    is: 'Hana Gus Finn Eve Dan Cleo Bob Ada',
  },
  { what: 'rows are filtered by a header', steps: ['fill <searchbox> an'], js: '__state().names', is: 'Dan Hana' },
  {
    what: 'two rows are selected',
    steps: ['check <checkbox (row "Bob")>', 'check <checkbox (row "Eve")>'],
    js: '__state().selected',
    is: 'Bob Eve',
  },
  { what: 'a page is turned', steps: ['click <button "Next Page">'], js: '__state().page', is: 2 },
  {
    what: 'a row is removed',
    steps: [['click', '.tabulator-row:has-text("Finn") .tabulator-cell >> nth=-1']],
    js: '__row("Finn")',
    is: null,
  },
  {
    what: 'a column is dragged',
    steps: [['drag', 'text=Kind', 'text=Name', '--hold', '500']],
    js: '__state().columns',
    is: 'kind name age done',
  },
];

export const DATATABLES: readonly Task[] = [
  { what: 'rows are searched', steps: ['fill <searchbox "Search:"> Vienna'], js: '__state().found', is: 11 },
  { what: 'more rows are shown', steps: ['select <combobox "entries per page"> 25'], js: '__state().length', is: 25 },
  { what: 'a page is turned', steps: ['click <link "3">'], js: '__state().page', is: 2 },
  {
    what: 'a column is sorted',
    steps: ['click <button "Town: Activate to sort">'],
    js: '__state().shown',
    is: 'Guest 01, Guest 06, Guest 11',
  },
  { what: 'a filter that listens to keys hears a fill', steps: ['fill <textbox "Filter town"> Wels'], js: '__state().found', is: 11 },
  { what: 'a row is removed', steps: ['click <button "Delete" Guest 04>'], js: '__state().removed', is: ['Guest 04'] },
  {
    what: 'two rows are removed, one after the other, by the refs of one look',
    once: true,
    steps: ['click <button "Delete" Guest 01>', 'click <button "Delete" Guest 02>'],
    js: '__state().removed',
    is: ['Guest 01', 'Guest 02'],
  },
  {
    what: 'the details of a row are opened and filled',
    steps: ['click <clickable "+" Guest 02>', 'fill <textbox "Note"> late'],
    js: '__state().noted',
    is: 'late',
  },
  { what: 'a row is selected by its name', steps: [['click', 'text=Guest 07']], js: '__state().selected', is: 'Guest 07' },
  {
    what: 'a cell is opened, filled and left',
    steps: [
      ['dblclick', '#row-3 .nights'],
      ['fill', '#row-3 input', '9'],
      ['press', 'Tab'],
    ],
    js: '__row("Guest 03").nights',
    is: 9,
  },
];
