// Asks before something is changed: what it is, who does it and why. One dialog for all.

import { mayChange, post, signedInAs } from './api.js';
import { $, el } from './dom.js';

const NAME = 'ordersystem.operator';
const kept = {
  get: () => { try { return localStorage.getItem(NAME) ?? ''; } catch { return ''; } },
  set: name => { try { localStorage.setItem(NAME, name); } catch { /* not kept then */ } },
};

const field = (label, input) => el('label', {}, label, input);

/**
 * @param title what is done
 * @param words asked for when the dialog opens: what it would do; the button works once that is known
 * @param extra more fields, as {name, label, type, value, min, max}
 * @param note whether why has to be said: 'required', 'optional' or 'none'
 * @param path, body of the change, with what was typed in: a function of it
 * @param done called with the answer
 */
export function act({ title, words, extra = [], note = 'optional', button, danger = false, path, body, done }) {
  if (!mayChange) return;
  const dialog = $('act');
  const told = el('p', {}, 'Counting …');
  const error = el('p', { className: 'error', role: 'alert', hidden: true });
  const go = el('button', { className: danger ? 'danger' : 'main', disabled: true }, button);
  const who = el('input', { name: 'who', required: true, maxLength: 100, value: kept.get(), autocomplete: 'username' });
  const why = el('input', { name: 'note', required: note === 'required', maxLength: 500, autocomplete: 'off' });
  const inputs = extra.map(one => [one.label, el('input', { required: true, ...one })]);
  const form = el('form', {},
    told,
    ...inputs.map(([label, input]) => field(label, input)),
    signedInAs ? null : field('Your name, kept with what you do', who),
    note === 'none' ? null : field(note === 'required' ? 'Why; kept with the order' : 'Why, if you like', why),
    error,
    el('div', { className: 'buttons' }, el('button', { type: 'button', onclick: () => dialog.close() }, 'Leave it'), go));
  const failed = problem => { error.textContent = problem.message; error.hidden = false; };
  form.addEventListener('submit', async event => {
    event.preventDefault();
    go.disabled = true;
    error.hidden = true;
    kept.set(who.value);
    try {
      const typed = Object.fromEntries(new FormData(form));
      const answer = await post(path, body({ ...typed, note: typed.note || undefined }), signedInAs || who.value);
      dialog.close();
      done(answer);
    } catch (problem) {
      failed(problem);
      go.disabled = false;
    }
  });
  dialog.replaceChildren(el('h2', { id: 'act-title' }, title), form);
  dialog.showModal();
  Promise.resolve(words()).then(({ text, able = true }) => { told.textContent = text; go.disabled = !able; }, failed);
}
