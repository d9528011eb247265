// Asks the system how it stands every two seconds, and draws it; says so while it does not answer, and goes on when it does.

import { alarms, answer, isGrave, more } from './answer.js';
import { get, manages, Refused, signedInAs, mayChange } from './api.js';
import * as controls from './controls.js';
import { $, count, el, fill, millis, percent, rate, say, time } from './dom.js';
import * as people from './people.js';
import { Plot, Spark } from './plots.js';
import * as samples from './samples.js';
import { show } from './story.js';

const EVERY_MILLIS = 2000;
const LONGEST_PAUSE_MILLIS = 5000;

/** What people see to is asked for each so many rounds. */
const PEOPLE_ROUNDS = 2;

let round = 0;
let awaySince = null;
let misses = 0;
let historyIsTold = true;
let timer = 0;
let asking = false;

async function ask() {
  clearTimeout(timer);
  if (asking || document.hidden) return;
  asking = true;
  try {
    const stats = await get('api/stats');
    if (round === 0 || awaySince) await reconnect();
    awaySince = null;
    misses = 0;
    samples.add(stats);
    if (manages && round % PEOPLE_ROUNDS === 0) await Promise.all([people.update(stats), controls.update()]);
    round++;
    draw(stats);
  } catch (problem) {
    misses++;
    away(problem);
  } finally {
    asking = false;
    timer = setTimeout(ask, misses === 0 ? EVERY_MILLIS : Math.min(LONGEST_PAUSE_MILLIS, 500 * 2 ** misses));
  }
}

/** The first time, after a restart, or after the page was out of sight. */
async function reconnect() {
  historyIsTold = true;
  controls.reconnected();
  await recall();
}

async function recall() {
  if (!historyIsTold) return;
  try {
    samples.remember(await get('api/stats/history'));
  } catch (problem) {
    if (!(problem instanceof Refused && problem.status === 404)) throw problem;
    historyIsTold = false;
  }
}

/** A sentence a line. Set when it is another one only, because it is read aloud then. */
function headline(...sentences) {
  const element = $('headline');
  if (element.textContent.trim() !== sentences.join(' ')) {
    element.replaceChildren(...sentences.flatMap(sentence => [el('span', {}, sentence), ' ']));
  }
}

function away(problem) {
  awaySince ??= new Date();
  const refused = problem instanceof Refused;
  $('link').className = 'away';
  say($('link'), `away since ${time(awaySince)}`);
  $('answer').dataset.level = 'bad';
  headline(refused && problem.status === 401 ? 'You are not signed in any more.' : refused ? 'OrderSystem cannot tell how things stand.' : 'OrderSystem does not answer.');
  say($('more'), refused && problem.status === 401 ? 'Load the page again to sign in.'
    : `${refused ? `${problem.message} ` : ''}Since ${time(awaySince)}; this page goes on trying. What stands below is from before.`);
}

function draw(stats) {
  $('link').className = '';
  say($('link'), `live, ${time(new Date())}`);
  const throughput = samples.throughput(stats);
  const { level, sentences } = answer(stats, samples.isFlowing(stats), samples.isStalled(stats), manages ? people.waiting() : undefined);
  $('answer').dataset.level = level;
  headline(...sentences);
  say($('more'), more(stats, throughput));
  drawAlarms(alarms(stats));
  drawSum(stats);
  drawLanes(stats);
  drawHour();
  say($('since'), `Counting since ${new Date(stats.since).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })}`);
  document.title = `${{ good: '●', look: '▲', bad: '■' }[level]} OrderSystem`;
}

let alarmsShown = '[]';
function drawAlarms(all) {
  const text = JSON.stringify(all);
  if (text === alarmsShown) return;
  alarmsShown = text;
  $('alarms').hidden = all.length === 0;
  fill($('alarms'), ...all.map(alarm => el('li', { className: isGrave(alarm) ? 'bad' : '' }, alarm.words)));
}

/** received = processed + failed + pending, and what stands beside it. */
const SUM = [
  ['received', 'Received'], '=', ['processed', 'Processed'], '+', ['failed', 'Failed'], '+', ['pending', 'Pending'],
  ['duplicates', 'Duplicates', 'aside'], ['invalid', 'No orders', 'aside'],
];

function drawSum(stats) {
  const sum = $('sum');
  if (sum.hidden) {
    sum.hidden = false;
    fill(sum, ...SUM.map(part => typeof part === 'string'
      ? el('div', { className: 'sign', ariaHidden: 'true' }, part)
      : el('dl', { className: part[2] ?? '' }, el('dt', {}, part[1]), el('dd', { data: { figure: part[0] } }))));
  }
  sum.querySelectorAll('[data-figure]').forEach(cell => say(cell, count(stats[cell.dataset.figure])));
}

