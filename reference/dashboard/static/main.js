// The page: each part is made here, and told of the others only what it needs.

import { Beside } from "./beside.js";
import { Chart } from "./chart.js";
import { Choice } from "./choice.js";
import { Columns } from "./columns.js";
import { Connection } from "./connection.js";
import { Credentials } from "./credentials.js";
import { Features } from "./features.js";
import { Gap } from "./gap.js";
import { Live } from "./live.js";
import { startLook } from "./look.js";
import { duration } from "./numbers.js";
import { Rows, Tiles } from "./readings.js";
import { Rate } from "./rate.js";
import { Session } from "./session.js";
import { Spoken } from "./spoken.js";
import { Wire } from "./wire.js";
import { Zones, instant } from "./zones.js";
import { io, reportMissing } from "./libraries.js";

const CUT = 4000; // ms that the connection stays away when it is cut on purpose

const place = (id) => document.getElementById(id);
const root = new URL(".", document.baseURI);

let dashboards = [];
let columns = [];
let live = null;
let newest = null; // the time of the newest values

const zones = new Zones(place("zone"), place("zone-words"), () => {
  chart.redress();
  rows.draw();
  spoken.renew();
});
const chart = new Chart(place("chart"), zones, tellWindow);
const tiles = new Tiles(place("tiles"), (name, shown) => {
  if (chosen.many) return chosen.toggle(name, shown);
  chart.toggle(name, shown);
});
const chosen = new Columns(place("find"), tiles, (names) => live?.draw(names));
const rows = new Rows(place("rows-card"), place("rows"), zones);
const rate = new Rate(place("rate"));
const gap = new Gap(place("gap"), chart);
const spoken = new Spoken(place("chart"), zones);
const beside = new Beside(place("beside"));
const wire = new Wire(place("wire"));
const choice = new Choice(place("choice"), place("dashboard"), show);
const features = new Features(place("features"), (name, state) => {
  if (name === "chart") noteChart(state);
});

const view = {
  values: (values, time) => hear(values, time),
  rows: (newest) => rows.show(newest, columns),
  numbered: (number) => {
    place("number").textContent = String(number);
    if (!live.resuming) rate.count(); // what is replayed comes all at once
  },
  figure: ({ data, ...figure }, kept) => {
    // A server that draws all columns is asked for a few nevertheless.
    const lines = data.filter(({ name }) => chosen.chosen?.includes(name) ?? true);
    const values = Object.fromEntries(lines.map((trace) => [trace.name, trace.y?.at?.(-1)]));
    newest = null; // a server that has started anew may count from an earlier time
    hear(values, lines[0]?.x?.at?.(-1));
    const linked = tiles.link(lines);
    const hidden = chosen.many ? [] : tiles.hidden();
    const drawn = chart.show({ ...figure, data: lines }, kept, { legend: !linked, hidden });
    drawn.then(() => noteChart(features.state("chart")));
  },
  points: (points, window) => {
    const { time, ...lines } = points;
    const values = Object.fromEntries(Object.entries(lines).map(([name, all]) => [name, all.at(-1)]));
    hear(values, time?.at(-1));
    rows.add(points, columns);
    chart.extend(points, window);
  },
  back: (how) => {
    gap.back(how);
    if (how.complete) features.set("sessions", "works", `${how.replayed} replayed at the last return`);
  },
};

/** Show values, unless they are older than those that are shown. */
function hear(values, time) {
  const at = time ? instant(time) : null;
  if (at !== null && newest !== null && at < newest) return;
  newest = at ?? newest;
  tiles.show(values);
  spoken.hear(values, time, chosen.chosen);
}

/** Say below the chart how far back it goes, and how it is thinned. */
function tellWindow({ first, last, window }) {
  const length = Math.max(window?.length ?? 0, last - first);
  const step = window?.step ? `; of every ${duration(window.step)} the first, lowest, highest and last` : "";
  const said = window && last !== null ? `The last ${duration(length)}${step}.` : "";
  if (place("window").textContent !== said) place("window").textContent = said;
}

