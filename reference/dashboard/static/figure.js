// A server's figure, dressed for this page: its colours, text size and shape.

import { look } from "./look.js";

const ARRAYS = {
  f8: Float64Array, f4: Float32Array, i4: Int32Array, u4: Uint32Array,
  i2: Int16Array, u2: Uint16Array, i1: Int8Array, u1: Uint8Array,
}; // prettier-ignore

/** A copy of a trace whose x and y are plain arrays, so that they can grow.
 *
 * Plotly's Python side packs numpy columns into base64, as {"dtype", "bdata"}.
 */
export function plain(trace) {
  const width = Math.max(2, Math.round(look().size * 0.13));
  return { ...trace, x: unpacked(trace.x), y: unpacked(trace.y), line: { width, ...trace.line } };
}

function unpacked(values) {
  if (Array.isArray(values)) return [...values];
  if (values?.bdata === undefined || !(values.dtype in ARRAYS)) return [];
  const bytes = Uint8Array.from(atob(values.bdata), (letter) => letter.charCodeAt(0));
  return Array.from(new ARRAYS[values.dtype](bytes.buffer));
}

/** Text that Plotly shows as it is: it would take some tags for its own. */
export function safe(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The names of the y axes in a layout, the one drawn lowest last. */
function yAxes(layout) {
  const names = Object.keys(layout).filter((name) => /^yaxis\d*$/.test(name));
  if (!names.includes("yaxis")) names.push("yaxis");
  return names.sort((one, other) => top(layout[other]) - top(layout[one]));
}

function top(axis) {
  return axis?.domain?.[1] ?? 1;
}

/** The layout of `figure` with the page's look, for a place of `width` by `height` pixels. */
export function dressed(figure, { width, height, legend }) {
  const { text, quiet, grid, card, lines, family, size } = look();
  const { title, template, ...layout } = figure.layout;
  const small = Math.round(size * 0.8);
  const font = { family, size: small, color: quiet };
  const margin = { l: Math.round(small * 3.4), r: Math.round(small * 1.1), t: small * 2, b: Math.round(small * 3) };
  const axis = {
    color: quiet, gridcolor: grid, linecolor: grid, tickfont: font, zeroline: false, ticks: "",
    fixedrange: matchMedia("(pointer: coarse)").matches,
  }; // prettier-ignore
  const names = yAxes(layout);
  const gap = (small * 2.4) / Math.max(1, height - margin.t - margin.b);
  const bottom = Math.min(...names.map((name) => layout[name]?.domain?.[0] ?? 0));
  const stretched = (share) => (share - bottom) / (1 - bottom);
  const units = [];
  names.forEach((name, index) => {
    const given = layout[name] ?? {};
    const [low, high] = (given.domain ?? [bottom, 1]).map(stretched);
    // The unit stands above its axis, where it takes no width: a lower axis leaves room for it.
    const domain = [low, index > 0 ? Math.max(low + 0.05, high - gap * 0.5) : high];
    units.push(...unit(safe(given.title?.text ?? ""), domain[1], { ...font, color: text }));
    layout[name] = {
      ...given, ...axis, domain, title: undefined, automargin: true, showgrid: true,
      nticks: Math.max(3, Math.round(((domain[1] - domain[0]) * height) / (small * 4))),
      rangemode: given.rangemode ?? zeroIsNear(figure.data, name),
    }; // prettier-ignore
  });
  const lowest = names.at(-1);
  return {
    ...layout,
    xaxis: {
      ...layout.xaxis, ...axis, showgrid: false, showline: true, title: undefined,
      anchor: lowest.replace("axis", ""), nticks: Math.max(3, Math.round(width / (small * 10))),
    }, // prettier-ignore
    annotations: [...(layout.annotations ?? []), ...units],
    autosize: true, font, margin, colorway: lines, showlegend: legend,
    legend: { orientation: "h", y: 1.02, yanchor: "bottom", font: { ...font, color: text } },
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    hovermode: "x unified", hoverlabel: { bgcolor: card, bordercolor: grid, font: { ...font, color: text } },
    dragmode: axis.fixedrange ? false : "zoom", uirevision: figure.data,
  }; // prettier-ignore
}

/** The shape that marks a gap, {from, to, words}: a dashed line, or a tinted stretch. */
export function gapMark({ from, to, words }) {
  const { wait, size, family } = look();
  const font = { family, size: Math.round(size * 0.8), color: wait };
  return {
    type: to === null ? "line" : "rect", xref: "x", x0: from, x1: to ?? from, yref: "paper", y0: 0, y1: 1,
    layer: "below", fillcolor: `${wait}33`, line: { color: wait, width: to === null ? 2 : 0, dash: "dash" },
    label: { text: words, font, textangle: 0, xanchor: "right", textposition: to === null ? "end" : "top right" },
  }; // prettier-ignore
}

function unit(words, y, font) {
  if (!words) return [];
  return [
    { text: words, xref: "paper", x: 0, xanchor: "left", yref: "paper", y, yanchor: "bottom", showarrow: false, font },
  ]; // prettier-ignore
}

/** "tozero" where the numbers on an axis come near zero, so that small ones do not look wild. */
function zeroIsNear(data, axis) {
  const id = axis.replace("axis", "");
  let low = Infinity;
  let high = -Infinity;
  for (const trace of data.filter((trace) => (trace.yaxis ?? "y") === id)) {
    for (const value of trace.y ?? []) {
      if (typeof value !== "number") continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low > high || (low >= 0 && low < 0.6 * high) ? "tozero" : "normal";
}
