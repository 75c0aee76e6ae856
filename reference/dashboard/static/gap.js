// A lost connection, told where everybody looks: on the chart, and in a line above it.

const STAYS = 9000; // ms that the line stays after the return

export class Gap {
  /** Write into `badge`, and mark `chart`. */
  constructor(badge, chart) {
    this.badge = badge;
    this.chart = chart;
    this.lostAt = null;
  }

  /** The connection was lost; nothing is said while there is no chart to miss anything in. */
  lost() {
    if (this.lostAt !== null || !this.chart.figure) return;
    this.lostAt = performance.now();
    clearTimeout(this.timer);
    this.chart.lost();
    this.say("lost", "Connection lost: nothing arrives");
    // The seconds are for the eyes alone: a screen reader should not count along.
    const seconds = document.createElement("span");
    seconds.setAttribute("aria-hidden", "true");
    this.badge.append(seconds);
    this.counting = setInterval(() => (seconds.textContent = ` · ${this.seconds()}`), 100);
  }

  seconds() {
    const seconds = (performance.now() - this.lostAt) / 1000;
    return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  }

  /** The connection is back: with `replayed` updates, all of them where `complete`; with a
   * `snapshot`, a whole figure; or with neither, where the page joined anew. */
  back({ replayed = 0, complete = false, snapshot = false }) {
    if (this.lostAt === null) return;
    const after = `Back after ${this.seconds()}`;
    const updates = `${replayed} update${replayed === 1 ? "" : "s"} replayed`;
    this.forget();
    if (snapshot) this.say("back", `${after}: too much was missed, so the whole chart was sent`);
    else if (complete) {
      this.say("back", replayed ? `${after}: ${updates}, none lost` : `${after}: nothing was missed`);
      this.chart.filled(updates);
    } else this.say("anew", `${after}: the chart was sent anew`);
    this.timer = setTimeout(() => this.forget(), STAYS);
  }

  /** Say nothing any more. */
  forget() {
    clearInterval(this.counting);
    clearTimeout(this.timer);
    this.lostAt = null;
    this.badge.replaceChildren();
  }

  say(kind, words) {
    this.badge.dataset.kind = kind;
    this.badge.textContent = words;
  }
}
