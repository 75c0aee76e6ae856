// Which columns of many are drawn, and a search for the others; the choice is kept.

const MOST_LINES = 8; // colours; `thinning.py` draws as many unasked
const MOST_UNITS = 4; // strips, one below the other
const TILES = 12; // that are shown without a search
const FOUND = 24; // with one

export class Columns {
  /** Search with the field and the line of words in `place`; `tiles` shows what is found, and
   * `changed` is called with the names of the columns to draw. */
  constructor(place, tiles, changed) {
    this.place = place;
    this.field = place.querySelector("input");
    this.words = place.querySelector("[role=status]");
    this.tiles = tiles;
    this.changed = changed;
    this.chosen = null;
    this.field.addEventListener("input", () => this.search());
  }

  /** Offer the columns of the dashboard called `id`; few of them are all drawn. */
  offer(id, columns) {
    this.id = id;
    this.columns = columns;
    const units = new Set(columns.map(({ unit }) => unit));
    this.many = columns.length > MOST_LINES || units.size > MOST_UNITS;
    this.chosen = this.many ? this.remembered() : null;
    this.place.hidden = !this.many;
    this.field.value = "";
    this.tiles.offer(columns, this.many);
    if (this.many) this.search();
  }

  remembered() {
    try {
      const names = JSON.parse(localStorage.getItem(`columns:${this.id}`)) ?? [];
      const known = this.columns.map(({ name }) => name).filter((name) => names.includes(name));
      if (known.length > 0) return known.slice(0, MOST_LINES);
    } catch {
      // Storage can be switched off, or hold what is no list.
    }
    const units = [...new Set(this.columns.map(({ unit }) => unit))].slice(0, MOST_UNITS);
    const few = this.columns.filter(({ unit }) => units.includes(unit)).slice(0, MOST_LINES);
    return few.map(({ name }) => name);
  }

  search() {
    const names = this.columns.map(({ name }) => name);
    const wanted = this.field.value.trim().toLocaleLowerCase();
    const found = wanted
      ? names.filter((name) => name.toLocaleLowerCase().includes(wanted))
      : [...this.chosen, ...names.filter((name) => !this.chosen.includes(name))];
    const shown = found.slice(0, wanted ? FOUND : TILES);
    this.tiles.showOnly(shown);
    this.count = wanted
      ? `${found.length.toLocaleString("en")} found${found.length > FOUND ? `, the first ${FOUND} are shown` : ""}`
      : `${names.length.toLocaleString("en")} columns`;
    this.say();
  }

  /** Draw the column of that name, or draw it no more; false where that cannot be. */
  toggle(name, shown) {
    const chosen = this.columns
      .map((column) => column.name)
      .filter((one) => (one === name ? shown : this.chosen.includes(one)));
    const units = new Set(this.columns.filter((one) => chosen.includes(one.name)).map(({ unit }) => unit));
    const why =
      chosen.length === 0
        ? "one stays"
        : chosen.length > MOST_LINES
          ? `${MOST_LINES} lines fit one chart: press one of them first, to take it away`
          : units.size > MOST_UNITS
            ? `${MOST_UNITS} units fit one chart: take the lines of one away first`
            : null;
    this.say(why);
    if (why !== null) return false;
    this.chosen = chosen;
    try {
      localStorage.setItem(`columns:${this.id}`, JSON.stringify(chosen));
    } catch {
      // Storage can be switched off: the choice lasts as long as the page.
    }
    this.say();
    this.changed(chosen);
    return true;
  }

  say(why = null) {
    const drawn = `${this.chosen.length} drawn`;
    this.words.textContent = [this.count, drawn, why].filter(Boolean).join("; ");
  }
}
