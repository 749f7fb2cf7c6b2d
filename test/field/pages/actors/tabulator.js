import { TabulatorFull as Tabulator } from 'tabulator-tables';
import 'tabulator-tables/dist/css/tabulator.css';
import { did, ready, root } from './_start.js';

const data = Array.from({ length: 6 }, (_, id) => ({ id, name: `Name ${id + 1}`, age: 20 + id, done: id % 2 === 0 }));
const table = new Tabulator(root, {
  data, layout: 'fitColumns', height: 300, selectableRows: true, pagination: true, paginationSize: 5, movableColumns: true,
  columns: [{ formatter: 'rowSelection', titleFormatter: 'rowSelection', headerSort: false, width: 40 }, { title: 'Name', field: 'name', editor: 'input', headerFilter: true }, { title: 'Age', field: 'age', editor: 'number', cellClick: did('age') }, { title: 'Done', field: 'done', formatter: 'tickCross', cellClick: did('done') },
    { title: 'Act', headerSort: false, formatter: ({ getData }) => { const element = document.createElement('span'); element.textContent = 'Remove'; element.addEventListener('click', did('remove')); return element; } }],
});
table.on('tableBuilt', ready);
