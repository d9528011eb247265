// What waits for a person, and what goes on by itself later.

import { act } from './act.js';
import { get, mayChange, post, query, signedInAs } from './api.js';
import { $, count, el, fill, moment, orders, percent, simple, span } from './dom.js';

const MOST_GROUPS = 50;
const LETTERS = 20;
const REPLAYS = 5;
const PER_SECOND = 50;

const opened = new Map();
let shown = {};
let refresh = () => {};
let groups = [];

/** @param changed called when somebody has changed something */
export function start(changed) {
  refresh = changed;
}

/** How many orders and messages wait for a person; undefined until that is known. */
export const waiting = () => shown.groups === undefined ? undefined : groups.reduce((sum, group) => sum + group.count, 0);

export async function update(stats) {
  const [dead, later, replays] = await Promise.all([
    query('api/dead-letters/groups', { limit: MOST_GROUPS }), get('api/waiting'), query('api/dead-letters/replays', { limit: REPLAYS })]);
  groups = dead.groups;
  drawn('groups', [dead, [...opened]], drawGroups);
  drawn('later', [later, stats.admission], () => drawLater(later, stats));
  drawn('replays', replays, () => drawReplays(replays.replays));
}

/** Draws what is new only: a button that somebody is about to press stays where it is. */
function drawn(name, content, draw) {
  const text = JSON.stringify(content);
  if (shown[name] === text) return;
  shown[name] = text;
  draw();
}

const keyOf = ({ state, reasonType, reasonNode }) => [state, reasonType, reasonNode].join('|');

/** What the API takes to mean just this group. */
const selection = ({ state, reasonType, reasonNode }) => ({ state, reasonType, reasonNode });

function drawGroups() {
  $('people').hidden = false;
  const rows = groups.flatMap(group => {
    const letters = opened.get(keyOf(group));
    return [row(group), letters && el('tr', {}, el('td', { colSpan: 4 }, lettersOf(letters)))].filter(Boolean);
  });
  fill($('groups'), rows.length === 0
    ? el('p', { className: 'none' }, 'Nothing.')
    : el('table', {},
      el('thead', {}, el('tr', {}, ...['Orders', 'What failed, and where', 'Last', ''].map((head, i) =>
        el('th', { scope: 'col', className: i === 0 ? 'number' : '' }, head)))),
      el('tbody', {}, ...rows)));
}

function row(group) {
  const key = keyOf(group);
  const name = group.state === 'INVALID' ? 'Messages that are no orders' : simple(group.reasonType) || 'Reason not known';
  const button = (label, className, onclick) =>
    el('button', { type: 'button', className, onclick, data: { key: `${label} ${key}` }, ariaLabel: `${label}: ${name}` }, label);
  return el('tr', { data: { group: key } },
    el('td', { className: 'number' }, el('strong', {}, count(group.count))),
    el('td', { className: 'what' },
      el('button', { type: 'button', className: 'plain', title: group.reasonType ?? '', ariaExpanded: String(opened.has(key)), data: { key: `show ${key}` }, onclick: () => toggle(group) },
        el('strong', {}, name)),
      el('span', { className: 'quiet' }, [group.state === 'INVALID' && simple(group.reasonType), group.reasonNode && `in ${group.reasonNode}`].filter(Boolean).map(part => ` ${part}`).join(','))),
    el('td', { className: 'quiet', title: group.lastSeen ? moment(group.lastSeen) : '' }, group.lastSeen ? moment(group.lastSeen) : ''),
    el('td', { className: 'actions' }, ...(mayChange && group.reasonType ? [
      group.state === 'FAILED' && button('Replay', '', () => replay(group, name)),
      button('Discard', 'danger', () => discard(group, name)),
    ] : [])));
}

async function toggle(group) {
  const key = keyOf(group);
  if (!opened.delete(key)) {
    opened.set(key, await query('api/dead-letters', { ...selection(group), limit: LETTERS }));
  }
  shown.groups = JSON.stringify([{ groups }, [...opened]]);
  drawGroups();
}

function lettersOf({ deadLetters, next }) {
  return el('ul', { className: 'letters' },
    ...deadLetters.map(letter => el('li', {},
      el('a', { href: `#order=${encodeURIComponent(letter.id)}`, data: { key: `order ${letter.id}` } }, letter.id),
      el('span', { className: 'quiet' }, ` ${[letter.lane, letter.reason?.message].filter(Boolean).join(' · ')}`))),
    next && el('li', { className: 'quiet' }, 'and more; the command line lists all: bin/ordersystem dead-letters list'));
}

