/* Material UI (React): a gallery of its components. */
import * as M from '@mui/material';
import { createElement as h, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { flushSync } from 'react-dom';

const rows = [
  { name: 'Cupcake', calories: 305, done: true },
  { name: 'Donut', calories: 452, done: false },
  { name: 'Eclair', calories: 262, done: false },
];
const films = ['The Godfather', 'Pulp Fiction', 'Fight Club', 'Forrest Gump'];

function Gallery() {
  const [open, setOpen] = useState(null);
  const [anchor, setAnchor] = useState(null);
  const [tab, setTab] = useState(0);
  const at = (name) => ({ open: open === name, onClose: () => setOpen(null) });
  const button = (name) => h(M.Button, { variant: 'contained', onClick: () => setOpen(name) }, `Open ${name}`);
  return h(
    M.ThemeProvider,
    { theme: M.createTheme({ components: { MuiButtonBase: { defaultProps: { disableRipple: true } } } }) },
    h(
      M.AppBar,
      { position: 'static' },
      h(M.Toolbar, null, h(M.IconButton, { 'edge': 'start', 'aria-label': 'menu', 'onClick': () => setOpen('drawer') }, h(M.SvgIcon, null, h('path', { d: 'M3 18h18v-2H3z' }))), h(M.Typography, { variant: 'h6', component: 'div' }, 'Bakery'), h(M.Badge, { badgeContent: 4, color: 'error' }, h(M.Avatar, { alt: 'Remy', src: "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E" })), h(M.Avatar, null, 'OP')),
    ),
    h(M.Breadcrumbs, { 'aria-label': 'breadcrumb' }, h(M.Link, { href: '#' }, 'Home'), h(M.Typography, null, 'Cakes')),
    h(M.Tabs, { 'value': tab, 'onChange': (_, to) => setTab(to), 'aria-label': 'Kinds' }, h(M.Tab, { label: 'Sweet' }), h(M.Tab, { label: 'Salty' }), h(M.Tab, { label: 'Gone', disabled: true })),
    h(
      'form',
      null,
      h(M.TextField, { label: 'Name', required: true, defaultValue: 'Ann' }),
      h(M.TextField, { label: 'Mail', error: true, helperText: 'This is no address', defaultValue: 'x' }),
      h(M.TextField, { label: 'Old', disabled: true, defaultValue: 'Disabled' }),
      h(M.TextField, { label: 'Notes', multiline: true, rows: 2, variant: 'filled' }),
      h(M.TextField, { label: 'Weight', variant: 'standard', slotProps: { input: { endAdornment: h(M.InputAdornment, { position: 'end' }, 'kg') } } }),
      h(M.TextField, { label: 'Password', type: 'password', autoComplete: 'current-password' }),
      h(M.FormControl, { sx: { minWidth: 120 } }, h(M.InputLabel, { id: 'age-label' }, 'Age'), h(M.Select, { labelId: 'age-label', id: 'age', label: 'Age', defaultValue: 20 }, h(M.MenuItem, { value: 10 }, 'Ten'), h(M.MenuItem, { value: 20 }, 'Twenty'), h(M.MenuItem, { value: 30, disabled: true }, 'Thirty'))),
      h(M.FormControl, { sx: { minWidth: 120 } }, h(M.InputLabel, { htmlFor: 'native' }, 'Native'), h(M.NativeSelect, { defaultValue: 1, inputProps: { id: 'native' } }, h('option', { value: 1 }, 'One'), h('option', { value: 2 }, 'Two'))),
      h(M.Autocomplete, { options: films, defaultValue: 'Fight Club', sx: { width: 300 }, renderInput: (props) => h(M.TextField, { ...props, label: 'Film' }) }),
      h(M.Autocomplete, { multiple: true, options: films, defaultValue: [films[0], films[1]], sx: { width: 500 }, renderInput: (props) => h(M.TextField, { ...props, label: 'Films', placeholder: 'More' }) }),
      h(M.FormControl, null, h(M.FormLabel, { id: 'size-label' }, 'Size'), h(M.RadioGroup, { 'aria-labelledby': 'size-label', 'defaultValue': 's', 'name': 'size' }, h(M.FormControlLabel, { value: 's', control: h(M.Radio), label: 'Small' }), h(M.FormControlLabel, { value: 'l', control: h(M.Radio), label: 'Large' }), h(M.FormControlLabel, { value: 'x', disabled: true, control: h(M.Radio), label: 'Extra' }))),
      h(M.FormGroup, null, h(M.FormControlLabel, { control: h(M.Checkbox, { defaultChecked: true }), label: 'Glaze' }), h(M.FormControlLabel, { control: h(M.Checkbox, { indeterminate: true }), label: 'Some' }), h(M.FormControlLabel, { control: h(M.Switch), label: 'Gift' }), h(M.FormControlLabel, { required: true, control: h(M.Switch, { disabled: true }), label: 'Rush' })),
      h(M.Slider, { 'aria-label': 'Volume', 'defaultValue': 30, 'valueLabelDisplay': 'on' }),
      h(M.Slider, { getAriaLabel: (index) => ['Least', 'Most'][index], defaultValue: [20, 60], marks: [{ value: 0, label: '0°' }, { value: 100, label: '100°' }] }),
      h(M.Rating, { name: 'rating', defaultValue: 2 }),
      h(M.Rating, { readOnly: true, value: 4 }),
      h(M.ToggleButtonGroup, { 'value': 'left', 'exclusive': true, 'aria-label': 'Alignment' }, h(M.ToggleButton, { value: 'left' }, 'Left'), h(M.ToggleButton, { value: 'right' }, 'Right'), h(M.ToggleButton, { value: 'no', disabled: true }, 'None')),
      h(M.ButtonGroup, { 'aria-label': 'Split' }, h(M.Button, null, 'One'), h(M.Button, { href: '#' }, 'Two')),
    ),
    h(M.Chip, { label: 'Plain' }),
    h(M.Chip, { label: 'Clickable', onClick: () => {} }),
    h(M.Chip, { label: 'Deletable', onDelete: () => {} }),
    h(M.Alert, { severity: 'error', onClose: () => {} }, h(M.AlertTitle, null, 'Error'), 'The oven is cold.'),
    h(M.LinearProgress, { 'variant': 'determinate', 'value': 40, 'aria-label': 'Baking' }),
    h(M.CircularProgress, { variant: 'determinate', value: 75 }),
    h(M.Skeleton, { width: 100 }),
    h(M.Accordion, { defaultExpanded: true }, h(M.AccordionSummary, { 'aria-controls': 'p1', 'id': 'h1' }, 'Dough'), h(M.AccordionDetails, null, 'Flour and water.')),
    h(M.Accordion, null, h(M.AccordionSummary, { 'aria-controls': 'p2', 'id': 'h2' }, 'Cream'), h(M.AccordionDetails, null, 'Milk.')),
    h(M.Card, { sx: { maxWidth: 300 } }, h(M.CardActionArea, null, h(M.CardMedia, { component: 'div', sx: { height: 40 }, image: "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E", title: 'green iguana' }), h(M.CardContent, null, h(M.Typography, { variant: 'h5', component: 'div' }, 'Lizard'), 'A reptile.')), h(M.CardActions, null, h(M.Button, { size: 'small' }, 'Share'))),
    h(M.List, { subheader: h(M.ListSubheader, null, 'Folders') }, h(M.ListItem, { disablePadding: true, secondaryAction: h(M.IconButton, { 'edge': 'end', 'aria-label': 'delete' }, '×') }, h(M.ListItemButton, { selected: true }, h(M.ListItemText, { primary: 'Inbox', secondary: 'Jan 9' }))), h(M.Divider), h(M.ListItem, { disablePadding: true }, h(M.ListItemButton, { component: 'a', href: '#' }, h(M.ListItemText, { primary: 'Trash' })))),
    h(M.TableContainer, { component: M.Paper }, h(M.Table, { 'aria-label': 'cakes' }, h(M.TableHead, null, h(M.TableRow, null, h(M.TableCell, { padding: 'checkbox' }, h(M.Checkbox, { slotProps: { input: { 'aria-label': 'select all' } } })), h(M.TableCell, { sortDirection: 'asc' }, h(M.TableSortLabel, { active: true, direction: 'asc' }, 'Cake')), h(M.TableCell, { align: 'right' }, 'Calories'))), h(M.TableBody, null, rows.map((row) => h(M.TableRow, { 'key': row.name, 'hover': true, 'role': 'checkbox', 'aria-checked': row.done, 'tabIndex': -1, 'sx': { cursor: 'pointer' } }, h(M.TableCell, { padding: 'checkbox' }, h(M.Checkbox, { checked: row.done, onChange: () => {}, slotProps: { input: { 'aria-labelledby': `cake-${row.name}` } } })), h(M.TableCell, { component: 'th', scope: 'row', id: `cake-${row.name}` }, row.name), h(M.TableCell, { align: 'right' }, row.calories))))), h(M.TablePagination, { component: 'div', count: 30, page: 1, rowsPerPage: 10, onPageChange: () => {}, onRowsPerPageChange: () => {} })),
    h(M.Pagination, { count: 10, defaultPage: 6 }),
    h(M.Stepper, { activeStep: 1 }, ['Choose', 'Pay', 'Eat'].map((label) => h(M.Step, { key: label }, h(M.StepLabel, null, label)))),
    h(M.BottomNavigation, { showLabels: true, value: 0 }, h(M.BottomNavigationAction, { label: 'Recents' }), h(M.BottomNavigationAction, { label: 'Nearby' })),
    h(M.SpeedDial, { ariaLabel: 'SpeedDial', icon: '+', sx: { position: 'static' } }, h(M.SpeedDialAction, { icon: 'c', slotProps: { tooltip: { title: 'Copy' } } })),
    h(M.Fab, { 'aria-label': 'add' }, '+'),
    h(M.Tooltip, { title: 'Throw it away', enterDelay: 0 }, h(M.IconButton, null, h(M.SvgIcon, null, h('path', { d: 'M6 19h12V7H6z' })))),
    h(M.Tooltip, { title: 'You may not', describeChild: true, enterDelay: 0 }, h('span', null, h(M.Button, { disabled: true }, 'Forbidden'))),
    button('dialog'),
    button('snackbar'),
    button('popover'),
    h(M.Button, { 'id': 'menu-button', 'aria-haspopup': 'true', 'aria-controls': 'menu', 'aria-expanded': anchor === null ? undefined : 'true', 'onClick': (event) => setAnchor(event.currentTarget) }, 'Dashboard'),
    h(M.Menu, { id: 'menu', anchorEl: anchor, open: anchor !== null, onClose: () => setAnchor(null), slotProps: { list: { 'aria-labelledby': 'menu-button' } } }, h(M.MenuItem, null, h(M.ListItemText, null, 'Cut'), h(M.Typography, null, '⌘X')), h(M.MenuItem, { disabled: true }, 'Paste'), h(M.Divider), h(M.MenuItem, { selected: true }, 'Logout')),
    h(M.Dialog, { ...at('dialog'), 'aria-labelledby': 'dialog-title', 'aria-describedby': 'dialog-text' }, h(M.DialogTitle, { id: 'dialog-title' }, 'Use location?'), h(M.DialogContent, null, h(M.DialogContentText, { id: 'dialog-text' }, 'Let us help.'), h(M.TextField, { label: 'City', autoFocus: true, select: true, defaultValue: 'g' }, h(M.MenuItem, { value: 'g' }, 'Ghent'), h(M.MenuItem, { value: 'l' }, 'Lyon'))), h(M.DialogActions, null, h(M.Button, null, 'Disagree'), h(M.Button, null, 'Agree'))),
    h(M.Drawer, at('drawer'), h(M.List, null, h(M.ListItemButton, null, h(M.ListItemIcon, null, h(M.SvgIcon, null, h('path', { d: 'M3 3h18v18H3z' }))), h(M.ListItemText, { primary: 'Starred' })))),
    h(M.Snackbar, { open: open === 'snackbar', message: 'Note archived', action: h(M.Button, { size: 'small' }, 'Undo') }),
    h(M.Popover, { ...at('popover'), anchorReference: 'anchorPosition', anchorPosition: { top: 100, left: 100 } }, h(M.Typography, { sx: { p: 2 } }, 'The content of the ', h(M.Link, { href: '#' }, 'popover'), '.')),
  );
}

flushSync(() => createRoot(document.getElementById('root')).render(h(Gallery)));
