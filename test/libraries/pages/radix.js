/* Radix Primitives (React): unstyled parts of every kind, composed as its own pages compose them. */
import * as R from 'radix-ui';
import { createElement as h, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { flushSync } from 'react-dom';

const checked = (part) => h(part.Indicator, null, '✓');
const item = (value) => h(R.Select.Item, { value, key: value, disabled: value === 'Grape' }, h(R.Select.ItemText, null, value), h(R.Select.ItemIndicator, null, '✓'));

function Gallery() {
  const [told, setTold] = useState(false);
  return h(
    R.Tooltip.Provider,
    { delayDuration: 0 },
    h('h1', null, 'Radix'),
    h(R.Accordion.Root, { type: 'single', collapsible: true, defaultValue: 'a' }, ['a', 'b'].map((value) => h(R.Accordion.Item, { value, key: value, disabled: value === 'c' }, h(R.Accordion.Header, null, h(R.Accordion.Trigger, null, `Question ${value}`)), h(R.Accordion.Content, null, `Answer ${value}`)))),
    h(R.AlertDialog.Root, null, h(R.AlertDialog.Trigger, null, 'Delete account'), h(R.AlertDialog.Portal, null, h(R.AlertDialog.Overlay), h(R.AlertDialog.Content, null, h(R.AlertDialog.Title, null, 'Are you sure?'), h(R.AlertDialog.Description, null, 'This cannot be undone.'), h(R.AlertDialog.Cancel, null, 'Cancel'), h(R.AlertDialog.Action, null, 'Yes, delete')))),
    h(R.Avatar.Root, null, h(R.Avatar.Fallback, null, 'CT')),
    h('form', null, h(R.Checkbox.Root, { id: 'c1', defaultChecked: true }, checked(R.Checkbox)), h(R.Label.Root, { htmlFor: 'c1' }, 'Accept'), h(R.Checkbox.Root, { 'defaultChecked': 'indeterminate', 'aria-label': 'Some' }, '-'), h(R.RadioGroup.Root, { 'defaultValue': '1', 'aria-label': 'Density' }, ['1', '2', '3'].map((value) => h('div', { key: value }, h(R.RadioGroup.Item, { value, id: `r${value}`, disabled: value === '3' }, checked(R.RadioGroup)), h('label', { htmlFor: `r${value}` }, `Density ${value}`)))), h('label', { htmlFor: 's1' }, 'Airplane mode'), h(R.Switch.Root, { id: 's1' }, h(R.Switch.Thumb))),
    h(R.Slider.Root, { defaultValue: [50], max: 100 }, h(R.Slider.Track, null, h(R.Slider.Range)), h(R.Slider.Thumb, { 'aria-label': 'Volume' })),
    h(R.Slider.Root, { defaultValue: [10, 30], disabled: true }, h(R.Slider.Track, null, h(R.Slider.Range)), h(R.Slider.Thumb), h(R.Slider.Thumb)),
    h(R.Progress.Root, { value: 66 }, h(R.Progress.Indicator)),
    h(R.Collapsible.Root, null, h(R.Collapsible.Trigger, null, 'Show more'), h(R.Collapsible.Content, null, 'More')),
    h(R.Tabs.Root, { defaultValue: 'one' }, h(R.Tabs.List, { 'aria-label': 'Account' }, h(R.Tabs.Trigger, { value: 'one' }, 'Account'), h(R.Tabs.Trigger, { value: 'two' }, 'Password'), h(R.Tabs.Trigger, { value: 'three', disabled: true }, 'Billing')), h(R.Tabs.Content, { value: 'one' }, h('label', null, 'Name', h('input', { defaultValue: 'Pedro' }))), h(R.Tabs.Content, { value: 'two' }, h('label', null, 'Current password', h('input', { type: 'password' })))),
    h(R.ToggleGroup.Root, { 'type': 'single', 'defaultValue': 'left', 'aria-label': 'Align' }, h(R.ToggleGroup.Item, { 'value': 'left', 'aria-label': 'Left' }, 'L'), h(R.ToggleGroup.Item, { 'value': 'right', 'aria-label': 'Right' }, 'R')),
    h(R.Toggle.Root, { 'aria-label': 'Toggle italic', 'defaultPressed': true }, 'I'),
    h(R.Toolbar.Root, { 'aria-label': 'Formatting' }, h(R.Toolbar.ToggleGroup, { 'type': 'multiple', 'aria-label': 'Text' }, h(R.Toolbar.ToggleItem, { value: 'bold' }, 'B'), h(R.Toolbar.ToggleItem, { value: 'italic' }, 'I')), h(R.Toolbar.Separator), h(R.Toolbar.Link, { href: '#' }, 'Edited 2 hours ago'), h(R.Toolbar.Button, null, 'Share')),
    h(R.Menubar.Root, null, h(R.Menubar.Menu, null, h(R.Menubar.Trigger, null, 'File'), h(R.Menubar.Portal, null, h(R.Menubar.Content, null, h(R.Menubar.Item, null, 'New tab ', h('div', null, '⌘ T')), h(R.Menubar.Item, { disabled: true }, 'New private window'), h(R.Menubar.Separator), h(R.Menubar.Sub, null, h(R.Menubar.SubTrigger, null, 'Share'), h(R.Menubar.Portal, null, h(R.Menubar.SubContent, null, h(R.Menubar.Item, null, 'Mail link')))), h(R.Menubar.CheckboxItem, { checked: true }, 'Always show')))), h(R.Menubar.Menu, null, h(R.Menubar.Trigger, null, 'Edit'))),
    h(R.DropdownMenu.Root, null, h(R.DropdownMenu.Trigger, { asChild: true }, h('button', { 'aria-label': 'Customise options' }, '☰')), h(R.DropdownMenu.Portal, null, h(R.DropdownMenu.Content, null, h(R.DropdownMenu.Label, null, 'People'), h(R.DropdownMenu.Group, null, h(R.DropdownMenu.Item, null, 'New tab')), h(R.DropdownMenu.RadioGroup, { value: 'pedro' }, h(R.DropdownMenu.RadioItem, { value: 'pedro' }, h(R.DropdownMenu.ItemIndicator, null, '•'), 'Pedro'), h(R.DropdownMenu.RadioItem, { value: 'colm' }, 'Colm')), h(R.DropdownMenu.CheckboxItem, { checked: 'indeterminate' }, 'Bookmarks'), h(R.DropdownMenu.Arrow)))),
    h(R.ContextMenu.Root, null, h(R.ContextMenu.Trigger, null, 'Right-click here'), h(R.ContextMenu.Portal, null, h(R.ContextMenu.Content, null, h(R.ContextMenu.Item, null, 'Back'), h(R.ContextMenu.Item, { disabled: true }, 'Forward')))),
    h(R.NavigationMenu.Root, null, h(R.NavigationMenu.List, null, h(R.NavigationMenu.Item, null, h(R.NavigationMenu.Trigger, null, 'Learn'), h(R.NavigationMenu.Content, null, h('ul', null, h('li', null, h(R.NavigationMenu.Link, { href: '#' }, 'Overview'))))), h(R.NavigationMenu.Item, null, h(R.NavigationMenu.Link, { href: '#', active: true }, 'GitHub'))), h(R.NavigationMenu.Viewport)),
    h(R.Select.Root, { defaultValue: 'Apple' }, h(R.Select.Trigger, { 'aria-label': 'Food' }, h(R.Select.Value), h(R.Select.Icon)), h(R.Select.Portal, null, h(R.Select.Content, null, h(R.Select.ScrollUpButton), h(R.Select.Viewport, null, h(R.Select.Group, null, h(R.Select.Label, null, 'Fruits'), ['Apple', 'Banana', 'Grape'].map(item)), h(R.Select.Separator), h(R.Select.Group, null, h(R.Select.Label, null, 'Meat'), ['Beef'].map(item)))))),
    h(R.Popover.Root, null, h(R.Popover.Trigger, null, 'Update dimensions'), h(R.Popover.Portal, null, h(R.Popover.Content, null, h('fieldset', null, h('legend', null, 'Size'), h('label', { htmlFor: 'w' }, 'Width'), h('input', { id: 'w', defaultValue: '100%' })), h(R.Popover.Close, { 'aria-label': 'Close' }, '×'), h(R.Popover.Arrow)))),
    h(R.HoverCard.Root, { openDelay: 0 }, h(R.HoverCard.Trigger, { href: '#' }, '@radix_ui'), h(R.HoverCard.Portal, null, h(R.HoverCard.Content, null, h('p', null, 'Components, icons, colors.'), h('a', { href: '#' }, 'Follow')))),
    h(R.Tooltip.Root, null, h(R.Tooltip.Trigger, null, '+'), h(R.Tooltip.Portal, null, h(R.Tooltip.Content, null, 'Add to library', h(R.Tooltip.Arrow)))),
    h(R.Dialog.Root, null, h(R.Dialog.Trigger, null, 'Edit profile'), h(R.Dialog.Portal, null, h(R.Dialog.Overlay), h(R.Dialog.Content, null, h(R.Dialog.Title, null, 'Edit profile'), h(R.Dialog.Description, null, 'Make changes here.'), h('label', null, 'Username ', h('input', { defaultValue: '@peduarte' })), h(R.Dialog.Close, null, 'Save changes')))),
    h(R.ScrollArea.Root, { type: 'always', style: { width: 200, height: 60, overflow: 'hidden' } }, h(R.ScrollArea.Viewport, { style: { height: '100%' } }, h('div', { style: { height: 300 } }, 'Tags')), h(R.ScrollArea.Scrollbar, { orientation: 'vertical' }, h(R.ScrollArea.Thumb))),
    h('button', { onClick: () => setTold(true) }, 'Add to calendar'),
    h(R.Toast.Provider, { duration: 1e9 }, h(R.Toast.Root, { open: told }, h(R.Toast.Title, null, 'Scheduled'), h(R.Toast.Description, null, 'Friday'), h(R.Toast.Action, { altText: 'Undo it' }, 'Undo')), h(R.Toast.Viewport)),
    h(R.Form.Root, null, h(R.Form.Field, { name: 'email' }, h(R.Form.Label, null, 'Email'), h(R.Form.Control, { type: 'email', required: true }), h(R.Form.Message, { match: 'valueMissing' }, 'Please enter your email')), h(R.Form.Submit, null, 'Post question')),
    h(R.unstable_OneTimePasswordField.Root, null, h(R.unstable_OneTimePasswordField.Input), h(R.unstable_OneTimePasswordField.Input), h(R.unstable_OneTimePasswordField.HiddenInput)),
    h(R.unstable_PasswordToggleField.Root, null, h(R.unstable_PasswordToggleField.Input, { 'aria-label': 'Secret' }), h(R.unstable_PasswordToggleField.Toggle, null, h(R.unstable_PasswordToggleField.Icon, { visible: h('i'), hidden: h('b') }))),
  );
}

flushSync(() => createRoot(document.getElementById('root')).render(h(Gallery)));
