// What was, over the last hour: the system's own history where it tells one, and what this page has seen since.

const STEP_SECONDS = 5;
const HOUR_SECONDS = 3600;
const RECENT_SECONDS = 30;

/** A difference that is not merely the age of the last sample. */
const SKEW_SECONDS = 15;

let samples = [];

/** Of the system's clock against this machine's. */
let skew = 0;

const now = () => Date.now() / 1000 + skew;

export const all = () => samples;

/** Replaces what is known. */
export function remember(history) {
  samples = history.samples.map(sample => ({ ...sample, second: Date.parse(sample.at) / 1000 }));
  const difference = samples.length > 0 ? samples.at(-1).second - Date.now() / 1000 : 0;
  skew = Math.abs(difference) > SKEW_SECONDS ? difference : 0;
}

/** Takes the figures of now. */
export function add(stats) {
  const second = now();
  const last = samples.at(-1);
  if (last && second - last.second < STEP_SECONDS - 0.5) return;
  const { received, processed, failed, pending, deferred, admission, throughputPerSecond, arriving, lanes = {} } = stats;
  samples.push({ second, received, processed, failed, pending, deferred, probability: admission?.probability, throughputPerSecond, arriving, lanes });
  samples = samples.filter(sample => sample.second > second - HOUR_SECONDS);
}

/** How much a total grew a second, between two samples; undefined over a gap or a restart. */
export function growth(total) {
  return (sample, before) => {
    const seconds = before && sample.second - before.second;
    const value = (total(sample) - total(before ?? sample)) / seconds;
    return seconds > 0 && seconds < 6 * STEP_SECONDS && value >= 0 ? value : undefined;
  };
}

/** Orders finished a second, by the system's word or from the samples. */
export function throughput(stats) {
  return stats.throughputPerSecond ?? growth(sample => sample.processed)(samples.at(-1), samples.at(-2)) ?? undefined;
}

const recent = () => samples.filter(sample => sample.second > now() - RECENT_SECONDS);

/** Whether orders were finished in the last half minute. */
export const isFlowing = stats => recent().some(sample => sample.processed < stats.processed);

/** Whether orders are in their lanes, not only waiting for a time, and nothing came to an end for half a minute. */
export function isStalled(stats) {
  const { delaySeconds = 0, highLaneDelaySeconds = 0 } = stats.admission ?? {};
  const seen = recent();
  return delaySeconds + highLaneDelaySeconds > 0 && seen.length > 2 && seen.length < samples.length && seen.every(sample =>
    sample.pending > sample.deferred && sample.processed === stats.processed && sample.failed === stats.failed);
}
