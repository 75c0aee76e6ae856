// The Plotly chart: a figure drawn once, then longer by each update's points.

import { plotly } from "./libraries.js";
import { dressed, gapMark, plain, safe } from "./figure.js";
import { readable, shortened } from "./numbers.js";
import { added } from "./window.js";
import { instant } from "./zones.js";

const QUIET = { displayModeBar: false, responsive: true, doubleClick: "reset" };

export class Chart {
  /** Draw into `place`, with times in the zone that `zones` has; `told` is called with how much
   * is drawn, {first, last, window}. */
  constructor(place, zones, told) {
    this.place = place;
    this.zones = zones;
    this.told = told;
    this.figure = null;
    this.lines = []; // the points of each trace: {name, times, values}, in ms since 1970
    this.newest = null; // the time of the newest point
    this.gap = null; // {from, to, words} where points came late; `to` is null while they are missing
    this.frame = null;
  }

  /** Whether there is a chart to see. */
  get isDrawn() {
    return Boolean(this.place.data);
  }

  /** Draw a figure. Its lines keep the points of the server's `window`, {since, step}; where it
   * has none, `keep` points each. */
  async show(figure, { keep, window }, { legend, hidden }) {
    this.gap = null;
    this.keep = window ? undefined : keep;
    this.window = window;
    const data = figure.data.map(plain);
    this.lines = data.map(({ name, x, y }) => ({ name, times: x.map(instant), values: y }));
    data.forEach((trace, index) => {
      if (hidden.includes(trace.name)) trace.visible = "legendonly";
      trace.name = safe(shortened(String(trace.name ?? `trace ${index}`)));
      trace.hovertemplate ??= "%{text}";
    });
    this.figure = { data, layout: figure.layout ?? {} };
    this.legend = legend;
    this.add({ time: [] }, window);
    this.write();
    const Plotly = await plotly;
    if (!Plotly || this.figure?.data !== data) return;
    await Plotly.react(this.place, data, this.dress(), QUIET);
    if (performance.getEntriesByName("first-chart").length === 0) performance.mark("first-chart");
  }

  /** Put the theme, the text size, the shape and the zone of the page on the chart again. */
  async redress() {
    const Plotly = await plotly;
    if (!Plotly || !this.figure || !this.place.data) return;
    this.write();
    const { data } = this.figure;
    await Plotly.react(this.place, data, this.dress(), QUIET);
  }

  dress() {
    const { clientWidth: width, clientHeight: height } = this.place;
    const layout = dressed(this.figure, { width, height, legend: this.legend });
    return { ...layout, shapes: [...(layout.shapes ?? []), ...this.marks()] };
  }

  marks() {
    if (!this.gap) return [];
    const { from, to, words } = this.gap;
    return [gapMark({ from: this.at(from), to: to === null ? null : this.at(to), words })];
  }

  /** Mark the newest point as the last one before the connection was lost. */
  lost() {
    this.gap = this.newest === null ? null : { from: this.newest, to: null, words: "lost" };
    this.mark();
  }

  /** Mark what came since then, with these words. */
  filled(words) {
    if (this.gap) this.gap = this.gap.from === this.newest ? null : { ...this.gap, to: this.newest, words };
    this.mark();
  }

  async mark() {
    const Plotly = await plotly;
    if (!Plotly || !this.figure || this.place.data !== this.figure.data) return;
    const shapes = [...(this.figure.layout.shapes ?? []), ...this.marks()];
    await Plotly.relayout(this.place, { shapes });
  }

  /** Take the mark away as its points leave: it would hold the axis back. */
  trim() {
    const first = this.lines[0]?.times[0];
    if (!this.gap || first === undefined || this.gap.from >= first) return;
    const gone = this.gap.to === null || this.gap.to <= first;
    this.gap = gone ? null : { ...this.gap, from: first };
    this.mark();
  }

  /** Make the lines longer by `points`, {"time": [...], "<line>": [...]}, at the next frame. */
  extend(points, window) {
    if (!this.figure || !Array.isArray(points.time)) return;
    this.add(points, window);
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  add(points, window) {
    if (window) this.window = { ...this.window, step: 0, ...window };
    const times = points.time.map(instant);
    for (const line of this.lines) {
      const values = Array.isArray(points[line.name]) ? points[line.name] : null;
      const more = values ? { times, values } : { times: [], values: [] };
      Object.assign(line, added(line, more, this.window));
      if (!this.keep) continue;
      line.times = line.times.slice(-this.keep);
      line.values = line.values.slice(-this.keep);
    }
    const last = this.lines[0]?.times.at(-1);
    this.newest = Number.isFinite(last) ? last : null;
  }

  /** Write the points into the traces: times in the zone, and the texts under the pointer. */
  write() {
    const first = this.lines[0]?.times[0];
    this.at = this.zones.axis(first, this.newest);
    this.lines.forEach(({ times, values }, index) => {
      const trace = this.figure.data[index];
      trace.x = times.map(this.at);
      trace.y = values;
      trace.text = values.map(readable);
    });
    this.told({ first, last: this.newest, window: this.window });
  }

  async draw() {
    this.frame = null;
    const Plotly = await plotly;
    if (!Plotly || !this.place.data || this.place.data !== this.figure?.data) return;
    this.write();
    await Plotly.redraw(this.place);
    this.trim();
  }

  /** Show or hide the line of that name. */
  async toggle(name, shown) {
    const Plotly = await plotly;
    const index = this.lines.findIndex((line) => line.name === name);
    if (Plotly && this.figure && index >= 0) {
      Plotly.restyle(this.place, { visible: shown || "legendonly" }, [index]);
    }
  }

  /** Take the chart away. */
  async clear() {
    this.figure = null;
    this.lines = [];
    this.gap = null;
    const Plotly = await plotly;
    if (Plotly && !this.figure) Plotly.purge(this.place);
  }
}
