// Notes how long frames took while the player plays: what the benchmark reads, measured by the page itself.
const KEPT = 4000;

export class Clock {
  constructor() {
    this.reset();
  }

  reset() {
    Object.assign(this, { intervals: [], work: [], last: null });
  }

  // `time` is the frame's own time; `spent` what drawing it cost.
  note(time, spent, playing) {
    if (playing && this.last !== null) this.intervals.push(time - this.last);
    if (playing) this.work.push(spent);
    this.last = playing ? time : null;
    if (this.intervals.length > KEPT) this.reset();
  }
}