/** What a lane tells: heading, value, how it looks. What no lane has is left out. */
const COLUMNS = [
  ['orders a second', lane => lane.throughputPerSecond, rate, 'lead'],
  ['last hour', null, null, 'spark'],
  ['pending', lane => lane.pending, count, ''],
  ['deferred', lane => lane.deferred, count, 'wide'],
  ['half within', lane => lane.p50Millis, millis, 'wide'],
  ['95 of 100', lane => lane.p95Millis, millis, 'wide'],
  ['99 of 100', lane => lane.p99Millis, millis, ''],
  ['processed', lane => lane.processed, count, 'wide'],
  ['failed', lane => lane.failed, count, 'wide'],
];
const sparks = new Map();
let lanesShown = '';

function drawLanes({ lanes = {} }) {
  const names = Object.keys(lanes).sort();
  const columns = COLUMNS.filter(([, value]) => !value || names.some(name => value(lanes[name]) !== undefined));
  const form = JSON.stringify([names, columns.map(([head]) => head)]);
  const section = $('lanes');
  section.hidden = names.length === 0;
  if (form !== lanesShown) {
    lanesShown = form;
    fill(section.querySelector('thead tr'), el('th', { scope: 'col' }, 'Lane'),
      ...columns.map(([head, value, , look]) => el('th', { scope: 'col', className: `${value ? 'number' : ''} ${look}` }, head)));
    fill(section.querySelector('tbody'), ...names.map(name => el('tr', { data: { lane: name } }, el('th', { scope: 'row' }, name),
      ...columns.map(([, value, , look], i) => el('td', { className: `${value ? 'number' : ''} ${look}`, data: { column: i } }, !value && el('div', { className: 'spark-place' }))))));
    sparks.clear();
    names.forEach(name => sparks.set(name, new Spark(section.querySelector(`[data-lane="${CSS.escape(name)}"] .spark-place`))));
  }
  for (const name of names) {
    const row = section.querySelector(`[data-lane="${CSS.escape(name)}"]`);
    columns.forEach(([, value, words], i) => { if (value) say(row.querySelector(`[data-column="${i}"]`), words(value(lanes[name]))); });
    const grown = samples.growth(sample => sample.lanes?.[name]?.processed);
    sparks.get(name).draw(samples.all(), (sample, before) => sample.lanes?.[name]?.throughputPerSecond ?? grown(sample, before));
  }
}

let plots = null;
let drawnUntil = 0;

function drawHour() {
  const last = samples.all().at(-1)?.second ?? 0;
  if (last === drawnUntil) return;
  drawnUntil = last;
  $('hour').hidden = false;
  plots ??= [
    new Plot($('plots'), 'Orders a second', [
      { label: 'received', value: samples.growth(sample => sample.received), colour: '--line-2', dash: [5, 3] },
      { label: 'processed', value: samples.growth(sample => sample.processed), colour: '--accent' },
    ], rate, 1),
    new Plot($('plots'), 'Waiting', [
      { label: 'pending', value: sample => sample.pending, colour: '--accent' },
      { label: 'of these deferred', value: sample => sample.deferred, colour: '--line-2', dash: [5, 3] },
    ], count, 2, true),
    new Plot($('plots'), 'A normal order is deferred with', [
      { label: 'probability', value: sample => sample.probability, colour: '--accent' },
    ], percent, 0.1),
  ];
  plots.forEach(plot => plot.draw(samples.all()));
}

/** The order that the address names is on show: a link to one can be passed on. */
function follow() {
  const id = new URLSearchParams(location.hash.slice(1)).get('order');
  if (id) show(id); else if ($('story').open) $('story').close();
}

function start() {
  const changed = () => { round -= round % PEOPLE_ROUNDS; ask(); };
  people.start(changed);
  controls.start(changed);
  fill($('foot'), el('span', { id: 'since' }),
    ...(manages
      ? [['hawtio/', 'Hawtio'], ['observe/metrics', 'Metrics'], ['observe/health', 'Health'], ['api/stats', 'Figures as JSON']]
      : [['api/stats', 'Figures as JSON']]).map(([href, name]) => el('a', { href }, name)),
    signedInAs && el('span', {}, `${signedInAs}${mayChange ? '' : ', to look only'}`),
    !manages && el('span', {}, 'To look only; changes are made on the management port'));
  $('lookup').addEventListener('submit', event => {
    event.preventDefault();
    const hash = `#order=${encodeURIComponent($('order-id').value.trim())}`;
    if (location.hash === hash) follow(); else location.hash = hash;
  });
  $('story').addEventListener('close', () => { if (location.hash) history.replaceState(null, '', location.pathname); });
  addEventListener('hashchange', follow);
  addEventListener('keydown', event => {
    if (event.key === '/' && !event.target.closest('input, textarea, select') && !document.querySelector('dialog[open]')) {
      event.preventDefault();
      $('order-id').select();
    }
  });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) { round = 0; ask(); } });
  follow();
  ask();
}

start();