/** Asks how many it would be before anything is done. */
const dryRun = (path, group, able) => async () => {
  const { chosen } = await post(path, { ...selection(group), dryRun: true }, signedInAs || 'dry run');
  return { text: able(chosen), able: chosen > 0 };
};

function replay(group, name) {
  act({
    title: `Replay: ${name}`, button: 'Replay', path: 'api/dead-letters/replay',
    words: dryRun('api/dead-letters/replay', group, chosen => `${orders(chosen)} would have all turns once more.`),
    extra: [{ name: 'perSecond', label: 'At most so many a second', type: 'number', value: PER_SECOND, min: 1, max: 10_000 }],
    body: ({ perSecond, note }) => ({ ...selection(group), perSecond: Number(perSecond), note }),
    done: refresh,
  });
}

function discard(group, name) {
  act({
    title: `Discard: ${name}`, button: 'Discard', danger: true, note: 'required', path: 'api/dead-letters/discard',
    words: dryRun('api/dead-letters/discard', group, chosen => `${orders(chosen)} would be given up. They are kept, and can be restored one by one.`),
    body: ({ note }) => ({ ...selection(group), note }),
    done: refresh,
  });
}

function drawReplays(all) {
  fill($('replays'), ...(all.length === 0 ? [] : [el('ul', { ariaLabel: 'Replays' }, ...all.map(one => {
    const { SUCCEEDED = 0, FAILED = 0, UNDER_WAY = 0 } = one.outcomes;
    const words = [`${count(SUCCEEDED)} succeeded`, FAILED > 0 && `${count(FAILED)} failed again`, UNDER_WAY > 0 && `${count(UNDER_WAY)} under way`,
      one.pausedBecause, one.note].filter(Boolean).join(' · ');
    return el('li', {},
      el('span', {}, `Replay of ${orders(one.chosen)} by ${one.who}, ${moment(one.startedAt)}: ${one.settledAt ? 'over' : one.status.toLowerCase()}. `, el('span', { className: 'quiet' }, words)),
      mayChange && !one.endedAt && el('button', { type: 'button', data: { key: `stop ${one.id}` }, onclick: () => act({
        title: 'Stop the replay', button: 'Stop', path: `api/dead-letters/replays/${encodeURIComponent(one.id)}/cancel`, note: 'none',
        words: async () => ({ text: `${orders(one.sentOn)} of ${count(one.chosen)} went on; the others stay as they are.` }), body: () => ({}), done: refresh,
      }) }, 'Stop'),
      el('progress', { max: Math.max(1, one.chosen), value: SUCCEEDED + FAILED, ariaLabel: `${count(SUCCEEDED + FAILED)} of ${count(one.chosen)} done` }));
  }))]));
}

function drawLater({ deferred, retrying, retries, looked }, { admission }) {
  $('later').hidden = false;
  const line = (number, what, quiet, when, title = '') => el('tr', {},
    el('td', { className: 'number' }, el('strong', {}, number)), el('td', { className: 'what', title }, what, el('span', { className: 'quiet' }, quiet)), el('td', { className: 'quiet' }, when));
  const rows = [];
  if (deferred > 0) {
    rows.push(line(count(deferred), 'Room in their lane', ` a normal order is deferred with ${percent(admission?.probability)}`,
      `as soon as there is room; the oldest came ${span(admission?.oldestDeferredSeconds)} ago`));
  }
  for (const group of retries) {
    rows.push(line(count(group.count), `Another turn: ${simple(group.reasonType) || 'sent on by a person'}`, group.reasonNode ? ` in ${group.reasonNode}` : '',
      group.nextDue ? (new Date(group.nextDue) > new Date() ? `from ${moment(group.nextDue)} on` : 'now') : '', group.reasonType ?? ''));
  }
  if (retrying > looked) rows.push(line(count(retrying), 'Another turn, in all', ` ${count(looked)} of them were looked at`, ''));
  fill($('later').querySelector('tbody'), ...(rows.length > 0 ? rows : [el('tr', {}, el('td', { colSpan: 3, className: 'none' }, 'Nothing.'))]));
}
