// How long ago something was, in words.

import { say } from "./words.js";

const UNITS = [
  [86_400, "d"],
  [3600, "h"],
  [60, "min"],
];

/** A moment. Its age is too high rather than too low where a clock was set, or the machine slept. */
export class Moment {
  constructor() {
    this.clock = Date.now();
    this.since = performance.now(); // stands still while some machines sleep
  }

  /** How many ms ago it was. */
  get age() {
    return Math.max(Date.now() - this.clock, performance.now() - this.since);
  }
}

/** Say how long ago something was that happened so many seconds before now. */
export function ago(seconds) {
  if (seconds < 2) return say("just now");
  const [size, unit] = UNITS.find(([one]) => seconds >= one) ?? [1, "s"];
  return say("{time} ago", { time: `${Math.floor(seconds / size)} ${unit}` });
}
