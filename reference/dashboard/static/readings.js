// The newest values as tiles, and the newest rows as a table.

import { readable, shortened } from "./numbers.js";
import { instant } from "./zones.js";

const LINES = 8; // the style sheet has this many colours for lines
const NEWEST = 8; // rows that the table grows to

/** A moment on a zone's clocks, such as 2026-01-31T12:00:00.000, as its clock time, or as its date
 * at midnight. */
export function clock(time) {
  const [date, rest = ""] = String(time ?? "–").split("T");
  const at = rest.slice(0, 8);
  return at === "" || at === "00:00:00" ? date : at;
}

/** The name of a column for people: shortened for the eye, whole for the pointer and for ears. */
export function named(name) {
  const short = shortened(name, 24);
  const shown = document.createElement("bdi");
  shown.textContent = short;
  if (short === name) return [shown];
  shown.title = name;
  shown.setAttribute("aria-hidden", "true");
  const whole = document.createElement("span");
  whole.className = "unseen";
  whole.textContent = name.trim() === "" ? short : name;
  return [shown, whole];
}

export class Tiles {
  /** Fill `list`; `pressed` is called with (column, shown) when a tile is pressed. */
  constructor(list, pressed) {
    this.list = list;
    this.pressed = pressed;
    this.tiles = new Map(); // by column, those that were made
    this.values = {}; // the newest, by column
    this.lines = new Map(); // the lines that are drawn, {index, colour} by column; none: unknown yet
    this.offer([]);
  }

  /** Make a tile for each of `columns`, {name, unit}, without values. Of `many`, lines that are not
   * drawn can be pressed too, and `show_only` says which tiles are there. */
  offer(columns, many = false) {
    this.many = many;
    this.list.classList.toggle("many", many);
    this.columns = new Map(columns.map((column) => [column.name, column]));
    this.tiles.clear();
    this.values = {};
    this.lines = null;
    this.list.replaceChildren();
    if (!many) this.showOnly([...this.columns.keys()]);
  }

  /** Have the tiles of these columns, in this order, and no others. */
  showOnly(names) {
    this.list.replaceChildren(...names.map((name) => this.tile(name).item));
    for (const name of names) this.fill(name);
  }

  tile(name) {
    if (!this.tiles.has(name)) this.tiles.set(name, this.make(name));
    return this.tiles.get(name);
  }

  make(name) {
    const item = document.createElement("li");
    item.innerHTML =
      '<button type="button" class="tile" aria-pressed="true" disabled><span class="name">' +
      '<i aria-hidden="true"></i><span></span></span><b>–</b> <span class="unit"></span></button>';
    const tile = item.firstChild;
    const index = [...this.columns.keys()].indexOf(name);
    tile.dataset.line = String((index % LINES) + 1);
    tile.querySelector(".name span").append(...named(name));
    tile.querySelector(".unit").textContent = this.columns.get(name)?.unit ?? "";
    tile.addEventListener("click", () => this.press(name, tile));
    const made = { item, tile, value: tile.querySelector("b") };
    this.colour(name, made);
    return made;
  }

  press(name, tile) {
    const shown = tile.getAttribute("aria-pressed") !== "true";
    if (this.pressed(name, shown) !== false) tile.setAttribute("aria-pressed", String(shown));
  }

  /** Show new values, by column; columns without a tile get one. */
  show(values) {
    if (this.columns.size === 0) this.offer(Object.keys(values).map((name) => ({ name })));
    Object.assign(this.values, values);
    for (const name of this.tiles.keys()) this.fill(name);
  }

  fill(name) {
    const { item, value } = this.tiles.get(name);
    const text = readable(this.values[name]);
    if (item.isConnected && value.textContent !== text) value.textContent = text;
  }

  /** Make the tiles the legend of these Plotly traces; say whether each has a tile. */
  link(traces) {
    this.lines = new Map(traces.map(({ name, line }, index) => [name, { index, colour: line?.color }]));
    for (const [name, made] of this.tiles) this.colour(name, made);
    return traces.every(({ name }) => this.columns.has(name));
  }

  colour(name, { tile }) {
    if (this.lines === null) return;
    const line = this.lines.get(name);
    tile.disabled = !line && !this.many;
    if (!line) tile.setAttribute("aria-pressed", String(!this.many));
    else {
      if (this.many) tile.setAttribute("aria-pressed", "true");
      tile.dataset.line = String((line.index % LINES) + 1);
    }
    if (typeof line?.colour === "string") tile.style.setProperty("--line", line.colour);
  }

  /** The columns whose lines were switched off. */
  hidden() {
    return [...this.tiles.keys()].filter(
      (name) => this.tiles.get(name).tile.getAttribute("aria-pressed") === "false",
    );
  }
}

export class Rows {
  /** Fill `table`, which lies in `card`, hidden while there are no rows; times are those of the
   * zone that `zones` has. */
  constructor(card, table, zones) {
    this.card = card;
    this.table = table;
    this.zones = zones;
    this.rows = [];
    this.columns = [];
  }

  /** Show these rows, oldest first; `columns` gives the units. */
  show(rows, columns) {
    this.rows = rows;
    this.columns = columns;
    this.draw();
  }

  /** Write the table. */
  draw() {
    const { rows, columns } = this;
    this.card.hidden = rows.length === 0;
    if (rows.length === 0) return;
    const units = new Map(columns.map(({ name, unit }) => [name, unit]));
    const names = Object.keys(rows[0]).filter((name) => name !== "time");
    const head = line("th", [["time"], ...names.map(named)]);
    [this.zones.name, ...names.map((name) => units.get(name) ?? "")].forEach((unit, index) => {
      head.cells[index].append(Object.assign(document.createElement("span"), { textContent: unit }));
    });
    this.table.tHead.replaceChildren(head);
    const walls = rows.map((row) => this.zones.wall(instant(row.time)));
    const sameDay = walls.every((wall) => wall.slice(0, 10) === walls[0].slice(0, 10));
    const body = rows.map((row, index) => {
      const [date, at] = [walls[index].slice(0, 10), clock(walls[index])];
      const time = sameDay || at === date ? at : `${date} ${at}`;
      return line("td", [[time], ...names.map((name) => [readable(row[name])])]);
    });
    this.table.tBodies[0].replaceChildren(...body.reverse());
  }

  /** Add points, as `update_data` brings them, to the rows that are shown. */
  add(points, columns) {
    if (this.rows.length === 0 || !Array.isArray(points.time)) return;
    const names = Object.keys(this.rows[0]);
    const added = points.time.slice(-NEWEST).map((time, index, { length }) => {
      const at = points.time.length - length + index;
      return Object.fromEntries(names.map((name) => [name, points[name]?.[at] ?? null]));
    });
    const rows = [...this.rows, ...added].sort((one, other) => instant(one.time) - instant(other.time));
    this.show(rows.slice(-NEWEST), columns);
  }
}

function line(kind, contents) {
  const row = document.createElement("tr");
  for (const content of contents) {
    const cell = document.createElement(kind);
    if (kind === "th") cell.scope = "col";
    cell.append(...content);
    row.append(cell);
  }
  return row;
}
