/* Shoelace: web components, each with a shadow tree of its own. */
import '@shoelace-style/shoelace/dist/themes/light.css';
import '@shoelace-style/shoelace';

document.getElementById('root').innerHTML = `
<h1>Shoelace</h1>
<sl-alert open closable variant="danger"><strong>Your session has ended</strong><br>Please log in again.</sl-alert>
<sl-breadcrumb label="Where"><sl-breadcrumb-item href="#">Home</sl-breadcrumb-item><sl-breadcrumb-item>Shirts</sl-breadcrumb-item></sl-breadcrumb>
<sl-tab-group><sl-tab slot="nav" panel="general">General</sl-tab><sl-tab slot="nav" panel="custom" closable>Custom</sl-tab><sl-tab slot="nav" panel="off" disabled>Off</sl-tab><sl-tab-panel name="general"><p>General panel</p></sl-tab-panel><sl-tab-panel name="custom"><p>Custom panel</p></sl-tab-panel></sl-tab-group>
<form>
  <sl-input label="Name" required value="Ann" help-text="As in the passport" clearable></sl-input>
  <sl-input type="password" label="Password" password-toggle value="secret"></sl-input>
  <sl-input type="number" label="Age" disabled value="4"></sl-input>
  <sl-input type="date" label="Date"></sl-input>
  <sl-textarea label="Notes" value="x"></sl-textarea>
  <sl-select label="Favorite" value="option-2"><sl-option value="option-1">Option 1</sl-option><sl-option value="option-2">Option 2</sl-option><sl-divider></sl-divider><sl-option value="option-3" disabled>Option 3</sl-option></sl-select>
  <sl-select label="Many" value="a b" multiple clearable><sl-option value="a">A</sl-option><sl-option value="b">B</sl-option></sl-select>
  <sl-checkbox checked>Agree</sl-checkbox><sl-checkbox indeterminate>Some</sl-checkbox><sl-checkbox disabled help-text="Not now">Never</sl-checkbox>
  <sl-switch checked>Wifi</sl-switch>
  <sl-radio-group label="Select one" name="a" value="1"><sl-radio value="1">One</sl-radio><sl-radio value="2">Two</sl-radio><sl-radio value="3" disabled>Three</sl-radio></sl-radio-group>
  <sl-radio-group label="Size" value="s"><sl-radio-button value="s">Small</sl-radio-button><sl-radio-button value="l">Large</sl-radio-button></sl-radio-group>
  <sl-range label="Volume" min="0" max="100" value="30"></sl-range>
  <sl-rating label="Rating" value="3"></sl-rating>
  <sl-color-picker label="Color" value="#4a90e2"></sl-color-picker>
  <sl-button type="submit" variant="primary">Send</sl-button><sl-button disabled>Disabled</sl-button><sl-button href="#">Link</sl-button>
</form>
<sl-details summary="Toggle me" open>Lorem ipsum.</sl-details><sl-details summary="Closed">Dolor.</sl-details>
<sl-tree selection="multiple"><sl-tree-item expanded>Deciduous<sl-tree-item selected>Birch</sl-tree-item><sl-tree-item>Maple<sl-tree-item>Red maple</sl-tree-item></sl-tree-item></sl-tree-item><sl-tree-item disabled>Bamboo</sl-tree-item></sl-tree>
<sl-dropdown id="drop"><sl-button slot="trigger" caret>Dropdown</sl-button><sl-menu><sl-menu-item value="cut">Cut</sl-menu-item><sl-menu-item type="checkbox" checked>Autosave</sl-menu-item><sl-menu-item disabled>Paste</sl-menu-item><sl-divider></sl-divider><sl-menu-label>More</sl-menu-label><sl-menu-item>Find<sl-menu slot="submenu"><sl-menu-item>Find next</sl-menu-item></sl-menu></sl-menu-item></sl-menu></sl-dropdown>
<sl-tag removable>Tag</sl-tag><sl-badge>4</sl-badge><sl-avatar label="User avatar" initials="SL"></sl-avatar>
<sl-progress-bar value="50" label="Upload"></sl-progress-bar><sl-progress-ring value="25"></sl-progress-ring><sl-spinner></sl-spinner>
<sl-card><div slot="header">Header</div>A card with a <a href="#">link</a>.</sl-card>
<sl-carousel navigation pagination><sl-carousel-item>First</sl-carousel-item><sl-carousel-item>Second</sl-carousel-item></sl-carousel>
<sl-split-panel style="--min:50px;height:60px"><div slot="start">Start</div><div slot="end">End</div></sl-split-panel>
<sl-button-group label="Alignment"><sl-button>Left</sl-button><sl-button>Right</sl-button></sl-button-group>
<sl-copy-button value="x"></sl-copy-button><sl-format-date date="2020-07-15T09:17:00-04:00"></sl-format-date> <sl-relative-time date="2020-07-15T09:17:00-04:00"></sl-relative-time>
<sl-image-comparer><img slot="before" alt="Grey" width="100" height="40"><img slot="after" alt="Colored" width="100" height="40"></sl-image-comparer>
<sl-tooltip content="This is a tooltip"><sl-button id="tip">Hover me</sl-button></sl-tooltip>
<sl-dialog label="Dialog" id="dialog"><p>Lorem ipsum.</p><sl-input label="Reason" autofocus></sl-input><sl-button slot="footer" variant="primary">Close it</sl-button></sl-dialog>
<sl-drawer label="Drawer" id="drawer">Contents.<sl-button slot="footer">Done</sl-button></sl-drawer>
<sl-button id="save">Save</sl-button><sl-button id="open-dialog">Open dialog</sl-button><sl-button id="open-drawer">Open drawer</sl-button>`;

for (const name of ['dialog', 'drawer']) document.getElementById(`open-${name}`).addEventListener('click', () => document.getElementById(name).show());
document.getElementById('save').addEventListener('click', ({ currentTarget }) => void (currentTarget.loading = true));
