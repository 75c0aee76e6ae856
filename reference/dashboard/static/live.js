// What is said over the connection: join a room, and ask where a server has no rooms yet.
//
// Every update has a number. The page shows each once, in order: one that it has shown already is
// ignored, and where one is missing it asks for the whole figure again.

const ANSWER_MS = 2000; // without an answer for this long, a feature counts as not offered yet
const RETRY_MS = 10_000; // until a feature that did not answer is tried once more
const NEWEST_ROWS = 8;

export class Live {
  /** Speak over `socket`; tell `features` what was seen and `view` what is new.
   *
   * `session` can bring back what was missed. `view` has `values(values, time)`, `rows(rows)`,
   * `figure(figure, kept)`, `points(points, window)`, `numbered(number)` and `back(how)`; what is
   * `kept` of the points is {keep, window}.
   */
  constructor(socket, session, features, view) {
    this.socket = socket;
    this.session = session;
    this.features = features;
    this.view = view;
    this.dashboard = null;
    this.columns = null; // the names of those to draw, where there are many
    this.joining = false;
    this.resuming = false;
    this.forget();
    socket.on("data_updated", (message) => this.onValues(message));
    socket.on("update_chart", (message) => this.onChart(message));
    socket.on("update_data", (message) => this.onPush(message));
    setInterval(() => this.tick(), 250);
  }

  forget() {
    this.number = null; // of the newest update shown; null before the first figure
    this.joined = null; // the dashboard whose room we are in
    this.settle();
  }

  /** Nothing is under way: on a new connection no earlier question will be answered. */
  settle() {
    this.early = []; // pushed updates that wait for a figure
    this.pushedAt = -Infinity;
    this.pause = 1000; // ms between the last two pushed updates
    this.asked = { values: null, chart: null }; // {at, after} of a question without an answer yet
    this.askedAt = { values: -Infinity, chart: -Infinity };
    this.beganAt = performance.now();
  }

  /** Show another dashboard, by its id; of many columns draw these. */
  choose(dashboard, columns = null) {
    this.dashboard = dashboard;
    this.columns = columns;
    this.start();
  }

  /** Draw these columns from now on. */
  draw(columns) {
    this.columns = columns;
    if (!this.socket.connected || this.number === null) return;
    this.askChart();
    this.askValues();
  }

  /** A connection was made: come back with what was missed, or start over. */
  begin() {
    if (this.number !== null && this.session.text !== null) this.resume();
    else {
      this.session.renew();
      this.start();
    }
  }

  /** Start over, without what was shown before. */
  start() {
    this.forget();
    if (!this.socket.connected || this.dashboard === null) return;
    this.join();
    this.askValues();
  }

  async resume() {
    const { dashboard, number } = this;
    this.settle();
    this.joining = this.resuming = true;
    const answer = await this.session.resume(number);
    this.joining = this.resuming = false;
    if (!this.socket.connected) return; // the number stays: the next connection resumes from it
    if (this.dashboard !== dashboard) this.join(); // another was chosen meanwhile
    else if (answer?.ok !== true || answer.dashboard !== dashboard) this.start();
    else {
      this.onJoined(dashboard, answer);
      this.features.set("chart", "works");
      this.askValues();
      const { replayed, snapshot } = answer;
      this.view.back({ replayed, snapshot, complete: this.number - number >= replayed });
    }
  }

  async join() {
    if (this.joining) return; // one at a time: a server may handle two in either order
    const dashboard = this.dashboard;
    this.joining = true;
    try {
      const answer = await this.socket
        .timeout(ANSWER_MS)
        .emitWithAck("join_dashboard", { dashboard });
      this.onJoined(dashboard, answer);
    } catch {
      if (this.socket.connected) this.features.set("rooms", "no");
    }
    this.joining = false;
    if (this.dashboard !== dashboard && this.socket.connected) this.join();
  }

  onJoined(dashboard, answer) {
    if (answer?.ok !== true) {
      this.features.set("rooms", "no", answer?.error?.message ?? "");
    } else if (dashboard === this.dashboard) {
      this.joined = dashboard;
      this.joinedAt = performance.now();
      if (this.features.state("rooms") !== "works") {
        this.features.set("rooms", "trying", "joined, waiting for an update");
      }
    }
  }

  askValues() {
    this.asked.values = { at: performance.now() };
    this.askedAt.values = performance.now();
    const { dashboard } = this;
    this.socket.emit("refresh_data", { dashboard, last: NEWEST_ROWS, ...this.chosen() });
  }

  askChart(after = null) {
    this.asked.chart = { at: performance.now(), after, columns: this.columns };
    this.askedAt.chart = performance.now();
    const { dashboard } = this;
    const asked = after === null ? this.chosen() : { after };
    this.socket.emit("update_chart", { dashboard, ...asked });
  }

