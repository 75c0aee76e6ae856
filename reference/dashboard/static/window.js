// The window of time that the chart shows, thinned as `thinning.py` on the server does: so a page
// that has stayed, one that has come back and a new one have the same points.

const PER_STEP = 4;

/** Points of one line, {times, values}, with `more` added: ordered by time, without those before
 * `since`, and with four at most in each `step`, all in milliseconds (0 takes nothing away).
 *
 * Of a step with more remain the first point, the lowest and the highest value, and the last.
 */
export function added(line, more, { since = -Infinity, step = 0 } = {}) {
  let times = [...line.times, ...more.times];
  let values = [...line.values, ...more.values];
  if (times.some((time, index) => time < times[index - 1])) {
    const order = times.map((_, index) => index).sort((one, other) => times[one] - times[other]);
    times = order.map((index) => times[index]);
    values = order.map((index) => values[index]);
  }
  const first = times.findIndex((time) => time >= since);
  if (first < 0) return { times: [], values: [] };
  return thinned(times.slice(first), values.slice(first), step);
}

function thinned(times, values, step) {
  if (step === 0) return { times, values };
  const kept = { times: [], values: [] };
  for (let start = 0, end; start < times.length; start = end) {
    const of = Math.floor(times[start] / step);
    end = start + 1;
    while (end < times.length && Math.floor(times[end] / step) === of) end += 1;
    if (end - start <= PER_STEP) {
      kept.times.push(...times.slice(start, end));
      kept.values.push(...values.slice(start, end));
      continue;
    }
    const [first, last] = [times[start], times[end - 1]];
    const there = values.slice(start, end).filter((value) => value !== null);
    const [low, high] = there.length ? [Math.min(...there), Math.max(...there)] : [null, null];
    kept.times.push(first, first, last, last);
    kept.values.push(values[start], low, high, values[end - 1]);
  }
  return kept;
}
