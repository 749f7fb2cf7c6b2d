import { createRoot } from 'react-dom/client';
import { addEdge, ReactFlow, useEdgesState, useNodesState } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { ready, root } from './_start.js';

let state = {};
const start = [
  ['a', 40, 40],
  ['b', 400, 40],
  ['c', 400, 260],
].map(([id, x, y]) => ({
  id,
  position: { x, y },
  data: { label: id },
  width: 120,
  height: 40,
  sourcePosition: 'right',
  targetPosition: 'left',
}));
function App() {
  const [nodes, , onNodesChange] = useNodesState(start);
  const [edges, setEdges, onEdgesChange] = useEdgesState([]);
  state = {
    nodes: Object.fromEntries(nodes.map(({ id, position }) => [id, `${Math.round(position.x)},${Math.round(position.y)}`])),
    edges: edges.map(({ source, target }) => `${source}>${target}`).join(' '),
  };
  return (
    <div style={{ width: 800, height: 500, border: '1px solid' }}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onConnect={(link) => setEdges((old) => addEdge(link, old))}
        proOptions={{ hideAttribution: true }}
      />
    </div>
  );
}
createRoot(root).render(<App />);
const wait = () =>
  document.querySelector('.react-flow__node[data-id="c"] .react-flow__handle') ? ready(() => state) : requestAnimationFrame(wait);
wait();
