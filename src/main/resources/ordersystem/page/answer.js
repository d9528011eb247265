// Are orders flowing, is anything wrong? The figures in words.

import { count, millis, orders, percent, rate, span, time } from './dom.js';

/** Alarms in words, as the system tells them; from the figures, where it does not. */
export function alarms(stats) {
  if (stats.alarms) return stats.alarms.map(({ name, since, words }) => ({ name, words: `${words}${since ? ` Since ${time(since)}.` : ''}` }));
  const { admission, highLaneOverdue, orphans = [], discrepancy } = stats;
  return [
    discrepancy !== 0 && { name: 'discrepancy', words: `The counters differ from the rows by ${count(discrepancy)}; look at the log.` },
    orphans.length > 0 && { name: 'orphans', words: `Orders on their way without a message: ${orphans.join(', ')}.` },
    highLaneOverdue?.orders > 0 && { name: 'highLaneOverdue', words:
      `${orders(highLaneOverdue.orders)} of the high lane still not through, the oldest for ${span(highLaneOverdue.oldestSeconds)}.` },
    admission?.highLaneSaturated && { name: 'highLaneSaturated', words: 'High orders come faster than they are worked off.' },
    admission?.normalLaneSaturated && { name: 'normalLaneSaturated', words: 'Deferring does not hold the delay of normal orders.' },
  ].filter(Boolean);
}

const GRAVE = ['discrepancy', 'orphans', 'brakeOpen', 'storeNearlyFull', 'diskNearlyFull'];
export const isGrave = ({ name }) => GRAVE.includes(name);

/**
 * The answer in a sentence or two, and how grave it is: good, look, bad.
 *
 * @param flowing whether orders were finished lately
 * @param stalled whether orders are in their lanes, and none was finished for a while
 * @param people how many orders wait for a person; undefined where that is not known
 */
export function answer(stats, flowing, stalled, people) {
  const flow = flowOf(stats, flowing, stalled);
  const words = people === undefined ? [] : [people === 0 ? 'Nothing waits for a person.' : `${orders(people)} wait${people === 1 ? 's' : ''} for a person.`];
  const on = alarms(stats);
  const level = on.some(isGrave) ? 'bad' : flow.level === 'good' && (on.length > 0 || people > 0) ? 'look' : flow.level;
  return { level, sentences: [flow.words, ...words] };
}

function flowOf({ brake, pending, admission, throughputPerSecond }, flowing, stalled) {
  switch (brake?.state) {
    case 'MAINTENANCE': return { level: 'look', words: 'Fulfilment is paused: orders are taken in, none is worked off.' };
    case 'OPEN': case 'HALF_OPEN': return { level: 'bad', words: 'The warehouse is away: orders wait, one at a time is tried.' };
    case 'RAMP': return { level: 'look', words: 'The warehouse is back: work is starting again.' };
  }
  if (stalled) return { level: 'bad', words: 'Orders wait, and none is finished.' };
  if (admission?.probability > 0) return { level: 'look', words: 'More comes than can be worked off: normal orders are deferred.' };
  if (flowing || throughputPerSecond > 0) return { level: 'good', words: 'Orders are flowing.' };
  return { level: 'good', words: pending > 0 ? 'Orders wait for their time.' : 'All is quiet: every order is done.' };
}

/** The figures behind it. */
export function more({ lanes = {}, pending, arriving, oldestPendingSeconds, admission }, throughput) {
  const times = Object.entries(lanes)
    .filter(([, lane]) => lane.p99Millis > 0)
    .map(([name, lane]) => `${millis(lane.p99Millis)} in ${name}`);
  return [
    Number.isFinite(throughput) && `${rate(throughput)} a second`,
    times.length > 0 && `99 of 100 within ${times.join(', ')}`,
    `${count(pending)} pending${pending > 0 && oldestPendingSeconds > 0 ? `, the oldest for ${span(oldestPendingSeconds)}` : ''}`,
    arriving > 0 && `${count(arriving)} arriving`,
    admission?.probability > 0 && `a normal order is deferred with ${percent(admission.probability)}`,
  ].filter(Boolean).join(' · ');
}
