// The last hour, drawn with uPlot. Lines differ in their dashes too, and their figures stand below them.

import uPlot from './uplot/uPlot.esm.js';
import { el } from './dom.js';

const HOUR_SECONDS = 3600;
const LEAST_SECONDS = 300;
const WHOLE_STEPS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6].flatMap(power => [power, 2 * power, 5 * power]);
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const dark = matchMedia('(prefers-color-scheme: dark)');
/** The last hour, or what there is of it. */
const hour = ({ data: [seconds] }) => {
  const end = seconds.at(-1) ?? Date.now() / 1000;
  return [Math.max(end - HOUR_SECONDS, Math.min(seconds[0] ?? end, end - LEAST_SECONDS)), end];
};
const clock = (second, length) => second ? new Date(second * 1000).toTimeString().slice(0, length) : '';

/** Where nobody points at a moment, the latest is told. */
const of = (plot, value, i, shown) => shown === null || shown === undefined ? plot.data[i].at(-1) : value;

/** Follows the width of its place and the colours of the page. */
function placed(place, options, data, height) {
  const plot = new uPlot({ width: Math.max(40, place.clientWidth), height, ...options }, data, place);
  new ResizeObserver(() => {
    if (place.clientWidth > 0 && place.clientWidth !== plot.width) plot.setSize({ width: place.clientWidth, height });
  }).observe(place);
  dark.addEventListener('change', () => plot.redraw());
  return plot;
}

export class Plot {
  /**
   * @param lines of {label, value(sample, before), colour, dash}
   * @param words how a value is said
   * @param top least top of the axis
   * @param whole whether only whole numbers make sense
   */
  constructor(place, caption, lines, words, top, whole = false) {
    this.lines = lines;
    const figure = el('figure', {}, el('figcaption', {}, caption));
    place.append(figure);
    const axis = { stroke: () => colour('--quiet'), font: '11px system-ui', ticks: { show: false }, grid: { stroke: () => colour('--rule'), width: 1 } };
    this.plot = placed(figure, {
      cursor: { sync: { key: 'hour' }, points: { size: 6 }, drag: { x: false, y: false } },
      legend: { live: true, markers: { dash: (_, i) => i > 0 && lines[i - 1].dash ? 'dashed' : 'solid' } },
      scales: { x: { range: hour }, y: { range: (_, min, max) => [0, Math.max(top, max * 1.1)] } },
      axes: [
        { ...axis, grid: { show: false }, size: 28, space: 60, values: (_, splits) => splits.map(at => clock(at, 5)) },
        { ...axis, size: 46, space: 34, ...(whole ? { incrs: WHOLE_STEPS } : {}), values: (_, splits) => splits.map(words) },
      ],
      series: [
        { label: 'at', value: (plot, at, i, shown) => clock(of(plot, at, i, shown), 8) },
        ...lines.map(line => ({
          label: line.label, stroke: () => colour(line.colour), width: 1.5, dash: line.dash, points: { show: false },
          value: (plot, value, i, shown) => words(of(plot, value, i, shown) ?? NaN),
        })),
      ],
    }, [[], ...lines.map(() => [])], 160);
  }

  draw(samples) {
    this.plot.setData([samples.map(sample => sample.second), ...this.lines.map(line =>
      samples.map((sample, i) => line.value(sample, samples[i - 1]) ?? null))]);
  }
}

/** One line of a lane, without axes. */
export class Spark {
  constructor(place) {
    this.plot = placed(place, {
      cursor: { show: false }, legend: { show: false }, padding: [3, 0, 3, 0],
      scales: { x: { range: hour }, y: { range: (_, min, max) => [0, Math.max(1, max)] } },
      axes: [{ show: false }, { show: false }],
      series: [{}, { stroke: () => colour('--accent'), width: 1.5, points: { show: false } }],
    }, [[], []], 34);
  }

  draw(samples, value) {
    this.plot.setData([samples.map(sample => sample.second), samples.map((sample, i) => value(sample, samples[i - 1]) ?? null)]);
  }
}
