/* PrimeVue: a shop's back office, with tables, trees, menus and fields. */
import { createApp, h, ref } from 'vue';
import PrimeVue from 'primevue/config';
import ConfirmationService from 'primevue/confirmationservice';
import ToastService from 'primevue/toastservice';
import Accordion from 'primevue/accordion';
import AccordionContent from 'primevue/accordioncontent';
import AccordionHeader from 'primevue/accordionheader';
import AccordionPanel from 'primevue/accordionpanel';
import AutoComplete from 'primevue/autocomplete';
import Breadcrumb from 'primevue/breadcrumb';
import Button from 'primevue/button';
import CascadeSelect from 'primevue/cascadeselect';
import Checkbox from 'primevue/checkbox';
import Chip from 'primevue/chip';
import ColorPicker from 'primevue/colorpicker';
import Column from 'primevue/column';
import ConfirmDialog from 'primevue/confirmdialog';
import DataTable from 'primevue/datatable';
import DatePicker from 'primevue/datepicker';
import Dialog from 'primevue/dialog';
import Drawer from 'primevue/drawer';
import Fieldset from 'primevue/fieldset';
import FileUpload from 'primevue/fileupload';
import InputMask from 'primevue/inputmask';
import InputNumber from 'primevue/inputnumber';
import InputOtp from 'primevue/inputotp';
import InputText from 'primevue/inputtext';
import Knob from 'primevue/knob';
import Listbox from 'primevue/listbox';
import Menu from 'primevue/menu';
import Menubar from 'primevue/menubar';
import Message from 'primevue/message';
import MultiSelect from 'primevue/multiselect';
import OrderList from 'primevue/orderlist';
import Paginator from 'primevue/paginator';
import Panel from 'primevue/panel';
import PanelMenu from 'primevue/panelmenu';
import Password from 'primevue/password';
import PickList from 'primevue/picklist';
import ProgressBar from 'primevue/progressbar';
import RadioButton from 'primevue/radiobutton';
import Rating from 'primevue/rating';
import Select from 'primevue/select';
import SelectButton from 'primevue/selectbutton';
import Slider from 'primevue/slider';
import SplitButton from 'primevue/splitbutton';
import Splitter from 'primevue/splitter';
import SplitterPanel from 'primevue/splitterpanel';
import Tab from 'primevue/tab';
import TabList from 'primevue/tablist';
import TabPanel from 'primevue/tabpanel';
import TabPanels from 'primevue/tabpanels';
import Tabs from 'primevue/tabs';
import Textarea from 'primevue/textarea';
import TieredMenu from 'primevue/tieredmenu';
import Toast from 'primevue/toast';
import ToggleButton from 'primevue/togglebutton';
import ToggleSwitch from 'primevue/toggleswitch';
import Tooltip from 'primevue/tooltip';
import Tree from 'primevue/tree';
import TreeSelect from 'primevue/treeselect';
import TreeTable from 'primevue/treetable';

const products = [
  { id: 1, name: 'Bamboo Watch', price: 65, stock: 'In stock' },
  { id: 2, name: 'Black Watch', price: 72, stock: 'Low' },
  { id: 3, name: 'Blue Band', price: 79, stock: 'None' },
];
const cities = ['Rome', 'London', 'Paris'].map((name) => ({ name, code: name.slice(0, 2) }));
const nodes = [{ key: '0', label: 'Documents', data: { name: 'Documents', size: '75kb' }, children: [{ key: '0-0', label: 'Work', data: { name: 'Work', size: '55kb' } }] }, { key: '1', label: 'Pictures', data: { name: 'Pictures', size: '150kb' } }];
const items = [{ label: 'File', items: [{ label: 'New' }, { label: 'Open', disabled: true }] }, { separator: true }, { label: 'Quit', url: '#' }];
const part = (component, props, children) => h(component, props, typeof children === 'string' ? () => children : children);

