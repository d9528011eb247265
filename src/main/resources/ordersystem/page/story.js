// One order: where it stands, and what happened to it, the first first.

import { act } from './act.js';
import { get, manages, mayChange } from './api.js';
import { $, el, moment, simple, span } from './dom.js';

const LONGEST_BODY = 20_000;
const DONE = { REPLAY: 'Replayed', EDIT: 'Edited', DISCARD: 'Discarded', RESTORE: 'Restored', CANCEL: 'Cancelled', EXPEDITE: 'Expedited', ERASE: 'Erased' };
const MEANING = {
  RECEIVED: 'on its way', DEFERRED: 'waits for room in its lane', RETRYING: 'waits for another turn', PROCESSED: 'handed over',
  FAILED: 'waits for a person', DISCARDED: 'given up by a person', CANCELLED: 'withdrawn by a person',
  INVALID: 'a message that is no order; waits for a person', DISMISSED: 'a message that is no order; dealt with',
};

const reasonOf = ({ reason }) => reason
  ? `${simple(reason.type)}: ${reason.message}${reason.route ? ` (in ${[reason.route, reason.node].filter(Boolean).join(', ')})` : ''}`
  : 'the reason is not known';

/** What happened, by time. An action tells how the order stood before it, so its failure is not told twice. */
export function events(order, history = []) {
  const all = [];
  const failures = new Set();
  const add = (at, what, kind = '') => { if (at) all.push({ at, what, kind }); };
  const failure = (at, what) => { if (at && !failures.has(at)) { failures.add(at); add(at, what, 'failed'); } };
  add(order.receivedAt, 'Received');
  for (const action of history) {
    failure(action.lastFailedAt, `Failed: ${reasonOf(action)}`);
    const was = [`it was ${action.state}`, action.attempts > 0 && `failed turns: ${action.attempts}`, action.outcome && `outcome: ${action.outcome}`];
    add(action.at, `${DONE[action.kind] ?? action.kind} by ${action.who}${action.note ? `: ${action.note}` : ''} (${was.filter(Boolean).join(', ')})`);
  }
  failure(order.lastFailedAt, `Failed: ${reasonOf(order)}`);
  failure(order.firstFailedAt, 'Failed for the first time');
  add(order.processedAt, 'Processed', 'done');
  all.sort((a, b) => new Date(a.at) - new Date(b.at));
  if (order.due && !order.processedAt) add(order.due, order.status === 'DEFERRED' ? 'Goes on, even without room' : 'Has its next turn', 'ahead');
  return all;
}

/** Shows an order; says so where nobody knows it. */
export async function show(id) {
  const dialog = $('story');
  const content = el('div', {}, el('p', { className: 'quiet' }, 'Asking …'));
  dialog.replaceChildren(
    el('div', { className: 'head' }, el('h2', { id: 'story-title' }, id), el('button', { type: 'button', onclick: () => dialog.close() }, 'Close')),
    content);
  if (!dialog.open) dialog.showModal();
  try {
    const answer = await get(`api/orders/${encodeURIComponent(id)}`);
    content.replaceChildren(...(manages ? told(answer.order, answer) : told(answer, {})));
  } catch (refused) {
    content.replaceChildren(el('p', { className: 'error', role: 'alert' }, refused.message));
  }
}

function told(order, { history, body, bodyEncoding }) {
  const facts = [
    ['Status', `${order.status}: ${MEANING[order.status] ?? ''}`],
    ['Lane', order.lane], ['Queue', order.place], ['Failed turns', order.attempts > 0 && order.attempts],
    ['Admission', order.admission], ['Reason', order.reason && reasonOf(order)],
  ].filter(([, value]) => value);
  return [
    el('dl', { className: 'facts' }, ...facts.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)])),
    mayChange && buttons(order),
    el('h3', {}, 'What happened'),
    el('ol', { className: 'timeline' }, ...events(order, history).map(({ at, what, kind }, i, all) => el('li', { className: kind },
      el('time', { dateTime: at }, moment(at) + (i > 0 ? ` · ${after(all[i - 1].at, at)}` : '')), el('div', {}, what)))),
    ...(body === undefined ? [] : [
      el('h3', {}, `The message, as received${bodyEncoding === 'base64' ? ', in base64' : ''}`),
      el('pre', { tabIndex: 0 }, body.length > LONGEST_BODY ? `${body.slice(0, LONGEST_BODY)}\n… ${body.length - LONGEST_BODY} characters more` : body),
    ]),
  ].filter(Boolean);
}

const after = (before, at) => `${span((new Date(at) - new Date(before)) / 1000)} later`;

function buttons(order) {
  const id = order.orderId;
  const again = () => show(id);
  const one = (label, options) => el('button', {
    type: 'button', className: options.danger ? 'danger' : '',
    onclick: () => act({ title: `${label} ${id}`, button: label, words: async () => ({ text: options.text }), done: again, ...options }),
  }, label);
  const path = what => `api/orders/${encodeURIComponent(id)}/${what}`;
  const note = ({ note: why }) => why === undefined ? {} : { note: why };
  const waits = ['RECEIVED', 'DEFERRED', 'RETRYING', 'FAILED'].includes(order.status);
  const choices = [
    order.status === 'FAILED' && one('Replay', { text: 'It has all its turns once more.', path: 'api/dead-letters/replay', body: typed => ({ ids: [id], ...note(typed) }) }),
    waits && one('Expedite', { text: 'It goes on at once, in the high lane.', path: path('expedite'), body: note }),
    ['FAILED', 'INVALID'].includes(order.status) && one('Discard', { text: 'It is given up. It is kept, and can be restored.', note: 'required', danger: true,
      path: 'api/dead-letters/discard', body: typed => ({ ids: [id], ...note(typed) }) }),
    waits && one('Cancel', { text: 'It is withdrawn. It is kept, and can be restored.', note: 'required', danger: true, path: path('cancel'), body: note }),
    ['DISCARDED', 'CANCELLED'].includes(order.status) && one('Restore', { text: 'It waits for a decision again.', path: 'api/dead-letters/restore', body: typed => ({ ids: [id], ...note(typed) }) }),
  ];
  return el('div', { className: 'buttons left' }, ...choices);
}