function tellRemarks(remarks) {
  const list = place("remarks");
  list.hidden = remarks.length === 0;
  list.replaceChildren(...remarks.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
}

function noteChart(state) {
  // A chart that is there stays in sight while the connection is made again.
  if (state === "trying" && chart.figure) return;
  const missing = !place("missing").hidden;
  // plotly.js is large: on a slow line its figure is there long before it.
  const loading = state === "works" && !chart.isDrawn;
  const shown = loading ? "trying" : state;
  place("chart-card").dataset.state = missing || state === "unknown" ? "no" : shown;
  place("chart-note").textContent = missing
    ? "No chart: a file is missing, see above."
    : state === "no"
      ? "No chart yet: this server does not offer one (lab 5)."
      : loading
        ? "Loading the chart…"
        : "Waiting for the chart…";
}

function show(id) {
  const dashboard = dashboards.find((one) => one.id === id);
  columns = dashboard.columns ?? [];
  place("title").textContent = dashboard.title;
  document.title = `${dashboard.title} · Live dashboard`;
  place("dashboard").setAttribute("aria-labelledby", `choose-${id}`);
  place("number").textContent = "–";
  rate.reset();
  gap.forget();
  spoken.about(dashboard.title, columns);
  beside.offer(dashboards, id);
  tellAudience(id, null);
  zones.offer(dashboard.timezone ?? null);
  tellRemarks(dashboard.remarks ?? []);
  newest = null;
  chosen.offer(id, columns);
  rows.show([], columns);
  chart.clear();
  live?.choose(id, chosen.chosen);
}

async function listDashboards(tries = 0) {
  try {
    const answer = await fetch(new URL("api/dashboards", root), { signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    ({ dashboards } = await answer.json());
    choice.offer(dashboards);
    features.set("pages", "works");
  } catch (error) {
    features.set("pages", "no", `the page works, /api/dashboards does not (${error.message})`);
    // Each try leaves a line in the browser's console, so they soon become rare.
    setTimeout(listDashboards, Math.min(30_000, 3000 * 2 ** tries), tries + 1);
  }
}

function tellAudience(id, count) {
  choice.audience(id, count);
  // A single dashboard has no tab: its heading stands for it.
  const alone = dashboards.length === 1 && count !== null;
  place("watching").textContent = alone ? `watching: ${count}` : "";
}

function tellConnection(state, words) {
  const line = place("connection");
  line.dataset.state = state;
  if (line.textContent !== words) line.textContent = words;
  const states = { connected: "works", absent: "no", refused: "no", missing: "unknown" };
  const known = states[state] ?? "trying";
  features.set("connection", known);
  if (known !== "works") features.setLive(known);
}

function connect() {
  if (!io) {
    tellConnection("missing", "Live connection: a file is missing");
    return;
  }
  const token = place("person").dataset.token;
  const credentials = new Credentials(token && new URL(token, root));
  const connection = new Connection(root, credentials, tellConnection, (engine) => wire.watch(engine));
  const { socket } = connection;
  const session = new Session(socket, (given) => {
    place("cut").hidden = !given;
    if (given) features.set("sessions", "works");
    else ["sessions", "audience"].forEach((name) => features.hide(name));
  });
  live = new Live(socket, session, features, view);
  place("cut").addEventListener("click", () => {
    connection.cut(CUT);
    place("chart-card").scrollIntoView({ block: "nearest" }); // on a phone it is far above
  });
  place("wire").hidden = false;
  let before = false;
  socket.on("disconnect", () => {
    gap.lost();
    rate.reset();
    if (choice.current) tellAudience(choice.current, null);
  });
  socket.on("audience", ({ dashboard, watching } = {}) => {
    if (dashboard !== choice.current || !Number.isInteger(watching)) return;
    features.set("audience", "works");
    tellAudience(dashboard, watching);
  });
  socket.on("remarks", ({ dashboard, remarks } = {}) => {
    if (dashboard === choice.current && Array.isArray(remarks)) tellRemarks(remarks);
  });
  socket.on("connect", () => {
    features.setLive("trying");
    live.begin();
    if (before) listDashboards(); // a server that was restarted may offer others
    before = true;
  });
  socket.on("welcome", ({ user } = {}) => {
    if (!user) return;
    place("person").hidden = false;
    place("person").querySelector("b").textContent = user;
    place("sign-in").textContent = "Change";
  });
  if (choice.current) live.choose(choice.current, chosen.chosen);
  connection.open();
}

startLook(place("theme"), () => chart.redress());
addEventListener("resize", () => chart.redress());
// The open wire view takes some of the chart's height.
place("wire").addEventListener("toggle", () => chart.redress());
reportMissing((sentence) => {
  place("missing").textContent = sentence;
  place("missing").hidden = false;
  noteChart(features.state("chart"));
});
listDashboards();
connect();
