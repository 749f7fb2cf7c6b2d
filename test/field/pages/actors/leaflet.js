import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import { did, ready, root } from './_start.js';

root.style.cssText = 'width:640px;height:400px';
const map = L.map(root, { center: [48.2, 16.37], zoom: 12, zoomAnimation: false, fadeAnimation: false }).on('click', did('map'));
const icon = (name) => L.divIcon({ html: name[0], className: 'pin', iconSize: [20, 20] });
const towns = [['Airport', 48.21, 16.33], ['Bridge', 48.22, 16.35], ['Castle', 48.19, 16.36], ['Docks', 48.23, 16.4], ['Embassy', 48.18, 16.4], ['Forum', 48.2, 16.42]];
for (const [name, ...at] of towns) L.marker(at, { icon: icon(name), title: name, alt: name }).addTo(map).on('click', did(name));
L.circle([48.2, 16.3], { radius: 900 }).addTo(map).on('click', did('circle'));
L.polygon([[48.23, 16.3], [48.235, 16.32], [48.225, 16.33]]).addTo(map).on('click', did('polygon'));
L.polyline([[48.17, 16.32], [48.175, 16.36]], { weight: 8 }).addTo(map).on('mousedown', did('line'));
L.control.layers({ Day: L.layerGroup(), Night: L.layerGroup() }, { Towns: L.layerGroup().addTo(map) }, { collapsed: false }).addTo(map);
L.control.scale().addTo(map);
/* Leaflet listens on the map alone, and looks up what was hit by its own numbers. */
window.__delegated = () => Object.values(map._targets).filter((each) => each !== map).map((each) => each._icon ?? each._path).filter(Boolean);
ready();
