// Numbers and lengths of time as people read them.

/** A number with three digits that count, such as 0.123, 41.2, 1,234 or 3.20e-6; a missing one as
 * a dash. `pictures.readable` on the server writes the same. */
export function readable(value) {
  if (typeof value !== "number" || !Number.isFinite(value)) return "–";
  if (value === 0) return "0.00";
  const scientific = value.toExponential(2);
  const exponent = Number(scientific.split("e")[1]);
  if (exponent < -3 || exponent > 6) return scientific.replace("e+", "e");
  const [whole, rest] = value.toFixed(Math.max(0, 2 - exponent)).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}

const LENGTHS = [[86_400_000, "days"], [3_600_000, "h"], [60_000, "min"], [1000, "s"], [1, "ms"]]; // prettier-ignore

/** Milliseconds in words, such as 10 min or 2.5 days. */
export function duration(milliseconds) {
  const [length, unit] = LENGTHS.find(([least]) => milliseconds >= least) ?? LENGTHS.at(-1);
  const count = Math.round((milliseconds / length) * 10) / 10;
  return `${count.toLocaleString("en")} ${count === 1 ? unit.replace("days", "day") : unit}`;
}

/** A name that is short enough for a tile: of a long one its beginning and its end. */
export function shortened(name, most = 32) {
  // As people count them: an emoji may be several of JavaScript's.
  const letters = Intl.Segmenter
    ? [...new Intl.Segmenter().segment(name)].map(({ segment }) => segment)
    : [...name];
  if (letters.length === 0 || name.trim() === "") return "(no name)";
  if (letters.length <= most) return name;
  const half = Math.floor((most - 1) / 2);
  return `${letters.slice(0, half).join("")}…${letters.slice(-half).join("")}`;
}
