// The chart in words, for those who do not see it: renewed calmly, so that it can be read.

import { readable } from "./numbers.js";
import { clock } from "./readings.js";
import { instant } from "./zones.js";

const PAUSE = 5000; // ms between two renewals

export class Spoken {
  /** Keep the label of `place`, an element with the role of an image; times are those of the zone
   * that `zones` has. */
  constructor(place, zones) {
    this.place = place;
    this.zones = zones;
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

  /** New values by column, and the time that they are of; of many only those of `drawn` count. */
  hear(values, time, drawn = null) {
    const first = this.time === null;
    const heard = Object.entries(values).filter(([name]) => drawn?.includes(name) ?? true);
    if (drawn) this.newest = Object.fromEntries(Object.entries(this.newest).filter(([name]) => drawn.includes(name)));
    Object.assign(this.newest, Object.fromEntries(heard));
    this.time = time ?? this.time;
    if (first) this.renew();
  }

  renew() {
    const values = Object.entries(this.newest).map(([name, value]) =>
      `${name.trim() || "(no name)"} ${readable(value)} ${this.units.get(name) ?? ""}`.trim(),
    );
    const wall = clock(this.zones.wall(instant(this.time)));
    const at = this.time === null ? "" : ` at ${wall} ${this.zones.name}`;
    const newest = values.length ? `. Newest values${at}: ${values.join(", ")}.` : "";
    const label = `Chart of ${this.title || "a dashboard"}${newest}`;
    if (this.place.getAttribute("aria-label") !== label) this.place.setAttribute("aria-label", label);
  }
}