const App = {
  setup() {
    const open = ref('');
    const model = (value) => ({ 'modelValue': value, 'onUpdate:modelValue': () => {} });
    return () => [
      h(Toast),
      h(ConfirmDialog),
      h(Menubar, { model: items }, { start: () => h('b', 'Shop'), end: () => h(InputText, { placeholder: 'Search' }) }),
      h(Breadcrumb, { home: { label: 'Home', url: '#' }, model: [{ label: 'Watches' }] }),
      h(Tabs, { value: '0' }, () => [h(TabList, () => [h(Tab, { value: '0' }, () => 'Header I'), h(Tab, { value: '1' }, () => 'Header II'), h(Tab, { value: '2', disabled: true }, () => 'Header III')]), h(TabPanels, () => [h(TabPanel, { value: '0' }, () => h('p', 'One')), h(TabPanel, { value: '1' }, () => h('p', 'Two'))])]),
      h(Accordion, { value: '0' }, () => [h(AccordionPanel, { value: '0' }, () => [h(AccordionHeader, () => 'Terms'), h(AccordionContent, () => h('p', 'None.'))]), h(AccordionPanel, { value: '1' }, () => [h(AccordionHeader, () => 'More'), h(AccordionContent, () => 'x')])]),
      h('form', [
        h('label', { for: 'name' }, 'Name'), h(InputText, { id: 'name', ...model('Ann'), invalid: true }),
        h('label', { for: 'when' }, 'When'), h(DatePicker, { inputId: 'when', ...model(new Date(2026, 2, 4)), showIcon: true }),
        h(DatePicker, { ...model(new Date(2026, 2, 4)), inline: true, showWeek: true }),
        h(InputNumber, { ...model(42), 'showButtons': true, 'inputProps': { 'aria-label': 'Amount' } }),
        h(InputMask, { 'mask': '99-999', 'aria-label': 'Code' }), h(InputOtp, model('12')),
        h(Select, { ...model(cities[0]), 'options': cities, 'optionLabel': 'name', 'showClear': true, 'aria-label': 'City' }),
        h(Select, { options: cities, optionLabel: 'name', filter: true, placeholder: 'Select a city', editable: false }),
        h(MultiSelect, { ...model([cities[1]]), 'options': cities, 'optionLabel': 'name', 'display': 'chip', 'aria-label': 'Cities' }),
        h(CascadeSelect, { options: [{ name: 'Italy', cities }], optionLabel: 'name', optionGroupLabel: 'name', optionGroupChildren: ['cities'], placeholder: 'Region' }),
        h(TreeSelect, { options: nodes, placeholder: 'Folder' }),
        h(AutoComplete, { 'suggestions': ['Ghent', 'Geneva'], 'dropdown': true, 'inputProps': { 'aria-label': 'Town' }, 'multiple': false }),
        h(Listbox, { ...model(cities[2]), 'options': cities, 'optionLabel': 'name', 'filter': true, 'aria-label': 'All cities' }),
        h(Checkbox, { ...model(true), binary: true, inputId: 'cheese' }), h('label', { for: 'cheese' }, 'Cheese'),
        h(Checkbox, { binary: true, disabled: true, inputId: 'ham' }), h('label', { for: 'ham' }, 'Ham'),
        ['S', 'L'].map((size) => [h(RadioButton, { ...model('S'), value: size, name: 'size', inputId: size }), h('label', { for: size }, size)]),
        h(ToggleSwitch, { ...model(true), 'aria-label': 'Gift' }), h(ToggleButton, { onLabel: 'Locked', offLabel: 'Open', ...model(false) }),
        h(SelectButton, { ...model('One'), 'options': ['One', 'Two'], 'aria-label': 'Number' }),
        h(Slider, { ...model(40), 'aria-label': 'Volume' }), h(Slider, { ...model([20, 60]), range: true }), h(Knob, model(50)), h(Rating, model(3)), h(ColorPicker, model('ff0000')),
        h(Password, { inputProps: { 'aria-label': 'Password' }, toggleMask: true, ...model('secret') }), h(Textarea, { 'aria-label': 'Notes', ...model('x') }),
        h(FileUpload, { mode: 'basic' }),
      ]),
      h(Message, { severity: 'error', closable: true }, () => 'Not saved'), h(Chip, { label: 'Apple', removable: true }), h(ProgressBar, { value: 50 }),
      h(DataTable, { value: products, selection: [products[0]], dataKey: 'id', paginator: true, rows: 2, sortField: 'name', sortOrder: 1, rowsPerPageOptions: [2, 5], filterDisplay: 'row', filters: { name: { value: null, matchMode: 'contains' } } }, () => [h(Column, { selectionMode: 'multiple' }), h(Column, { expander: true }), h(Column, { field: 'name', header: 'Name', sortable: true }, { filter: () => h(InputText, { placeholder: 'Search by name' }) }), h(Column, { field: 'price', header: 'Price', sortable: true }), h(Column, { header: 'Edit' }, { body: ({ data }) => h(Button, { 'icon': 'pi', 'aria-label': `Edit ${data.name}` }) })]),
      h(TreeTable, { value: nodes, expandedKeys: { 0: true }, selectionMode: 'single' }, () => [h(Column, { field: 'name', header: 'Name', expander: true, sortable: true }), h(Column, { field: 'size', header: 'Size' })]),
      h(Tree, { 'value': nodes, 'expandedKeys': { 0: true }, 'selectionMode': 'checkbox', 'selectionKeys': { '0-0': { checked: true } }, 'aria-label': 'Folders', 'filter': true }),
      h(PanelMenu, { model: items.filter((item) => item.items), expandedKeys: {} }), h(Menu, { model: items }), h(TieredMenu, { model: items }),
      h(PickList, { modelValue: [products.slice(0, 2), products.slice(2)], dataKey: 'id' }, { option: ({ option }) => option.name }),
      h(OrderList, { ...model(products), dataKey: 'id' }, { option: ({ option }) => option.name }),
      h(Paginator, { rows: 10, totalRecords: 120, first: 20 }),
      h(Panel, { header: 'Panel', toggleable: true }, () => 'In it'), h(Fieldset, { legend: 'Fieldset', toggleable: true }, () => 'In it'),
      h(Splitter, { style: 'height:60px' }, () => [h(SplitterPanel, () => 'Left'), h(SplitterPanel, () => 'Right')]),
      h(SplitButton, { label: 'Save', model: [{ label: 'Update' }, { label: 'Delete' }] }),
      part(Button, { label: 'Profile', onClick: () => (open.value = 'dialog') }), part(Button, { label: 'Cart', badge: '2', onClick: () => (open.value = 'drawer') }), part(Button, { label: 'Loading', loading: true }),
      h(Button, { label: 'Confirm', onClick() { app.config.globalProperties.$confirm.require({ message: 'Proceed?', header: 'Confirmation', acceptLabel: 'Save', rejectLabel: 'Cancel' }); } }),
      h(Button, { label: 'Toast', onClick() { app.config.globalProperties.$toast.add({ severity: 'info', summary: 'Info', detail: 'Message content' }); } }),
      h(Dialog, { 'visible': open.value === 'dialog', 'modal': true, 'header': 'Edit profile', 'maximizable': true, 'onUpdate:visible': () => (open.value = '') }, () => [h('label', ['Email ', h(InputText)]), h(Button, { label: 'Save' })]),
      h(Drawer, { 'visible': open.value === 'drawer', 'header': 'Cart', 'onUpdate:visible': () => (open.value = '') }, () => h('p', 'Two things.')),
    ];
  },
};

const app = createApp(App);
app.use(PrimeVue).use(ConfirmationService).use(ToastService).directive('tooltip', Tooltip).mount('#root');
