// How long ago something was, in words.

const UNITS = [
  [86_400, "d"],
  [3600, "h"],
  [60, "min"],
];

/** Say how long ago something was that happened so many seconds before now. */
export function ago(seconds) {
  if (seconds < 2) return "just now";
  const [size, unit] = UNITS.find(([one]) => seconds >= one) ?? [1, "s"];
  return `${Math.floor(seconds / size)} ${unit} ago`;
}
