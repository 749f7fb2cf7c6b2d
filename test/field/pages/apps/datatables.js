import jQuery from 'jquery';
import DataTable from 'datatables.net-dt';
import 'datatables.net-dt/css/dataTables.dataTables.css';

const towns = ['Graz', 'Linz', 'Wels', 'Vienna', 'Villach'];
const rows = Array.from({ length: 57 }, (_, at) => ({ id: at + 1, name: `Guest ${String(at + 1).padStart(2, '0')}`, town: towns[at % 5], nights: (at * 7) % 13 }));
document.getElementById('root').innerHTML = '<table id="guests" class="display" style="width:100%"><thead><tr><th></th><th>Name</th><th>Town</th><th>Nights</th><th></th></tr></thead><tfoot><tr><th></th><th></th><th></th><th></th><th></th></tr></tfoot></table>';
const state = { selected: '', removed: [], noted: '' };
const table = new DataTable('#guests', {
  data: rows, order: [[1, 'asc']], rowId: ({ id }) => `row-${id}`,
  columns: [{ data: null, orderable: false, className: 'more', defaultContent: '<span style="cursor:pointer">+</span>' }, { data: 'name' }, { data: 'town' }, { data: 'nights', className: 'nights' }, { data: null, orderable: false, defaultContent: '<button>Delete</button>' }],
});
const filter = document.createElement('input');
filter.placeholder = 'Filter town';
table.column(2).footer().replaceChildren(filter);
filter.addEventListener('keyup', () => table.column(2).search(filter.value).draw());
const body = jQuery('#guests tbody');
body.on('click', 'button', function () { const row = table.row(jQuery(this).closest('tr')); state.removed.push(row.data().name); row.remove().draw(false); });
body.on('click', '.more', function () { const row = table.row(jQuery(this).closest('tr')); if (row.child.isShown()) row.child.hide(); else row.child(`<label>Note <input class="note"></label>`).show(); });
body.on('input', '.note', function () { state.noted = this.value; });
body.on('click', 'td:nth-child(2)', function () { state.selected = table.row(this).data().name; });
body.on('dblclick', '.nights', function () {
  const cell = table.cell(this);
  const input = document.createElement('input');
  input.type = 'number';
  input.value = cell.data();
  this.replaceChildren(input);
  input.focus();
  input.addEventListener('change', () => cell.data(Number(input.value)).draw(false));
});
window.__state = () => ({ ...state, shown: table.rows({ page: 'current' }).data().toArray().map(({ name }) => name).slice(0, 3).join(', '), found: table.page.info().recordsDisplay, page: table.page(), length: table.page.len() });
window.__row = (name) => table.data().toArray().find((row) => row.name === name) ?? null;
window.__ready = true;