  chosen() {
    return this.columns === null ? {} : { columns: this.columns };
  }

  /** Whether a figure lacks lines that were chosen, and has not been asked for them. */
  isOfOthers(figure, asked) {
    if (this.columns === null || asked?.columns) return false;
    const names = figure.data.map(({ name }) => name);
    return !this.columns.every((name) => names.includes(name));
  }

  onValues(message) {
    if (message?.dashboard !== this.dashboard) return;
    this.asked.values = null;
    this.features.set("values", "works");
    this.features.set("rows", Array.isArray(message.rows) ? "works" : "no");
    this.view.values(message.values ?? {}, message.time);
    if (Array.isArray(message.rows)) this.view.rows(message.rows.slice(-NEWEST_ROWS));
  }

  onChart(message) {
    if (message?.dashboard !== this.dashboard) return;
    const asked = this.asked.chart;
    this.asked.chart = null;
    if (message.figure === undefined) this.onMissed(message, asked);
    else if (typeof message.figure !== "object" || !Array.isArray(message.figure?.data)) {
      this.features.set("chart", "no", "an answer came, but its figure is no Plotly figure");
    } else if (this.isOfOthers(message.figure, asked)) {
      this.askChart();
    } else if (this.number === null || this.resuming || message.number >= this.number) {
      this.features.set("chart", "works");
      this.advance(message.number);
      this.view.figure(message.figure, message);
      if (!this.resuming) this.view.back({}); // where the connection was lost, this is a new start
      const early = this.early.sort((one, other) => one.number - other.number);
      this.early = [];
      early.forEach((update) => this.take(update));
    }
  }

  onMissed(message, asked) {
    this.features.set("chart", "works");
    if (message.number <= this.number) return;
    // A late answer may be to an earlier question; a server that does not say is taken for quick.
    if ((message.after ?? asked?.after) !== this.number) {
      // These points overlap with what is shown: pushed updates, or another answer, came in between.
      this.askChart(this.number);
      return;
    }
    this.advance(message.number);
    this.view.points(message.points ?? {}, message.window);
    const quiet = performance.now() - Math.max(this.pushedAt, this.joinedAt ?? 0) > ANSWER_MS;
    if (this.joined && quiet) {
      this.features.set("rooms", "no", "joined, but new points are not pushed");
    }
  }

  onPush(message) {
    if (message?.dashboard !== this.dashboard) {
      const joined = this.joined && performance.now() - this.joinedAt > ANSWER_MS;
      if (joined) this.features.set("rooms", "works", `still hears ${message?.dashboard} too`);
      return;
    }
    if (!Number.isInteger(message.number)) {
      this.features.set("rooms", "no", "an update came without a number");
      return;
    }
    if (this.pushedAt > 0) this.pause = performance.now() - this.pushedAt;
    this.pushedAt = performance.now();
    if (this.features.state("rooms") !== "works") this.features.set("rooms", "works");
    if (this.number === null) this.early.push(message);
    else this.take(message);
  }

  take(update) {
    if (update.number <= this.number) return;
    if (update.number > this.number + 1) {
      this.early.push(update);
      if (this.asked.chart === null) this.askChart();
      return;
    }
    this.advance(update.number);
    this.view.points(update.points ?? {}, update.window);
  }

  advance(number) {
    this.number = number;
    this.view.numbered(number);
  }

  tick() {
    if (!this.socket.connected || this.dashboard === null || document.hidden) return;
    if (this.resuming) return;
    const now = performance.now();
    this.giveUp("values", now, ["values", "rows"]);
    this.giveUp("chart", now, ["chart"]);
    if (now - this.pushedAt < Math.max(3000, 3 * this.pause)) return;
    const charted = this.number !== null;
    if (this.asked.chart === null) {
      // The join brings the figure: it is asked for only where that does not happen at once.
      const joined = this.joined === this.dashboard;
      const known = joined ? 3000 : 1000;
      const unknown = this.features.state("chart") === "no" ? RETRY_MS : 500;
      const asked = Math.max(this.askedAt.chart, this.beganAt);
      if (now - asked >= (charted ? known : unknown)) this.askChart(this.number);
    }
    const wait = this.features.state("values") === "no" ? RETRY_MS : 2000;
    if (!charted && this.asked.values === null && now - this.askedAt.values >= wait) {
      this.askValues();
    }
  }

  giveUp(question, now, features) {
    if (this.asked[question] === null || now - this.asked[question].at < ANSWER_MS) return;
    this.asked[question] = null;
    for (const feature of features) {
      // What has worked on this connection is offered: it is only slow now.
      if (this.features.state(feature) !== "works") this.features.set(feature, "no");
    }
  }
}
