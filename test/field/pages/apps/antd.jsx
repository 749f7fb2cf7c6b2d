import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import dayjs from 'dayjs';
import { App as Root, Button, Calendar, Checkbox, DatePicker, InputNumber, Modal, Radio, Rate, Segmented, Select, Switch, Tree, Upload } from 'antd';

const state = { day: '2026-01-05', span: 'Daily', fruit: null, tags: [], due: null, plan: 'a', on: false, count: 1, stars: 0, terms: false, removed: 0, files: [], picked: [] };
function Page() {
  const [, draw] = useState(0);
  const [asked, setAsked] = useState(false);
  const set = (key) => (value) => { state[key] = value; draw((n) => n + 1); };
  return <div style={{ padding: 16, width: 640, display: 'grid', gap: 12 }}>
    <Segmented options={['Daily', 'Weekly', 'Monthly']} value={state.span} onChange={set('span')} />
    <Select aria-label="Fruit" placeholder="Choose a fruit" value={state.fruit} onChange={set('fruit')} options={['Apple', 'Banana', 'Cherry'].map((value) => ({ value, label: value }))} />
    <Select aria-label="Tags" mode="multiple" value={state.tags} onChange={set('tags')} options={['red', 'green', 'blue'].map((value) => ({ value, label: value }))} />
    <DatePicker aria-label="Due" defaultPickerValue={dayjs('2026-01-01')} onChange={(_, text) => set('due')(text)} />
    <Radio.Group value={state.plan} onChange={(event) => set('plan')(event.target.value)} optionType="button" options={[{ value: 'a', label: 'Basic' }, { value: 'b', label: 'Plus' }]} />
    <div><Switch aria-label="Power" checked={state.on} onChange={set('on')} /> <Checkbox checked={state.terms} onChange={(event) => set('terms')(event.target.checked)}>I accept the terms</Checkbox></div>
    <InputNumber aria-label="Count" min={0} max={99} value={state.count} onChange={set('count')} />
    <Rate value={state.stars} onChange={set('stars')} />
    <Upload beforeUpload={(file) => { state.files.push(file.name); return false; }}><Button>Attach</Button></Upload>
    <Button danger onClick={() => setAsked(true)}>Remove all</Button>
    <Modal open={asked} title="Really?" okText="Yes, remove" onCancel={() => setAsked(false)} onOk={() => { state.removed += 1; setAsked(false); }}>Nothing will be left.</Modal>
    <Tree checkable defaultExpandAll onCheck={(keys) => set('picked')([...keys].sort())} treeData={[{ key: 'p', title: 'Plants', children: [{ key: 'o', title: 'Oak' }, { key: 'r', title: 'Rose' }] }]} />
    <Calendar fullscreen={false} defaultValue={dayjs('2026-01-05')} onSelect={(day) => set('day')(day.format('YYYY-MM-DD'))} />
  </div>;
}
createRoot(document.getElementById('root')).render(<Root><Page /></Root>);
window.__state = () => state;
const wait = () => (document.querySelector('.ant-picker-calendar') ? (window.__ready = true) : requestAnimationFrame(wait));
wait();
