// How many updates a second arrive, over the last ten or so.

const KEPT = 10;

export class Rate {
  /** Show the rate in `place`, renewed each second. */
  constructor(place) {
    this.place = place;
    this.reset();
    setInterval(() => this.show(), 1000);
  }

  /** Forget what was counted. */
  reset() {
    this.times = [];
    this.place.textContent = "–";
  }

  /** Count one update that arrived now. */
  count() {
    this.times = [...this.times, performance.now()].slice(-KEPT);
  }

  show() {
    if (this.times.length < 2) return;
    const first = this.times[0];
    const last = this.times.at(-1);
    const pause = (last - first) / (this.times.length - 1);
    // An update that is overdue makes the rate fall, until the next one comes.
    const until = Math.max(last, performance.now() - pause);
    const perSecond = ((this.times.length - 1) * 1000) / Math.max(1, until - first);
    this.place.textContent = perSecond < 0.05 ? "0.0" : perSecond.toFixed(1);
  }
}
