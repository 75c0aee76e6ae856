// The wire view: each packet as it passes, decoded. While it is closed it listens to nothing.

import { decoded, pretty } from "./packets.js";

const KEPT = 200; // packets that are shown; the oldest go first
const SHORT = 160; // letters of a payload that are shown in its line

export class Wire {
  /** Show packets in `panel`, a `details` element with a list and three buttons in it. */
  constructor(panel) {
    this.panel = panel;
    this.list = panel.querySelector("ol");
    this.note = panel.querySelector(".note");
    this.pause = panel.querySelector("[data-do=pause]");
    this.engine = null;
    this.listening = null;
    this.waiting = []; // packets that are not shown yet, oldest first
    this.passed = 0; // while it was paused
    this.paused = false;
    panel.addEventListener("toggle", () => this.listen());
    this.pause.addEventListener("click", () => this.hold(!this.paused));
    panel.querySelector("[data-do=clear]").addEventListener("click", () => this.clear());
  }

  /** Listen to this engine from now on, while the panel is open. */
  watch(engine) {
    this.engine = engine;
    this.listen();
  }

  listen() {
    const wanted = this.panel.open ? this.engine : null;
    if (wanted === this.listening) return;
    const told = {
      packet: (packet) => this.add("in", decoded(packet)),
      packetCreate: (packet) => this.add("out", decoded(packet)),
      upgrade: ({ name }) => this.add("note", { kind: `goes on over ${name}` }),
      close: (reason) => this.add("note", { kind: `connection closed: ${reason}` }),
    };
    for (const [event, tell] of Object.entries(this.told ?? {})) this.listening.off(event, tell);
    this.listening = wanted;
    this.told = wanted ? told : null;
    for (const [event, tell] of Object.entries(this.told ?? {})) wanted.on(event, tell);
    const name = wanted?.transport?.name;
    if (name && this.list.childElementCount === 0) this.add("note", { kind: `listening on ${name}` });
  }

  hold(paused) {
    this.paused = paused;
    this.passed = 0;
    this.pause.setAttribute("aria-pressed", String(paused));
    if (!paused) this.draw();
    this.count();
  }

  clear() {
    this.waiting = [];
    this.passed = 0;
    this.list.replaceChildren();
    this.count();
  }

  add(way, packet) {
    this.waiting.push({ ...packet, way, at: new Date() });
    if (this.waiting.length > KEPT) this.waiting.shift();
    if (this.paused) this.passed += 1;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (!this.paused) this.draw();
      this.count();
    });
  }

  count() {
    this.note.textContent = this.paused ? `Paused; ${this.passed} passed since` : "";
  }

  draw() {
    const rows = this.waiting.splice(0).reverse().map(row);
    this.list.prepend(...rows);
    while (this.list.childElementCount > KEPT) this.list.lastElementChild.remove();
  }
}

const WAYS = { in: ["←", "from the server"], out: ["→", "to the server"], note: ["·", ""] };

function row({ way, at, kind, event, namespace, ack, bytes, payload = "" }) {
  const item = document.createElement("li");
  item.dataset.way = way;
  const line = document.createElement(payload ? "summary" : "div");
  const [arrow, words] = WAYS[way];
  const show = (name, text, spoken = "") => {
    const part = document.createElement("span");
    part.className = name;
    part.textContent = text;
    if (spoken) {
      part.setAttribute("role", "img");
      part.setAttribute("aria-label", spoken);
    }
    line.append(part, " ");
  };
  show("at", at.toISOString().slice(11, 23));
  show("way", arrow, words);
  show("kind", kind);
  show("event", [event, namespace, ack && `#${ack}`].filter(Boolean).join(" "));
  show("bytes", bytes === undefined ? "" : `${bytes.toLocaleString("en")} B`);
  show("short", payload.length > SHORT ? `${payload.slice(0, SHORT)}…` : payload);
  if (!payload) {
    item.append(line);
    return item;
  }
  const details = document.createElement("details");
  details.append(line);
  details.addEventListener("toggle", () => {
    details.querySelector("pre")?.remove();
    if (!details.open) return;
    const whole = document.createElement("pre");
    whole.textContent = pretty(payload);
    details.append(whole);
  });
  item.append(details);
  return item;
}
