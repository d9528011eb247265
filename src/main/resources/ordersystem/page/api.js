// The system's HTTP API. Reading is open to whoever sees this page; a change carries the token of the last answer, which a
// page of another site cannot read.

const LOOK_MILLIS = 8_000;

/** Giving up tens of thousands of dead letters is one request. */
const CHANGE_MILLIS = 300_000;
const TOKEN = 'X-XSRF-TOKEN';
const { port, user, role } = document.documentElement.dataset;

export const manages = port === 'management';
export const mayChange = manages && role !== 'look';
export const signedInAs = user;

let token = '';

/** The system refused: status, and what it says about it. */
export class Refused extends Error {
  constructor(status, problem) {
    const violations = (problem.violations ?? []).map(one => `${one.field}: ${one.problem}`).join('; ');
    super(violations || problem.detail || problem.title || `status ${status}`);
    this.status = status;
  }
}

async function send(path, options = {}) {
  const response = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(options.method ? CHANGE_MILLIS : LOOK_MILLIS), ...options });
  token = response.headers.get(TOKEN) ?? token;
  const body = response.headers.get('Content-Type')?.includes('json') ? await response.json() : {};
  if (!response.ok) throw new Refused(response.status, body);
  return body;
}

export const get = path => send(path);

export const query = (path, parameters) =>
  get(`${path}?${new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== undefined))}`);

/** @param operator who acts; where people sign in the system knows it itself */
export async function post(path, body, operator = '') {
  const attempt = () => send(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Operator': operator.replace(/[^ -~]/g, '?'), [TOKEN]: token },
    body: JSON.stringify(body),
  });
  const before = token;
  try {
    return await attempt();
  } catch (refused) {
    // Started again since the last answer: this one has the new token, and nothing was done.
    if (refused.status === 403 && token !== before) return attempt();
    throw refused;
  }
}
