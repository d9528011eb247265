// Elements, numbers and times. Whatever comes from the system reaches the page as text only.

export const $ = id => document.getElementById(id);

export function el(tag, properties = {}, ...children) {
  const { data = {}, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  Object.assign(element.dataset, data);
  element.append(...children.filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** New content, with the focus where it was: what can have it has a data-key. */
export function fill(container, ...children) {
  const key = container.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  container.replaceChildren(...children.filter(child => child !== null && child !== undefined && child !== false));
  if (key) container.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

/** Sets what is different only, so that nothing is announced or selected anew. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

export const count = value => Number.isFinite(value) ? WHOLE.format(value) : '–';
export const rate = value => !Number.isFinite(value) ? '–' : value >= 10 || value === 0 ? WHOLE.format(value) : SHORT.format(value);
export const percent = value => !Number.isFinite(value) ? '–' : value > 0 && value < 0.01 ? 'below 1\u00a0%' : `${WHOLE.format(value * 100)}\u00a0%`;
export const orders = value => `${count(value)}\u00a0${value === 1 ? 'order' : 'orders'}`;

export function millis(value) {
  if (!Number.isFinite(value)) return '–';
  return value < 1000 ? `${rate(value)}\u00a0ms` : span(value / 1000);
}

/** A length of time, as exact as it is useful. */
export function span(seconds) {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 1) return `${WHOLE.format(Math.max(0, seconds) * 1000)}\u00a0ms`;
  if (seconds < 10) return `${SHORT.format(seconds)}\u00a0s`;
  if (seconds < 100) return `${Math.round(seconds)}\u00a0s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)}\u00a0min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)}\u00a0h`;
  return `${Math.round(seconds / 86400)}\u00a0days`;
}

const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit' };
export const time = instant => new Date(instant).toLocaleTimeString('en-GB', CLOCK);

/** With the day, where it is not today. */
export function moment(instant) {
  const at = new Date(instant);
  return at.toDateString() === new Date().toDateString()
    ? time(at)
    : at.toLocaleString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', ...CLOCK });
}

export const ago = instant => `${span((Date.now() - new Date(instant)) / 1000)} ago`;

/** The exception without its package: the whole is in the title. */
export const simple = type => (type ?? '').replace(/^.*[.$]/, '');
