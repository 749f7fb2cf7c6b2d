/**
 * What is done on the pages of test/libraries before they are looked at: dialogs and menus opened, lists unfolded.
 * Each scene begins on a fresh page and ends when what it opens is shown. Must not know the walk.
 */
import type { Locator, Page } from 'playwright';

/** Brings a page into a state that a person meets. */
export type Scene = (page: Page) => Promise<void>;

const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
const shown = async (page: Page, selector: string): Promise<void> => page.locator(selector).first().waitFor();

/** Clicks what `find` finds and waits for what a selector selects. */
const clicked =
  (find: (page: Page) => Locator, selector: string): Scene =>
  async (page) => {
    await find(page).click();
    await shown(page, selector);
  };

/** By page, by what is to be seen in it; each page is also looked at as it is loaded. */
export const SCENES: Readonly<Record<string, Readonly<Record<string, Scene>>>> = {
  'bootstrap': {
    'a menu': clicked((page) => button(page, 'Stock'), '.dropdown-menu.show'),
    'another tab': clicked((page) => page.getByRole('tab', { name: 'Done' }), '#done.show'),
    'a dialog': clicked((page) => button(page, 'Delete all'), '.modal.show'),
    'a side panel': clicked((page) => button(page, 'Filters'), '.offcanvas.show'),
    'a popover': clicked((page) => button(page, 'Explain'), '.popover.show'),
    'a toast': clicked((page) => button(page, 'Notify'), '.toast.show'),
    'a tooltip': async (page) => {
      await button(page, 'Hover me').hover();
      await shown(page, '.tooltip.show');
    },
  },
  'jquery-ui': {
    'a dialog': clicked((page) => button(page, 'Cancel booking'), '.ui-dialog'),
    'a calendar': clicked((page) => page.locator('.ui-datepicker-trigger'), '#ui-datepicker-div'),
    'a list of matches': async (page) => {
      await page.locator('#from').fill('Gen');
      await shown(page, '.ui-autocomplete li');
      await page.keyboard.press('ArrowDown');
    },
    'an open select': clicked((page) => page.locator('#class-button'), '#class-menu'),
    'a submenu': clicked((page) => page.locator('#menu > li').nth(1), '#menu ul'),
    'a tooltip': async (page) => {
      await page.locator('#open').hover();
      await shown(page, '.ui-tooltip');
    },
  },
  'mui': {
    'a dialog': clicked((page) => button(page, 'Open dialog'), '[role=dialog]'),
    'a select in a dialog': async (page) => {
      await button(page, 'Open dialog').click();
      await page.getByRole('combobox', { name: 'City' }).click();
      await shown(page, '[role=listbox]');
    },
    'a menu': clicked((page) => button(page, 'Dashboard'), '[role=menu]'),
    'a drawer': clicked((page) => button(page, 'menu'), '.MuiDrawer-paper'),
    'a snackbar': clicked((page) => button(page, 'Open snackbar'), '.MuiSnackbar-root'),
    'a popover': clicked((page) => button(page, 'Open popover'), '.MuiPopover-paper'),
    'a select': clicked((page) => page.getByRole('combobox', { name: 'Age', exact: true }), '[role=listbox]'),
    'a list of matches': clicked((page) => page.getByRole('combobox', { name: 'Films' }), '[role=listbox]'),
    'a speed dial': async (page) => {
      await button(page, 'SpeedDial').hover();
      await shown(page, '[role=menuitem]');
    },
    'a tooltip': async (page) => {
      await button(page, 'Throw it away').hover();
      await shown(page, '[role=tooltip]');
    },
  },
  'radix': {
    'a dialog': clicked((page) => button(page, 'Edit profile'), '[role=dialog]'),
    'a warning': clicked((page) => button(page, 'Delete account'), '[role=alertdialog]'),
    'a menu': clicked((page) => button(page, 'Customise options'), '[role=menu]'),
    'a submenu': async (page) => {
      await page.getByRole('menuitem', { name: 'File' }).click();
      await page.getByRole('menuitem', { name: 'Share' }).press('ArrowRight');
      await page.getByRole('menuitem', { name: 'Mail link' }).waitFor();
    },
    'a context menu': async (page) => {
      await page.getByText('Right-click here').click({ button: 'right' });
      await shown(page, '[role=menu]');
    },
    'a navigation': clicked((page) => button(page, 'Learn'), 'nav [data-state=open] ul'),
    'a select': clicked((page) => page.getByRole('combobox', { name: 'Food' }), '[role=listbox]'),
    'a popover': clicked((page) => button(page, 'Update dimensions'), '[role=dialog]'),
    'a form with an error': clicked((page) => button(page, 'Post question'), 'text=Please enter your email'),
    'a toast': async (page) => {
      await button(page, 'Add to calendar').click();
      // It is said aloud first, in a part that goes again.
      await shown(page, '[role=status]');
      await page.locator('[role=status]').waitFor({ state: 'detached' });
    },
    'a hover card': async (page) => {
      await page.getByRole('link', { name: '@radix_ui' }).hover();
      await shown(page, 'text=Components, icons, colors.');
    },
    'a tooltip': async (page) => {
      await button(page, '+').hover();
      await shown(page, '[role=tooltip]');
    },
  },
  'primevue': {
    'a dialog': clicked((page) => button(page, 'Profile'), '[role=dialog]'),
    'a question': clicked((page) => button(page, 'Confirm'), '[role=alertdialog]'),
    'a drawer': clicked((page) => button(page, 'Cart 2'), '.p-drawer'),
    'a toast': clicked((page) => button(page, 'Toast'), '.p-toast-message'),
    'a select': clicked((page) => page.getByRole('combobox', { name: 'City', exact: true }), '.p-select-overlay [role=option]'),
    'a select of many': clicked((page) => page.locator('.p-multiselect'), '.p-multiselect-overlay [role=option]'),
    'a select of a tree': clicked((page) => page.locator('.p-treeselect'), '.p-treeselect-overlay [role=treeitem]'),
    'a cascade': clicked((page) => page.locator('.p-cascadeselect'), '.p-cascadeselect-overlay [role=treeitem]'),
    'a calendar': clicked((page) => page.locator('.p-datepicker-dropdown'), '.p-datepicker-panel [role=grid]'),
    'a menu': clicked((page) => page.locator('.p-menubar [role=menuitem]').first(), '.p-menubar-submenu'),
    'a split button': clicked((page) => page.locator('.p-splitbutton-dropdown'), '.p-tieredmenu-overlay'),
  },
  'shoelace': {
    'a dialog': clicked((page) => button(page, 'Open dialog'), 'sl-dialog [role=dialog]'),
    'a drawer': clicked((page) => button(page, 'Open drawer'), 'sl-drawer [role=dialog]'),
    'a menu': clicked((page) => button(page, 'Dropdown'), 'sl-menu-item[value=cut]'),
    'a select': clicked((page) => page.locator('sl-select').first(), 'sl-option[value=option-1]'),
    'a button at work': clicked((page) => button(page, 'Save'), 'sl-button[loading]'),
    'a color picker': clicked((page) => page.locator('sl-color-picker button').first(), 'sl-color-picker .color-picker__grid'),
    'a tooltip': async (page) => {
      await page.locator('#tip').hover();
      await shown(page, 'sl-tooltip[content^=This] .tooltip__body');
    },
  },
  'ag-grid': {
    'a filter': clicked((page) => page.locator('.ag-header-cell-filter-button').first(), '.ag-filter'),
    'a cell in edit': async (page) => {
      await page.locator('.ag-cell[col-id=price]').first().dblclick();
      await shown(page, '.ag-cell-inline-editing input');
    },
    'a selected row': clicked((page) => page.locator('.ag-selection-checkbox input').first(), '.ag-row-selected'),
    'a page size': clicked((page) => page.locator('.ag-paging-page-size .ag-picker-field-wrapper'), '.ag-select-list'),
  },
  'fields': {
    'a select': clicked((page) => page.locator('.ts-control').first(), '.ts-dropdown [role=option]'),
    'a select of many': clicked((page) => page.locator('.ts-control').nth(1), '.ts-dropdown [role=option]'),
    'a select with a search': clicked((page) => page.locator('.ts-control').nth(4), '.ts-dropdown input'),
    'a calendar': clicked(
      (page) => page.locator('.flatpickr-input.form-control, input.flatpickr-input:not([type=hidden])').first(),
      '.flatpickr-calendar.open',
    ),
    'a clock': clicked((page) => page.locator('#time'), '.flatpickr-calendar.open'),
    'two months': clicked((page) => page.locator('#stay'), '.flatpickr-calendar.open'),
  },
  'quill': {
    'a picker': clicked((page) => page.locator('.ql-header .ql-picker-label').first(), '.ql-header.ql-expanded'),
    'a link': async (page) => {
      await page.locator('#editor strong').dblclick();
      await page.locator('button.ql-link').click();
      await shown(page, '.ql-tooltip.ql-editing');
    },
  },
  'fullcalendar': {
    'a week': clicked((page) => page.getByRole('tab', { name: 'Week view' }), 'text=all-day'),
    'a list': clicked((page) => page.getByRole('tab', { name: 'List view' }), 'text=Dinner'),
    'a year': clicked((page) => page.getByRole('tab', { name: 'Year view' }), 'text=December'),
    'more events': clicked((page) => page.getByText(/^\+\d/).first(), '[role=dialog]'),
  },
  'swagger-ui': {
    'an operation': clicked((page) => page.locator('#operations-pet-getPet .opblock-summary-control'), '.opblock-body'),
    'a form': async (page) => {
      await page.locator('#operations-pet-addPet .opblock-summary-control').click();
      await button(page, 'Try it out').click();
      await shown(page, '.opblock-body textarea');
    },
    'a form with errors': async (page) => {
      await page.locator('#operations-pet-getPet .opblock-summary-control').click();
      await button(page, 'Try it out').click();
      await button(page, 'Execute').click();
      await shown(page, 'input.invalid');
    },
    'another operation': clicked((page) => page.locator('.opblock-deprecated .opblock-summary-control'), '.opblock-body'),
    'a dialog': clicked((page) => button(page, 'Authorize').first(), '.dialog-ux'),
  },
};
