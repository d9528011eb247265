// What people can set: fulfilment, admission; and how the routes' last edit went.

import { act } from './act.js';
import { get, mayChange, Refused } from './api.js';
import { $, el, fill, moment, percent, rate, span } from './dom.js';

let routesAreTold = true;
let shown = '';
let refresh = () => {};

/** @param changed called when somebody has changed something */
export function start(changed) {
  refresh = changed;
}

/** What was missing may be there after a restart. */
export function reconnected() {
  routesAreTold = true;
}

export async function update() {
  const [fulfilment, admission, routes] = await Promise.all([get('api/fulfilment'), get('api/admission'), lastEdit()]);
  const text = JSON.stringify([fulfilment, { ...admission, delaySeconds: 0, ratePerSecond: 0 }, routes]);
  if (text === shown) return;
  shown = text;
  $('controls').hidden = false;
  fill($('controls').querySelector('dl'),
    line('Fulfilment', el('span', {}, saidOf(fulfilment)), mayChange && fulfilmentButton(fulfilment)),
    line('Admission', el('span', {}, admissionOf(admission)), mayChange && admissionButtons(admission)),
    routes && line('Routes', ...editOf(routes)));
}

const line = (name, ...what) => el('div', {}, el('dt', {}, name), el('dd', {}, ...what));

async function lastEdit() {
  if (!routesAreTold) return null;
  try {
    return await get('api/routes');
  } catch (problem) {
    if (problem instanceof Refused && problem.status === 404) {
      routesAreTold = false;
      return null;
    }
    throw problem;
  }
}

const STATES = { working: 'Orders are worked off', maintenance: 'Paused', 'brake-open': 'The warehouse is away' };
const saidOf = ({ state, since, by, reason }) =>
  `${STATES[state] ?? state} since ${moment(since)}${by ? `, by ${by}` : ''}${reason && state !== 'working' ? `: ${reason}` : ''}`;

function fulfilmentButton({ state }) {
  const paused = state === 'maintenance';
  const label = paused ? 'Resume' : 'Pause';
  return el('button', { type: 'button', data: { key: 'fulfilment' }, onclick: () => act({
    title: `${label} fulfilment`, button: label, danger: !paused, note: paused ? 'none' : 'required',
    path: paused ? 'api/fulfilment/resume' : 'api/fulfilment/pause',
    words: async () => ({ text: paused ? 'Orders are worked off again, on all instances.' : 'Orders are taken in and none is worked off, on all instances, until somebody resumes.' }),
    body: ({ note }) => ({ reason: note }), done: refresh,
  }) }, label);
}

const admissionOf = ({ mode, probability, by, since }) =>
  `${{ AUTO: 'By itself', FIXED: 'Fixed', OFF: 'Off: nothing is deferred' }[mode] ?? mode}` +
  `${mode === 'OFF' ? '' : `; a normal order is deferred with ${percent(probability)}`}${by ? `; set by ${by}, ${moment(since)}` : ''}`;

function admissionButtons({ mode, delaySeconds, ratePerSecond }) {
  const set = (label, fields, text, extra = []) => el('button', { type: 'button', data: { key: `admission ${label}` }, onclick: () => act({
    title: `Admission: ${label.toLowerCase()}`, button: 'Set', note: 'none', path: 'api/admission', extra,
    words: async () => ({ text: `${text} Now a normal order waits ${span(delaySeconds)}, and ${rate(ratePerSecond)} a second get through.` }),
    body: fields, done: refresh,
  }) }, label);
  return el('span', { className: 'actions' },
    mode !== 'AUTO' && set('By itself', () => ({ mode: 'auto' }), 'The probability follows how long normal orders wait.'),
    mode !== 'OFF' && set('Off', () => ({ mode: 'off' }), 'Nothing is deferred, however long normal orders wait.'),
    set('Fixed …', ({ share }) => ({ mode: 'fixed', probability: Number(share) / 100 }), 'So many of all normal orders are deferred, whatever the delay; for trying it.',
      [{ name: 'share', label: 'Percent', type: 'number', min: 0, max: 100, step: 'any', value: 30 }]));
}

function editOf({ state, at, files = [], errors = [] }) {
  const when = at ? ` ${moment(at)}` : '';
  if (state !== 'REFUSED') return [el('span', {}, `As edited last,${when || ' at the start'}${files.length > 0 ? `: ${files.join(', ')}` : ''}`)];
  return [
    el('span', { className: 'error' }, `The edit of${when} was refused; the routes before it go on running.`),
    ...errors.map(error => el('pre', { tabIndex: 0 },
      [[error.file, error.line, error.column].filter(part => part !== undefined && part !== null).join(':') + `: ${error.message}`, error.text, error.suggestion].filter(Boolean).join('\n'))),
  ];
}
