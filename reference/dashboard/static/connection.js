// The Socket.IO connection: it is tried again for ever, patiently, and its state is told.

import { io } from "./libraries.js";

const PATIENCE = 5000; // ms for the server to take up a connection
const SILENT_AFTER = 10_000; // ms without a word, though the page asks every few seconds
const OFFLINE_AFTER = 10_000; // ms without a connection until "reconnecting" becomes "offline"
const LONGEST = 60; // seconds that a server can send a page away for

export class Connection {
  /** Connect below `root`, a URL, as who `credentials` say; `tell` is called with (state, words)
   * at each change, and `made` with each new engine.
   *
   * The states: trying, connected, reconnecting, offline, absent (the server has no Socket.IO)
   * and refused.
   */
  constructor(root, credentials, tell, made) {
    this.credentials = credentials;
    this.tell = tell;
    this.made = made;
    this.failures = 0;
    this.words = "Reconnecting…";
    this.lostAt = null;
    this.shortLived = 0; // how many connections in a row were lost soon
    this.planned = null; // {words, delay} of a loss that was announced
    // Polling first, then WebSocket, unless the address asks for one of the two.
    const wanted = new URLSearchParams(location.search).get("transport");
    const transports = ["polling", "websocket"].filter((name) => name === wanted);
    // The library's own repeats are off: how long to wait depends on what went wrong.
    this.socket = io(root.origin, {
      path: `${root.pathname}socket.io`,
      reconnection: false,
      autoConnect: false,
      auth: (show) => this.authenticate(show),
      ...(transports.length > 0 && { transports }),
    });
    this.socket.on("connect", () => this.connected());
    this.socket.on("connect_error", (error) => this.failed(error));
    this.socket.on("disconnect", (reason) => this.lost(reason));
    this.socket.on("goodbye", (message) => this.sentAway(message));
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
    this.planned = null;
    this.socket.connect();
    this.made(this.socket.io.engine);
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => this.unanswered(), PATIENCE);
  }

  async authenticate(show) {
    const { engine } = this.socket.io;
    const shown = await this.credentials.get();
    if (engine === this.socket.io.engine) show(shown);
  }

  connected() {
    clearTimeout(this.deadline);
    this.words = "Reconnecting…"; // what to say when this connection is lost
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
    } else if (/^token_/.test(error.message) && this.failures === 1) {
      this.waiting(); // each try shows a fresh token
      this.again(300);
    } else if (status >= 400 || !this.socket.active) {
      const reference = error.data?.reference ? `, reference ${error.data.reference}` : "";
      const why = `${status || error.message}${reference}`;
      this.tell("refused", `The server refused the connection (${why})`);
      this.again(Math.min(30_000, 5000 * 2 ** (this.failures - 1)));
    } else {
      this.waiting();
      this.again(Math.min(4000, 500 * 2 ** (this.failures - 1)));
    }
  }

  lost(reason) {
    if (reason === "parse error") this.words = "Reconnecting: the server sent something that is not JSON";
    this.lostAt = Date.now();
    if (this.planned) {
      this.words = this.planned.words;
      this.again(this.planned.delay);
    } else {
      this.shortLived = this.lostAt - this.connectedAt < 5000 ? this.shortLived + 1 : 0;
      this.again(Math.min(15_000, 500 * 2 ** this.shortLived));
    }
    this.tell("reconnecting", this.words);
  }

  sentAway(message) {
    const seconds = Math.min(LONGEST, Math.max(0, Number(message?.reconnect_in) || 0));
    const words = "The server restarts; back in a moment";
    this.planned = { words, delay: seconds * 1000 };
    this.say = () => this.tell("reconnecting", words);
    this.say();
  }

  /** Close the transport without a goodbye, as a network does that fails; come back after `delay`
   * ms. */
  cut(delay) {
    if (!this.socket.connected || this.planned) return;
    this.planned = { words: "You have cut the connection", delay };
    const { transport } = this.socket.io.engine;
    transport.ws?.close();
    transport.onClose(); // at once, as when nobody answers: not when the server has agreed
  }

  waiting() {
    this.lostAt ??= Date.now();
    if (Date.now() - this.lostAt < OFFLINE_AFTER) this.tell("reconnecting", this.words);
    else this.tell("offline", "Offline: the server does not answer");
  }

  again(delay) {
    // A roomful of browsers that lost one server should not come back in one instant.
    this.timer = setTimeout(() => this.open(), delay * (0.75 + Math.random() / 2));
  }

  hurry() {
    if (this.planned) return;
    if (this.timer !== undefined && Date.now() - this.triedAt > 2000) this.open();
  }
}
