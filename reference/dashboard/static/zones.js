// In which zone times are shown: the data's own, this computer's, or UTC. Data travel as UTC.

const QUARTER = 900_000; // ms; clocks are changed at a quarter of an hour
const FEW_DAYS = 3 * 86_400_000;

/** The moment that an ISO text names, in ms since 1970; without a zone it is UTC. */
export function instant(text) {
  const known = /(Z|[+-]\d\d:?\d\d)$/i.test(text) || !String(text).includes("T");
  return Date.parse(known ? text : `${text}Z`);
}

export class Zones {
  /** Make `button` go on to the next zone, and say in `words` which it is; `changed` is called
   * after each change. */
  constructor(button, words, changed) {
    this.button = button;
    this.words = words;
    this.changed = changed;
    this.offsets = new Map();
    this.offer(null);
    button.addEventListener("click", () => {
      const at = this.choices.findIndex(({ key }) => key === this.chosen.key);
      this.choose(this.choices[(at + 1) % this.choices.length]);
      try {
        localStorage.setItem("zone", this.chosen.key);
      } catch {
        // Storage can be switched off: the choice lasts as long as the page.
      }
      this.changed();
    });
  }

  /** Offer the zone of the data, an IANA name or null, beside local time and UTC. */
  offer(zone) {
    const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const all = [
      { key: "source", name: zone, words: "the zone of the data" },
      { key: "local", name: local, words: "local time" },
      { key: "utc", name: "UTC", words: "" },
    ];
    const usable = all.filter(({ name }) => name && isKnown(name));
    this.choices = usable.filter((one, at) => usable.findIndex(({ name }) => name === one.name) === at);
    let remembered = null;
    try {
      remembered = localStorage.getItem("zone");
    } catch {
      // Storage can be switched off.
    }
    // One that has the same name as another is that one.
    const name = usable.find(({ key }) => key === remembered)?.name ?? usable[0].name;
    this.choose(this.choices.find((one) => one.name === name));
  }

  choose(choice) {
    this.chosen = choice;
    this.offsets.clear();
    const isUtc = choice.name === "UTC";
    this.format = isUtc
      ? null
      : new Intl.DateTimeFormat("en-GB", { timeZone: choice.name, timeZoneName: "longOffset" });
    this.say(Date.now());
    const at = this.choices.indexOf(choice);
    const next = this.choices[(at + 1) % this.choices.length];
    this.button.hidden = next === choice;
    this.button.textContent = next.key === "utc" ? "Show UTC" : `Show ${next.words}`;
  }

  /** Say the zone beside the axis, with its distance from UTC at a moment. */
  say(time) {
    const { name, words } = this.chosen;
    const hours = this.offset(time) / 3_600_000;
    const offset = hours === 0 ? "" : `UTC${hours > 0 ? "+" : "−"}${Math.abs(hours)}`;
    const more = [words, offset].filter(Boolean).join(", ");
    const said = `Times are in ${name}${name !== "UTC" && more ? ` (${more})` : ""}.`;
    if (this.words.textContent !== said) this.words.textContent = said;
  }

  /** The name of the zone that is shown. */
  get name() {
    return this.chosen.name;
  }

  /** A moment, in ms since 1970, as the clocks of the zone show it: ISO text without a zone. */
  wall(time, offset = this.offset(time)) {
    return Number.isFinite(time) ? new Date(time + offset).toISOString().slice(0, -1) : "–";
  }

  /** The function that turns moments from `first` to `last` into places on an axis.
   *
   * Over a few days it is one distance from UTC, so that no line goes back where clocks do.
   */
  axis(first, last) {
    const offset = last - first < FEW_DAYS ? this.offset(last) : undefined;
    this.say(last);
    return (time) => this.wall(time, offset);
  }

  /** How far the zone's clocks are ahead of UTC at a moment, in ms. */
  offset(time) {
    if (this.format === null || !Number.isFinite(time)) return 0;
    const quarter = Math.floor(time / QUARTER);
    if (!this.offsets.has(quarter)) {
      const part = this.format.formatToParts(quarter * QUARTER).find(({ type }) => type === "timeZoneName");
      const [, sign, hours, minutes = "0", seconds = "0"] =
        part.value.match(/([+-])(\d+)(?::(\d+))?(?::(\d+))?/) ?? [null, "+", "0"];
      const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
      if (this.offsets.size > 5000) this.offsets.clear();
      this.offsets.set(quarter, sign === "-" ? -size : size);
    }
    return this.offsets.get(quarter);
  }
}

function isKnown(name) {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch {
    return false;
  }
}
