// The Socket.IO connection: it is tried again for ever, patiently, and its state is told.

import { io } from "./libraries.js";

const PATIENCE = 5000; // ms for the server to take up a connection
const SILENT_AFTER = 10_000; // ms without a word, though the page asks every few seconds
const OFFLINE_AFTER = 10_000; // ms without a connection until "reconnecting" becomes "offline"

export class Connection {
  /** Connect below `root`, a URL; `tell` is called with (state, words) at each change.
   *
   * The states: trying, connected, reconnecting, offline, absent (the server has no Socket.IO)
   * and refused.
   */
  constructor(root, tell) {
    this.tell = tell;
    this.failures = 0;
    this.lostAt = null;
    this.shortLived = 0; // how many connections in a row were lost soon
    // The library's own repeats are off: how long to wait depends on what went wrong.
    this.socket = io(root.origin, {
      path: `${root.pathname}socket.io`,
      reconnection: false,
      autoConnect: false,
    });
    this.socket.on("connect", () => this.connected());
    this.socket.on("connect_error", (error) => this.failed(error));
    this.socket.on("disconnect", (reason) => this.lost(reason));
    // A server that hangs keeps its connections open: the library notices after 45 seconds.
    this.socket.onAny(() => this.heard());
    setInterval(() => this.listen(), 1000);
    // Somebody who has just restarted their server comes back to this page.
    addEventListener("focus", () => this.hurry());
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  open() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.triedAt = Date.now();
    this.socket.connect();
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => this.unanswered(), PATIENCE);
  }

  connected() {
    clearTimeout(this.deadline);
    this.connectedAt = Date.now();
    this.failures = 0;
    this.lostAt = null;
    const { engine } = this.socket.io;
    this.say = () => this.tell("connected", `Connected (${engine.transport.name})`);
    engine.once("upgrade", () => this.say());
    this.silent = true; // until it has spoken: `heard` says that it is connected
    this.heard();
  }

  heard() {
    this.heardAt = Date.now();
    if (this.silent) this.say();
    this.silent = false;
  }

  listen() {
    if (document.hidden) this.heardAt = Date.now(); // a page that nobody sees asks nothing
    if (!this.socket.connected || this.silent) return;
    if (Date.now() - this.heardAt > SILENT_AFTER) {
      this.silent = true;
      this.tell("reconnecting", "Connected, but the server does not answer");
    }
  }

  unanswered() {
    // A handler of `connect` that fails leaves the client without any answer.
    const open = this.socket.io.engine?.readyState === "open";
    this.failures += 1;
    this.socket.disconnect();
    if (open) this.tell("absent", "Live connection: opened, but never confirmed (lab 3)");
    else this.waiting();
    this.again(5000);
  }

  failed(error) {
    clearTimeout(this.deadline);
    this.failures += 1;
    const status = typeof error.description === "number" ? error.description : 0;
    if (status === 404) {
      this.tell("absent", "Live connection: not offered yet (lab 3)");
      // Each try leaves a line in the browser's console, so they soon become rare.
      this.again(Math.min(30_000, 5000 * 2 ** (this.failures - 1)));
    } else if (status >= 400 || !this.socket.active) {
      this.tell("refused", `The server refused the connection (${status || error.message})`);
      this.again(Math.min(30_000, 5000 * 2 ** (this.failures - 1)));
    } else {
      this.waiting();
      this.again(Math.min(4000, 500 * 2 ** (this.failures - 1)));
    }
  }

  lost(reason) {
    const why = reason === "parse error" ? ": the server sent something that is not JSON" : "";
    this.lostAt = Date.now();
    this.shortLived = this.lostAt - this.connectedAt < 5000 ? this.shortLived + 1 : 0;
    this.tell("reconnecting", `Reconnecting${why || "…"}`);
    this.again(Math.min(15_000, 500 * 2 ** this.shortLived));
  }

  waiting() {
    this.lostAt ??= Date.now();
    if (Date.now() - this.lostAt < OFFLINE_AFTER) this.tell("reconnecting", "Reconnecting…");
    else this.tell("offline", "Offline: the server does not answer");
  }

  again(delay) {
    // A roomful of browsers that lost one server should not come back in one instant.
    this.timer = setTimeout(() => this.open(), delay * (0.75 + Math.random() / 2));
  }

  hurry() {
    if (this.timer !== undefined && Date.now() - this.triedAt > 2000) this.open();
  }
}
