// The Plotly chart: a figure drawn once, then longer by each update's points.

import { plotly } from "./libraries.js";
import { dressed, gapMark, plain } from "./figure.js";

const QUIET = { displayModeBar: false, responsive: true, doubleClick: "reset" };

export class Chart {
  /** Draw into `place`. */
  constructor(place) {
    this.place = place;
    this.figure = null;
    this.waiting = []; // points that are not drawn yet
    this.newest = null; // the time of the newest point
    this.gap = null; // {from, to, words} where points came late; `to` is null while they are missing
    this.frame = null;
  }

  /** Whether there is a chart to see. */
  get isDrawn() {
    return Boolean(this.place.data);
  }

  /** Draw a figure; keep at most `keep` points a line. Returns the names of its lines. */
  async show(figure, keep, { legend, hidden }) {
    this.waiting = [];
    this.gap = null;
    const data = figure.data.map(plain);
    for (const trace of data) if (hidden.includes(trace.name)) trace.visible = "legendonly";
    this.figure = { data, layout: figure.layout ?? {} };
    this.newest = data[0]?.x.at(-1) ?? null;
    this.keep = keep;
    this.legend = legend;
    const Plotly = await plotly;
    if (!Plotly || this.figure?.data !== data) return;
    await Plotly.react(this.place, data, this.dress(), QUIET);
    if (performance.getEntriesByName("first-chart").length === 0) performance.mark("first-chart");
  }

  /** Put the theme, the text size and the shape of the page on the chart again. */
  async redress() {
    const Plotly = await plotly;
    if (!Plotly || !this.figure || !this.place.data) return;
    const { data } = this.figure;
    await Plotly.react(this.place, data, this.dress(), QUIET);
  }

  dress() {
    const { clientWidth: width, clientHeight: height } = this.place;
    const layout = dressed(this.figure, { width, height, legend: this.legend });
    return { ...layout, shapes: [...(layout.shapes ?? []), ...this.marks()] };
  }

  marks() {
    return this.gap ? [gapMark(this.gap)] : [];
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
    const first = this.place.data[0]?.x[0];
    if (!this.gap || first === undefined || Date.parse(this.gap.from) >= Date.parse(first)) return;
    const gone = this.gap.to === null || Date.parse(this.gap.to) <= Date.parse(first);
    this.gap = gone ? null : { ...this.gap, from: first };
    this.mark();
  }

  /** Make the lines longer by `points`, {"time": [...], "<line>": [...]}, at the next frame. */
  extend(points) {
    if (!this.figure || !Array.isArray(points.time)) return;
    this.waiting.push(points);
    this.newest = points.time.at(-1) ?? this.newest;
    // No frames come while the page is in the background: keep what will still be seen.
    if (this.keep && this.waiting.length > this.keep) this.waiting.shift();
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  async draw() {
    this.frame = null;
    const Plotly = await plotly;
    if (!Plotly || !this.place.data || this.place.data !== this.figure?.data) return;
    const waiting = this.waiting.splice(0);
    const x = [];
    const y = [];
    const lines = [];
    this.place.data.forEach((trace, index) => {
      const mine = waiting.filter((points) => Array.isArray(points[trace.name]));
      if (mine.length === 0) return;
      x.push(mine.flatMap((points) => points.time));
      y.push(mine.flatMap((points) => points[trace.name]));
      lines.push(index);
    });
    if (lines.length > 0) Plotly.extendTraces(this.place, { x, y }, lines, this.keep);
    this.trim();
  }

  /** Show or hide the line of that name. */
  async toggle(name, shown) {
    const Plotly = await plotly;
    const index = this.figure?.data.findIndex((trace) => trace.name === name) ?? -1;
    if (Plotly && index >= 0) Plotly.restyle(this.place, { visible: shown || "legendonly" }, [index]);
  }

  /** Take the chart away. */
  async clear() {
    this.figure = null;
    this.gap = null;
    this.waiting = [];
    const Plotly = await plotly;
    if (Plotly && !this.figure) Plotly.purge(this.place);
  }
}
