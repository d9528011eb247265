'use strict';
const results = JSON.parse(document.getElementById('results').textContent);

// Names and notes reach the page as text nodes and properties only.
function el(tag, properties, ...children) {
  const { style = {}, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  Object.entries(style).forEach(([name, value]) => element.style.setProperty(name, value));
  element.append(...children);
  return element;
}

// A number that could not be measured is the text "NaN" in JSON.
const figure = (value, unit = '') => !Number.isFinite(value) ? '–' : value.toLocaleString('en',
  Math.abs(value) >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 }).replace('-', '−') + (unit && '\u00a0' + unit);
const date = iso => new Date(iso).toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
const percent = fraction => Math.min(100, Math.max(0, 100 * fraction)) + '%';

function table(className, caption, heads, rows) {
  return el('div', { className: 'scroll ' + className, tabIndex: 0, role: 'region', ariaLabel: caption }, el('table', {},
    el('caption', {}, caption),
    el('thead', {}, el('tr', {}, ...heads.map((head, i) => el('th', { scope: 'col', className: i ? 'number' : '' }, head)))),
    el('tbody', {}, ...rows.map(([name, ...cells]) => el('tr', {},
      el('th', { scope: 'row' }, name), ...cells.map(cell => el('td', { className: 'number' }, cell)))))));
}

// Plots: each line has a colour, a dash and a point shape of its own; the shapes are SVG paths, for canvas and legend alike.

const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name);
const dashes = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
const shapes = ['M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z', 'M-4-4h8v8h-8z', 'M0-5L5,4H-5z', 'M0-5.5L5.5,0L0,5.5L-5.5,0z', 'M0,5L5-4H-5z'];
const nextPoint = 36; // CSS pixels between the points of a long line
const drawn = [];

function axis({ label, log }, more) {
  const stroke = () => colour('--quiet');
  const line = { stroke: () => colour('--rule'), width: 1 };
  return { label, stroke, labelFont: '13px system-ui', font: '12px system-ui', grid: line, ticks: line,
    values: (plot, splits) => splits.map(split => split === null ? '' : figure(split)), ...more };
}

function scale({ log }, range) {
  return log ? { time: false, distr: 3 } : { time: false, range };
}

function points(shape, line) {
  return plot => {
    const { ctx } = plot, { pxRatio } = uPlot;
    let last = -Infinity;
    plot.data[0].forEach((x, i) => {
      const y = plot.data[line][i], left = plot.valToPos(x, 'x', true);
      if (Number.isFinite(y) && (left - last >= nextPoint * pxRatio || plot.data[0].length < 20)) {
        last = left;
        ctx.save();
        ctx.setTransform(pxRatio, 0, 0, pxRatio, left, plot.valToPos(y, 'y', true));
        ctx.fillStyle = colour(`--line-${(line - 1) % 6}`);
        ctx.fill(new Path2D(shape));
        ctx.restore();
      }
    });
  };
}

// Stretches of x in which something happened, behind the lines, and what it was, in front of them.
function shade(marks) {
  const each = paint => plot => {
    plot.ctx.save();
    marks.forEach(({ label, from, to }, i) => paint(plot, label, ...[from, to].map(at => plot.valToPos(at, 'x', true)), i));
    plot.ctx.restore();
  };
  return {
    drawClear: [each(({ ctx, bbox }, label, left, right) => {
      ctx.fillStyle = colour('--mark');
      ctx.fillRect(left, bbox.top, Math.max(right - left, 2 * uPlot.pxRatio), bbox.height);
    })],
    draw: [each(({ ctx, bbox }, label, left, right, i) => {
      ctx.fillStyle = colour('--quiet');
      ctx.font = `${11 * uPlot.pxRatio}px system-ui`;
      ctx.textBaseline = 'top';
      ctx.textAlign = 'left';
      ctx.fillText(label, left + 4 * uPlot.pxRatio, bbox.top + (2 + 14 * i) * uPlot.pxRatio);
    })],
  };
}

function draw({ title, x, y, series, marks = [] }, parent) {
  const shown = (value, { log }) => Number.isFinite(value) && (!log || value > 0); // zero has no place on a logarithmic axis
  const lines = series.map(line => line.points.filter(([px, py]) => shown(px, x) && shown(py, y)));
  const place = parent.appendChild(el('figure', {}, el('figcaption', {}, title)));
  if (!lines.some(line => line.length)) {
    place.append('Nothing to show was measured.');
    return;
  }
  const data = uPlot.join(lines.map(line => [line.map(([px]) => px), line.map(([, py]) => py)]));
  const plot = new uPlot({
    width: place.clientWidth, height: 320,
    hooks: shade(marks),
    scales: {
      x: scale(x, (plot, min, max) => min === max ? [min - 1, max + 1] : [min, max]),
      y: scale(y, (plot, min, max) => [Math.min(0, min), max > 0 ? max * 1.06 : 1]) },
    axes: [axis(x), axis(y, { size: 64 })],
    series: [{ label: x.label, value: (plot, value) => value === null ? '' : figure(value) }, ...series.map((line, i) => ({
      label: line.name, stroke: () => colour(`--line-${i % 6}`), width: 2, dash: dashes[i % dashes.length], spanGaps: true,
      points: { show: points(shapes[i % shapes.length], i + 1) },
      value: (plot, value) => value === null ? '' : figure(value) }))],
  }, data, place);
  plot.ctx.canvas.role = 'img';
  plot.ctx.canvas.ariaLabel = `${title}: ${y.label} over ${x.label}`;
  place.querySelectorAll('.u-marker').forEach((marker, i) => i && marker.replaceWith(sample(i - 1)));
  place.querySelectorAll('.u-series:not(:first-child) th').forEach(name => Object.assign(name, {
    tabIndex: 0, role: 'button', onkeydown: key => key.key === 'Enter' && name.click() }));
  place.append(el('details', {}, el('summary', {}, 'Figures of this plot'),
    table('data', `${title}: ${y.label}`, [x.label, ...series.map(line => line.name)],
      data[0].map((value, i) => [figure(value), ...data.slice(1).map(line => figure(line[i]))]))));
  drawn.push({ plot, place });
}

function sample(i) {
  const svg = (tag, attributes) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    return element;
  };
  const marker = svg('svg', { class: 'u-marker', viewBox: '-18 -6 36 12' });
  const stroke = `var(--line-${i % 6})`;
  marker.append(svg('path', { d: 'M-18,0H18', stroke, 'stroke-width': 2, 'stroke-dasharray': dashes[i % dashes.length].join() }),
    svg('path', { d: shapes[i % shapes.length], fill: stroke }));
  return marker;
}

const redraw = () => drawn.forEach(({ plot, place }) => plot.setSize({ width: place.clientWidth, height: plot.height }));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
addEventListener('resize', redraw);
// On paper: light colours, settings open.
addEventListener('beforeprint', () => {
  document.documentElement.classList.add('paper');
  document.querySelectorAll('.settings').forEach(settings => { settings.open = true; });
  redraw();
});
addEventListener('afterprint', () => {
  document.documentElement.classList.remove('paper');
  redraw();
});
