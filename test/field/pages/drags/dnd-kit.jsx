import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { closestCenter, DndContext, PointerSensor, useDraggable, useDroppable, useSensor, useSensors } from '@dnd-kit/core';
import { arrayMove, SortableContext, useSortable, verticalListSortingStrategy } from '@dnd-kit/sortable';
import { CSS } from '@dnd-kit/utilities';
import { ready, root } from './_start.js';

const state = {};
function Item({ id }) {
  const { attributes, listeners, setNodeRef, transform, transition } = useSortable({ id });
  return (
    <li id={id} ref={setNodeRef} style={{ transform: CSS.Transform.toString(transform), transition }} {...attributes} {...listeners}>
      {id}
    </li>
  );
}
function List({ name, start, activationConstraint }) {
  const [order, setOrder] = useState(start);
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint }));
  state[name] = order.join(' ');
  const end = ({ active, over }) => over && setOrder((old) => arrayMove(old, old.indexOf(active.id), old.indexOf(over.id)));
  return (
    <DndContext sensors={sensors} collisionDetection={closestCenter} onDragEnd={end}>
      <SortableContext items={order} strategy={verticalListSortingStrategy}>
        <ul>
          {order.map((id) => (
            <Item key={id} id={id} />
          ))}
        </ul>
      </SortableContext>
    </DndContext>
  );
}
function Card() {
  const { attributes, listeners, setNodeRef, transform } = useDraggable({ id: 'card' });
  return (
    <div
      id="card"
      className="card"
      ref={setNodeRef}
      style={{ width: 80, transform: CSS.Translate.toString(transform) }}
      {...attributes}
      {...listeners}
    >
      Card
    </div>
  );
}
function Zone({ id, children }) {
  const { setNodeRef } = useDroppable({ id });
  return (
    <div id={id} className="zone" ref={setNodeRef} style={{ width: 200 }}>
      {id}
      {children}
    </div>
  );
}
function Zones() {
  const [zone, setZone] = useState('left');
  state.zone = zone;
  return (
    <DndContext onDragEnd={({ over }) => over && setZone(over.id)}>
      <div style={{ display: 'flex', gap: 60 }}>
        {['left', 'right'].map((id) => (
          <Zone key={id} id={id}>
            {zone === id && <Card />}
          </Zone>
        ))}
      </div>
    </DndContext>
  );
}
createRoot(root).render(
  <>
    <List name="pointer" start={['A', 'B', 'C', 'D']} activationConstraint={{ distance: 5 }} />
    <List name="delay" start={['E', 'F', 'G', 'H']} activationConstraint={{ delay: 250, tolerance: 5 }} />
    <Zones />
  </>,
);
const wait = () => (document.getElementById('card') ? ready(() => state) : requestAnimationFrame(wait));
wait();
