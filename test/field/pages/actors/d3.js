import { scaleBand, scaleLinear, select } from 'd3';
import { did, ready, root } from './_start.js';

const data = [['Mon', 4], ['Tue', 7], ['Wed', 2], ['Thu', 6], ['Fri', 9]];
const x = scaleBand(data.map(([day]) => day), [20, 380]).padding(0.3);
const y = scaleLinear([0, 10], [180, 10]);
const svg = select(root).append('svg').attr('width', 420).attr('height', 260).on('click', did('chart'));
svg.selectAll('rect').data(data).join('rect').attr('x', ([day]) => x(day)).attr('y', ([, n]) => y(n)).attr('width', x.bandwidth()).attr('height', ([, n]) => 180 - y(n)).attr('fill', '#69b').on('click', did('bar')).append('title').text(([day, n]) => `${day}: ${n}`);
svg.selectAll('.label').data(data).join('text').attr('class', 'label').attr('x', ([day]) => x(day)).attr('y', 200).text(([day]) => day).on('mousedown', did('label'));
svg.selectAll('circle').data(data).join('circle').attr('cx', ([day]) => x(day) + 20).attr('cy', 225).attr('r', 8).attr('fill', 'tomato').on('pointerdown', did('dot'));
svg.append('g').attr('class', 'legend').selectAll('g').data(['Calls', 'Mails']).join('g').attr('transform', (_, at) => `translate(${20 + at * 80},245)`).on('click', did('legend')).call((each) => { each.append('rect').attr('width', 10).attr('height', 10); each.append('text').attr('x', 14).attr('y', 10).text((name) => name); });
svg.append('path').attr('d', 'M20,100 L380,60').attr('stroke', '#333').attr('stroke-width', 3).attr('fill', 'none').on('click', did('trend'));
ready();
