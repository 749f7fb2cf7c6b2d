/** What is done with the two component libraries of pages/apps: forms, pickers, dialogs, menus. Cases A16, A19, C5, C6. */
import type { Task } from './tasks.ts';

const state = (key: string): string => `__state().${key}`;

export const MUI: readonly Task[] = [
  { what: 'a text field is filled', steps: [['fill', '<textbox "Full name">', 'Ada Lovelace']], js: state('name'), is: 'Ada Lovelace' },
  {
    what: 'an entry of a drawn list is chosen',
    steps: ['click <combobox "Size">', 'click <option "large">'],
    js: state('size'),
    is: 'large',
  },
  { what: 'a checkbox is ticked by its label', steps: [['click', 'text=Send me news']], js: state('news'), is: true },
  { what: 'a switch is turned on', steps: ['check <switch "Wireless">'], js: state('wifi'), is: true },
  { what: 'a radio button is chosen', steps: ['click <radio "express">'], js: state('ship'), is: 'express' },
  { what: 'a radio button is chosen by its label', steps: [['click', 'text=pickup']], js: state('ship'), is: 'pickup' },
  {
    what: 'a suggestion is taken',
    steps: ['fill <combobox "Town"> Vi', 'click <option "Villach">'],
    js: state('town'),
    is: 'Villach',
  },
  {
    what: 'a slider is moved by keys',
    steps: ['focus <slider "Volume">', 'press ArrowRight', 'press ArrowRight'],
    js: state('volume'),
    is: 40,
  },
  { what: 'a star is given', steps: ['click <radio "4 Stars">'], js: state('stars'), is: 4 },
  { what: 'a tab is opened', steps: ['click <tab "SECOND">'], js: state('tab'), is: 1 },
  { what: 'a page is turned', steps: ['click <button "Go to page 3">'], js: state('page'), is: 3 },
  { what: 'a toggle is pressed', steps: ['click <button "GRID">'], js: state('view'), is: 'grid' },
  { what: 'a menu item is chosen', steps: ['click <button "MORE">', 'click <menuitem "Archive">'], js: state('archived'), is: ['Archive'] },
  {
    what: 'a dialog is filled and saved',
    steps: ['click <button "NEW ITEM">', ['fill', '<textbox "Title">', 'A new one'], 'click <button "SAVE">'],
    js: state('saved'),
    is: ['A new one'],
  },
];

export const ANTD: readonly Task[] = [
  { what: 'a segment is chosen', steps: ['click <radio "Weekly">'], js: state('span'), is: 'Weekly' },
  { what: 'a segment is chosen by its text', steps: [['click', 'text=Monthly']], js: state('span'), is: 'Monthly' },
  {
    what: 'an entry of a drawn list is chosen',
    steps: ['click <combobox "Fruit">', 'click <clickable "Banana">'],
    js: state('fruit'),
    is: 'Banana',
  },
  {
    what: 'two entries of a list of many are chosen',
    steps: ['click <combobox "Tags">', 'click <clickable "red">', 'click <clickable "blue">', 'press Escape'],
    js: state('tags'),
    is: ['red', 'blue'],
  },
  { what: 'a date is typed', steps: ['fill <textbox "Due"> 2026-03-09', 'press Enter'], js: state('due'), is: '2026-03-09' },
  {
    what: 'a date is clicked',
    steps: ['click <textbox "Due">', ['click', '.ant-picker-dropdown td[title="2026-01-20"]']],
    js: state('due'),
    is: '2026-01-20',
  },
  { what: 'a day of the calendar is clicked by its ref', steps: ['click <"15">'], js: state('day'), is: '2026-01-15' },
  { what: 'a radio button is chosen', steps: ['click <radio "Plus">'], js: state('plan'), is: 'b' },
  { what: 'a switch is turned on', steps: ['click <switch "Power">'], js: state('on'), is: true },
  { what: 'a checkbox is ticked by its text', steps: [['click', 'text=I accept the terms']], js: state('terms'), is: true },
  { what: 'a number is filled', steps: ['fill <spinbutton "Count"> 42', 'press Enter'], js: state('count'), is: 42 },
  {
    what: 'a number is raised by its arrow',
    steps: ['hover <spinbutton "Count">', 'click <button "Increase Value">'],
    js: state('count'),
    is: 2,
  },
  { what: 'a star is given', steps: [['click', '.ant-rate-star:nth-child(3) [role=radio]']], js: state('stars'), is: 3 },
  { what: 'a file is given to its button', steps: ['upload <button "Attach"> a.txt'], js: state('files'), is: ['a.txt'] },
  {
    what: 'a question is answered',
    steps: ['click <button "Remove all">', 'click <button "Yes, remove">'],
    js: state('removed'),
    is: 1,
  },
  { what: 'a leaf of a tree is ticked', steps: ['check <checkbox "Oak">'], js: state('picked'), is: ['o'] },
];
