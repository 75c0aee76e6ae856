// The chart in words, for those who do not see it: renewed calmly, so that it can be read.

import { clock, readable } from "./readings.js";

const PAUSE = 5000; // ms between two renewals

export class Spoken {
  /** Keep the label of `place`, an element with the role of an image. */
  constructor(place) {
    this.place = place;
    this.about("", []);
    setInterval(() => this.renew(), PAUSE);
  }

  /** What the chart shows from now on: its title, and its columns, {name, unit}. */
  about(title, columns) {
    this.title = title;
    this.units = new Map(columns.map(({ name, unit }) => [name, unit ?? ""]));
    this.newest = {};
    this.time = null;
    this.renew();
  }

  /** New values by column, and the time that they are of. */
  hear(values, time) {
    const first = this.time === null;
    Object.assign(this.newest, values);
    this.time = time ?? this.time;
    if (first) this.renew();
  }

  renew() {
    const values = Object.entries(this.newest).map(([name, value]) =>
      `${name} ${readable(value)} ${this.units.get(name) ?? ""}`.trim(),
    );
    const at = this.time === null ? "" : ` at ${clock(this.time)} UTC`;
    const newest = values.length ? `. Newest values${at}: ${values.join(", ")}.` : "";
    const label = `Chart of ${this.title || "a dashboard"}${newest}`;
    if (this.place.getAttribute("aria-label") !== label) this.place.setAttribute("aria-label", label);
  }
}
