/* AG Grid: sorted, filtered, edited, selected, paged. */
import { AllCommunityModule, createGrid, ModuleRegistry } from 'ag-grid-community';

ModuleRegistry.registerModules([AllCommunityModule]);
const root = document.getElementById('root');
root.style.height = '420px';

const makes = ['Tesla', 'Ford', 'Toyota', 'Fiat', 'Volvo'];
createGrid(root, {
  animateRows: false,
  rowData: Array.from({ length: 60 }, (_, index) => ({ id: index, make: makes[index % 5], price: 20_000 + index * 500, electric: index % 3 === 0, sold: `2026-0${(index % 9) + 1}-04` })),
  columnDefs: [
    { field: 'make', filter: true, floatingFilter: true, pinned: 'left', sort: 'asc' },
    { headerName: 'Offer', children: [{ field: 'price', editable: true, filter: 'agNumberColumnFilter', floatingFilter: true }, { field: 'electric', editable: true }] },
    { field: 'sold', filter: 'agDateColumnFilter', cellEditor: 'agSelectCellEditor', cellEditorParams: { values: ['2026-01-04', '2026-02-04'] }, editable: true },
    { headerName: 'Action', sortable: false, cellRenderer: ({ data }) => { const button = document.createElement('button'); button.textContent = `Buy ${data.id}`; return button; } },
  ],
  defaultColDef: { flex: 1, minWidth: 130 },
  rowSelection: { mode: 'multiRow' },
  pagination: true,
  paginationPageSize: 20,
  tooltipShowDelay: 0,
});
