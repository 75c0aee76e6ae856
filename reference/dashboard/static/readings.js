// The newest values as tiles, and the newest rows as a table.

const LINES = 8; // the style sheet has this many colours for lines
const NEWEST = 8; // rows that the table grows to

/** A number as people read it: three or four digits, always as wide. */
export function readable(value) {
  if (typeof value !== "number" || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A time such as 2026-01-31T12:00:00.000Z as its clock time, or as its date at midnight. */
export function clock(time) {
  const [date, rest = ""] = String(time ?? "–").split("T");
  const at = rest.slice(0, 8);
  return at === "" || at === "00:00:00" ? date : at;
}

export class Tiles {
  /** Fill `list`; `pressed` is called with (column, shown) when a tile is pressed. */
  constructor(list, pressed) {
    this.list = list;
    this.pressed = pressed;
    this.places = new Map();
  }

  /** Make a tile for each of `columns`, {name, unit}, without values. */
  offer(columns) {
    this.places.clear();
    this.list.replaceChildren(
      ...columns.map(({ name, unit }, index) => {
        const item = document.createElement("li");
        item.innerHTML =
          '<button type="button" class="tile" aria-pressed="true" disabled><span class="name">' +
          '<i aria-hidden="true"></i><span></span></span><b>–</b> <span class="unit"></span></button>';
        const tile = item.firstChild;
        tile.dataset.line = String((index % LINES) + 1);
        tile.querySelector(".name span").textContent = name;
        tile.querySelector(".unit").textContent = unit ?? "";
        tile.addEventListener("click", () => this.press(name, tile));
        this.places.set(name, { tile, value: tile.querySelector("b") });
        return item;
      }),
    );
  }

  press(name, tile) {
    const shown = tile.getAttribute("aria-pressed") !== "true";
    tile.setAttribute("aria-pressed", String(shown));
    this.pressed(name, shown);
  }

  /** Show new values, by column; columns without a tile get one. */
  show(values) {
    if (this.places.size === 0) this.offer(Object.keys(values).map((name) => ({ name })));
    for (const [name, value] of Object.entries(values)) {
      const place = this.places.get(name);
      if (place) place.value.textContent = readable(value);
    }
  }

  /** Make the tiles the legend of these Plotly traces; say whether each has a tile. */
  link(traces) {
    for (const [name, { tile }] of this.places) {
      const index = traces.findIndex((trace) => trace.name === name);
      tile.disabled = index < 0;
      if (tile.disabled) tile.setAttribute("aria-pressed", "true");
      else tile.dataset.line = String((index % LINES) + 1);
      const colour = traces[index]?.line?.color;
      if (typeof colour === "string") tile.style.setProperty("--line", colour);
    }
    return traces.every((trace) => this.places.has(trace.name));
  }

  /** The columns whose lines were switched off. */
  hidden() {
    return [...this.places.keys()].filter(
      (name) => this.places.get(name).tile.getAttribute("aria-pressed") === "false",
    );
  }
}

export class Rows {
  /** Fill `table`, which lies in `card`, hidden while there are no rows. */
  constructor(card, table) {
    this.card = card;
    this.table = table;
    this.rows = [];
  }

  /** Show these rows, oldest first; `columns` gives the units. */
  show(rows, columns) {
    this.rows = rows;
    this.card.hidden = rows.length === 0;
    if (rows.length === 0) return;
    const units = new Map(columns.map(({ name, unit }) => [name, unit]));
    const names = Object.keys(rows[0]).filter((name) => name !== "time");
    const head = line("th", ["time", ...names]);
    ["UTC", ...names.map((name) => units.get(name) ?? "")].forEach((unit, index) => {
      head.cells[index].append(Object.assign(document.createElement("span"), { textContent: unit }));
    });
    this.table.tHead.replaceChildren(head);
    const body = [...rows].reverse().map((row) => {
      return line("td", [clock(row.time), ...names.map((name) => readable(row[name]))]);
    });
    this.table.tBodies[0].replaceChildren(...body);
  }

  /** Add points, as `update_data` brings them, to the rows that are shown. */
  add(points, columns) {
    if (this.rows.length === 0 || !Array.isArray(points.time)) return;
    const names = Object.keys(this.rows[0]);
    const added = points.time.map((_, index) =>
      Object.fromEntries(names.map((name) => [name, points[name]?.[index] ?? null])),
    );
    this.show([...this.rows, ...added].slice(-NEWEST), columns);
  }
}

function line(kind, texts) {
  const row = document.createElement("tr");
  for (const text of texts) {
    const cell = document.createElement(kind);
    if (kind === "th") cell.scope = "col";
    cell.textContent = text;
    row.append(cell);
  }
  return row;
}
