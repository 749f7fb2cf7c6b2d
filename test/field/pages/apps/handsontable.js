import Handsontable from 'handsontable';
import 'handsontable/styles/handsontable.css';
import 'handsontable/styles/ht-theme-main.css';

const data = [['Apples', 3, true, 'red'], ['Pears', 5, false, 'green'], ['Plums', 2, true, 'blue'], ['Figs', 9, false, 'green'], ['Limes', 7, true, 'green']];
const table = new Handsontable(document.getElementById('root'), {
  data, licenseKey: 'non-commercial-and-evaluation', themeName: 'ht-theme-main', width: 700, height: 360, rowHeaders: true, colHeaders: ['Fruit', 'Count', 'Fresh', 'Colour'], colWidths: 140,
  columns: [{}, { type: 'numeric' }, { type: 'checkbox' }, { type: 'dropdown', source: ['red', 'green', 'blue'] }],
  columnSorting: true, contextMenu: true, filters: true, dropdownMenu: true, manualColumnMove: true, fillHandle: true, undo: true,
});
window.__state = () => table.getData();
window.__source = () => table.getSourceData();
window.__selected = () => table.getSelectedLast();
window.__ready = true;
