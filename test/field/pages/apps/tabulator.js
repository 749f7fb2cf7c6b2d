import { TabulatorFull as Tabulator } from 'tabulator-tables';
import 'tabulator-tables/dist/css/tabulator.css';

const names = ['Ada', 'Bob', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gus', 'Hana'];
const data = names.map((name, id) => ({ id, name, age: 20 + id * 3, kind: 'guest', done: id % 2 === 0 }));
const table = new Tabulator('#root', {
  data, layout: 'fitColumns', height: 320, pagination: true, paginationSize: 6, selectableRows: true, movableColumns: true,
  columns: [{ formatter: 'rowSelection', titleFormatter: 'rowSelection', headerSort: false, width: 50 }, { title: 'Name', field: 'name', editor: 'input', headerFilter: 'input' }, { title: 'Age', field: 'age', editor: 'number' }, { title: 'Kind', field: 'kind', editor: 'list', editorParams: { values: ['guest', 'member', 'staff'] } }, { title: 'Done', field: 'done', editor: true, formatter: 'tickCross' },
    { title: '', headerSort: false, formatter: 'buttonCross', width: 50, cellClick: (_, cell) => cell.getRow().delete() }],
});
window.__row = (name) => table.getData().find((row) => row.name === name) ?? null;
window.__state = () => ({ names: table.getData('active').map(({ name }) => name).join(' '), page: table.getPage(), selected: table.getSelectedData().map(({ name }) => name).join(' '), columns: table.getColumns().map((column) => column.getField()).filter(Boolean).join(' ') });
table.on('tableBuilt', () => { window.__ready = true; });
