import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Autocomplete, Button, Checkbox, Dialog, DialogActions, DialogContent, DialogTitle, FormControl, FormControlLabel, FormLabel, InputLabel, Menu, MenuItem, Pagination, Radio, RadioGroup, Rating, Select, Slider, Switch, Tab, Tabs, TextField, ToggleButton, ToggleButtonGroup } from '@mui/material';

const state = { name: '', size: 'small', news: false, wifi: false, ship: 'standard', town: null, volume: 30, saved: [], archived: [], stars: 0, tab: 0, page: 1, view: 'list' };
function App() {
  const [, draw] = useState(0);
  const [open, setOpen] = useState(false);
  const [title, setTitle] = useState('');
  const [anchor, setAnchor] = useState(null);
  const set = (key) => (value) => { state[key] = value; draw((n) => n + 1); };
  return <div style={{ padding: 16, width: 600, display: 'grid', gap: 12 }}>
    <TextField label="Full name" value={state.name} onChange={(event) => set('name')(event.target.value)} />
    <FormControl><InputLabel id="size">Size</InputLabel><Select labelId="size" label="Size" value={state.size} onChange={(event) => set('size')(event.target.value)}>{['small', 'medium', 'large'].map((each) => <MenuItem key={each} value={each}>{each}</MenuItem>)}</Select></FormControl>
    <FormControlLabel control={<Checkbox checked={state.news} onChange={(_, value) => set('news')(value)} />} label="Send me news" />
    <FormControlLabel control={<Switch checked={state.wifi} onChange={(_, value) => set('wifi')(value)} />} label="Wireless" />
    <FormControl><FormLabel id="ship">Shipping</FormLabel><RadioGroup row aria-labelledby="ship" value={state.ship} onChange={(_, value) => set('ship')(value)}>{['standard', 'express', 'pickup'].map((each) => <FormControlLabel key={each} value={each} control={<Radio />} label={each} />)}</RadioGroup></FormControl>
    <Autocomplete options={['Graz', 'Linz', 'Salzburg', 'Vienna', 'Villach']} value={state.town} onChange={(_, value) => set('town')(value)} renderInput={(props) => <TextField {...props} label="Town" />} />
    <Slider aria-label="Volume" value={state.volume} step={5} onChange={(_, value) => set('volume')(value)} />
    <Rating name="stars" value={state.stars} onChange={(_, value) => set('stars')(value)} />
    <Tabs value={state.tab} onChange={(_, value) => set('tab')(value)}>{['First', 'Second', 'Third'].map((each) => <Tab key={each} label={each} />)}</Tabs>
    <Pagination count={5} page={state.page} onChange={(_, value) => set('page')(value)} />
    <ToggleButtonGroup exclusive value={state.view} onChange={(_, value) => set('view')(value)}>{['list', 'grid'].map((each) => <ToggleButton key={each} value={each}>{each}</ToggleButton>)}</ToggleButtonGroup>
    <div><Button onClick={() => setOpen(true)}>New item</Button> <Button onClick={(event) => setAnchor(event.currentTarget)}>More</Button></div>
    <Menu open={anchor !== null} anchorEl={anchor} onClose={() => setAnchor(null)}>{['Rename', 'Archive', 'Remove'].map((each) => <MenuItem key={each} onClick={() => { state.archived.push(each); setAnchor(null); }}>{each}</MenuItem>)}</Menu>
    <Dialog open={open} onClose={() => setOpen(false)}><DialogTitle>New item</DialogTitle><DialogContent><TextField label="Title" margin="dense" value={title} onChange={(event) => setTitle(event.target.value)} /></DialogContent>
      <DialogActions><Button onClick={() => setOpen(false)}>Cancel</Button><Button onClick={() => { state.saved.push(title); setOpen(false); }}>Save</Button></DialogActions></Dialog>
  </div>;
}
createRoot(document.getElementById('root')).render(<App />);
window.__state = () => state;
const wait = () => (document.querySelector('.MuiPagination-root') ? (window.__ready = true) : requestAnimationFrame(wait));
wait();
