// The Plotly chart: a figure drawn once, then longer by each update's points.

import { plotly } from "./libraries.js";
import { dressed, plain } from "./figure.js";

const QUIET = { displayModeBar: false, responsive: true, doubleClick: "reset" };

export class Chart {
  /** Draw into `place`. */
  constructor(place) {
    this.place = place;
    this.figure = null;
    this.waiting = []; // points that are not drawn yet
    this.frame = null;
  }

  /** Draw a figure; keep at most `keep` points a line. Returns the names of its lines. */
  async show(figure, keep, { legend, hidden }) {
    this.waiting = [];
    const data = figure.data.map(plain);
    for (const trace of data) if (hidden.includes(trace.name)) trace.visible = "legendonly";
    this.figure = { data, layout: figure.layout ?? {} };
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
    return dressed(this.figure, { width, height, legend: this.legend });
  }

  /** Make the lines longer by `points`, {"time": [...], "<line>": [...]}, at the next frame. */
  extend(points) {
    if (!this.figure || !Array.isArray(points.time)) return;
    this.waiting.push(points);
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
    this.waiting = [];
    const Plotly = await plotly;
    if (Plotly && !this.figure) Plotly.purge(this.place);
  }
}
