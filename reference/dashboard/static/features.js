// What the server offers, one line a feature, by what was seen; never by asking it.

const FEATURES = [
  { name: "pages", title: "Pages and API", lab: 2 },
  { name: "connection", title: "Live connection", lab: 3 },
  { name: "values", title: "Newest values", lab: 3 },
  { name: "rows", title: "Table of rows", lab: 4 },
  { name: "chart", title: "Chart", lab: 5 },
  { name: "rooms", title: "Live rooms", lab: 6 },
  // These are seen once they work: a server of an earlier lab need not answer for them.
  { name: "sessions", title: "Coming back without loss", lab: 9, later: true },
  { name: "audience", title: "Audience", lab: 11, later: true },
];

const WORDS = {
  works: "works",
  trying: "trying…",
  no: "not offered yet",
  unknown: "cannot be tried",
};

export class Features {
  /** Build the list; `changed` is called with (name, state) at each change. */
  constructor(list, changed) {
    this.changed = changed;
    this.lines = new Map();
    for (const { name, title, lab, later = false } of FEATURES) {
      const line = document.createElement("li");
      line.dataset.feature = name;
      line.hidden = later;
      line.innerHTML =
        '<span class="mark" aria-hidden="true"></span><span class="what"></span>' +
        '<span class="how"></span><span class="detail" hidden></span>';
      line.querySelector(".what").textContent = `${title} (lab ${lab})`;
      list.append(line);
      this.lines.set(name, line);
      this.set(name, "trying");
    }
  }

  /** Say that a feature "works", is being tried ("trying"), is not offered yet ("no"), or that a
   * file is missing to try it ("unknown"). */
  set(name, state, detail = "") {
    const line = this.lines.get(name);
    const about = line.querySelector(".detail");
    if (about.textContent !== detail) {
      about.textContent = detail;
      about.hidden = !detail;
    }
    if (line.dataset.state === state) return;
    line.dataset.state = state;
    if (state === "works") line.hidden = false;
    line.querySelector(".how").textContent = WORDS[state];
    this.changed(name, state);
  }

  /** The state of a feature, as `set` takes it. */
  state(name) {
    return this.lines.get(name).dataset.state;
  }

  /** Say nothing of a feature any more, until it works. */
  hide(name) {
    const line = this.lines.get(name);
    line.hidden = true;
    line.dataset.state = "trying";
  }

  /** Set every feature that needs the live connection, and that every server is asked for. */
  setLive(state) {
    for (const name of ["values", "rows", "chart", "rooms"]) this.set(name, state);
  }
}
