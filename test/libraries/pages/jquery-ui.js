/* jQuery UI: its widgets, each as its own demos show it. */
import 'jquery-ui/dist/themes/base/jquery-ui.css';
import './parts/jquery-global.js';
import $ from 'jquery';
import 'jquery-ui/dist/jquery-ui.js';

$('#root').html(`
<h1>Booking</h1>
<div id="accordion"><h3>Flight</h3><div><label>From <input id="from"></label> <label for="date">Date</label> <input id="date"></div><h3>Hotel</h3><div><p>No hotel yet.</p></div></div>
<div id="tabs"><ul><li><a href="#seat">Seat</a></li><li><a href="#meal">Meal</a></li><li><a href="#bag">Bag</a></li></ul><div id="seat"><label for="class">Class</label><select id="class"><option>Economy</option><option selected>Business</option><option disabled>First</option></select></div><div id="meal"><p>Vegetarian</p></div><div id="bag"><p>None</p></div></div>
<ul id="menu"><li class="ui-state-disabled"><div>Books</div></li><li><div>Electronics</div><ul><li><div>Home</div></li><li><div>Car</div></li></ul></li><li><div>Movies</div></li><li>-</li><li><div><span class="ui-icon ui-icon-disk"></span>Save</div></li></ul>
<p><label for="guests">Guests:</label> <input id="guests" value="2"></p>
<p><span id="price-label">Price</span></p><div id="price"></div><div id="range"></div>
<div id="progress"></div>
<fieldset class="controls"><legend>Rating</legend><label for="r1">One</label><input type="radio" name="r" id="r1"><label for="r2">Two</label><input type="radio" name="r" id="r2" checked></fieldset>
<div class="group"><button>Bold</button><button disabled>Italic</button><select id="size"><option>Small</option><option>Large</option></select><label for="pin">Pin</label><input type="checkbox" id="pin"></div>
<button id="open" title="Opens the dialog">Cancel booking</button> <button id="icon">Search</button> <a href="#" class="button">A link button</a>
<div id="dialog" title="Cancel booking?"><p><span class="ui-icon ui-icon-alert"></span>It cannot be undone.</p><label>Reason <input></label></div>
<ol id="selectable"><li class="ui-widget-content">Item 1</li><li class="ui-widget-content">Item 2</li></ol>
<ul id="sortable"><li class="ui-state-default">First</li><li class="ui-state-default">Second</li></ul>
<div id="inline"></div>`);

$('#accordion').accordion({ animate: false });
$('#tabs').tabs({ disabled: [2] });
$('#menu').menu();
$('#from').autocomplete({ source: ['Ghent', 'Geneva', 'Genoa', 'Lyon'], delay: 0 });
$('#date').datepicker({ defaultDate: new Date(2026, 2, 4), showOn: 'button', showAnim: '' });
$('#inline').datepicker({ defaultDate: new Date(2026, 4, 17), changeMonth: true, changeYear: true, minDate: new Date(2026, 4, 10) });
$('#class').selectmenu();
$('#guests').spinner({ min: 1 });
$('#price').slider({ value: 30 });
$('#range').slider({ range: true, values: [20, 70], disabled: true });
$('#progress').progressbar({ value: 37 });
$('.controls input').checkboxradio();
$('.group').controlgroup();
$('#icon').button({ icon: 'ui-icon-search', showLabel: false });
$('.button, #open').button();
$('#selectable').selectable();
$('#sortable').sortable();
$(document).tooltip({ show: false, hide: false, track: false });
$('#dialog').dialog({ autoOpen: false, modal: true, buttons: { 'Cancel it': () => {}, 'Keep it': () => {} } });
$('#open').on('click', () => $('#dialog').dialog('open'));
