import { AllCommunityModule, createGrid, ModuleRegistry } from 'ag-grid-community';
import { did, root, when } from './_start.js';

ModuleRegistry.registerModules([AllCommunityModule]);
root.style.height = '360px';
createGrid(root, {
  animateRows: false, pagination: true, paginationPageSize: 20, rowSelection: { mode: 'multiRow' },
  rowData: Array.from({ length: 6 }, (_, id) => ({ id, name: `Name ${id + 1}`, age: 20 + id })),
  columnDefs: [{ field: 'name', filter: true, floatingFilter: true, editable: true }, { field: 'age', sort: 'asc', editable: true },
    { headerName: 'Act', sortable: false, cellRenderer: ({ data }) => { const span = document.createElement('span'); span.textContent = `Remove ${data.id}`; span.addEventListener('click', did('remove')); return span; } }],
  defaultColDef: { flex: 1 },
});
when('.ag-row:nth-child(6) .ag-cell span');
