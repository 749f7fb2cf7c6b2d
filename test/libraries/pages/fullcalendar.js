/* FullCalendar: a month, a week and a list of events. */
import 'fullcalendar/skeleton.css';
import 'fullcalendar/themes/classic/theme.css';
import 'fullcalendar/themes/classic/palette.css';
import { Calendar } from 'fullcalendar';
import dayGridPlugin from 'fullcalendar/daygrid';
import interactionPlugin from 'fullcalendar/interaction';
import listPlugin from 'fullcalendar/list';
import multiMonthPlugin from 'fullcalendar/multimonth';
import themePlugin from 'fullcalendar/themes/classic';
import timeGridPlugin from 'fullcalendar/timegrid';

new Calendar(document.getElementById('root'), {
  plugins: [themePlugin, dayGridPlugin, timeGridPlugin, listPlugin, multiMonthPlugin, interactionPlugin],
  initialDate: '2026-03-04',
  now: '2026-03-05T10:00:00',
  timeZone: 'UTC',
  headerToolbar: { left: 'prev,next today', center: 'title', right: 'dayGridMonth,timeGridWeek,listMonth,multiMonthYear' },
  navLinks: true,
  selectable: true,
  editable: true,
  weekNumbers: true,
  dayMaxEvents: 1,
  height: 700,
  eventClick: (info) => info.jsEvent.preventDefault(),
  events: [
    { title: 'All day', start: '2026-03-01' },
    { title: 'Long event', start: '2026-03-07', end: '2026-03-10' },
    { title: 'Meeting', start: '2026-03-04T10:30:00', end: '2026-03-04T12:30:00' },
    { title: 'Lunch', start: '2026-03-04T12:00:00' },
    { title: 'Dinner', start: '2026-03-04T20:00:00' },
    { title: 'Linked', url: '#there', start: '2026-03-28' },
  ],
}).render();
