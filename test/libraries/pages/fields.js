/* Tom Select and flatpickr: what they make of plain fields. */
import 'tom-select/dist/css/tom-select.css';
import 'flatpickr/dist/flatpickr.css';
import TomSelect from 'tom-select';
import flatpickr from 'flatpickr';

document.getElementById('root').innerHTML = `
<form><h1>Search flights</h1>
<label for="from">From</label><select id="from"><option value="">Choose…</option><option>Ghent</option><option selected>Geneva</option><option disabled>Lyon</option></select>
<label for="with">With</label><select id="with" multiple><option selected>Ann</option><option selected>Bob</option><option>Eve</option></select>
<label for="tags">Tags</label><input id="tags" value="cheap,direct">
<label for="state">State</label><select id="state" disabled><option>Ohio</option></select>
<label for="group">Meal</label><select id="group"><optgroup label="Warm"><option>Soup</option><option>Rice</option></optgroup><optgroup label="Cold"><option>Salad</option></optgroup></select>
<label for="day">Day</label><input id="day"><label for="time">Time</label><input id="time"><label for="stay">Stay</label><input id="stay">
<div id="inline"></div><button>Search</button></form>`;

new TomSelect('#from');
new TomSelect('#with', { plugins: ['remove_button', 'clear_button', 'checkbox_options'] });
new TomSelect('#tags', { create: true, plugins: ['caret_position', 'input_autogrow'] });
new TomSelect('#state');
new TomSelect('#group', { plugins: ['dropdown_input', 'dropdown_header', 'optgroup_columns'], render: {} });
flatpickr('#day', { defaultDate: '2026-03-04', altInput: true, altFormat: 'F j, Y', minDate: '2026-03-02' });
flatpickr('#time', { enableTime: true, noCalendar: true, defaultDate: '12:30' });
flatpickr('#stay', { mode: 'range', defaultDate: ['2026-03-04', '2026-03-09'], weekNumbers: true, showMonths: 2 });
flatpickr('#inline', { inline: true, defaultDate: '2026-05-17', enableTime: true });
