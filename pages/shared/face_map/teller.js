// Tells the server what happened, where it listens: the epoch in view when the hand rests, choices at once.
const QUIET = 100; // milliseconds a moving hand must rest
const LONG = 350; // the first epoch after so long is told at once

export class Teller {
  constructor(component) {
    this.component = component;
    this.count = Date.now(); // a page that was reloaded must not repeat the numbers of the last one
  }

  tell(name, value) {
    if (!this.component.data.heard.includes(name)) return;
    this.component.setStateValue(name, { value, count: ++this.count });
  }

  // The epoch that the server put in view itself is no news to it.
  start(epoch) {
    this.wanted = this.told = epoch;
  }

  frame(epoch) {
    if (epoch === this.wanted) return;
    this.wanted = epoch;
    clearTimeout(this.timer);
    const say = () => {
      if (epoch === this.told) return;
      this.told = epoch;
      this.saidAt = performance.now();
      this.tell("frame", epoch);
    };
    if (performance.now() - (this.saidAt ?? -1e9) > LONG) say();
    else this.timer = setTimeout(say, QUIET);
  }

  end() {
    clearTimeout(this.timer);
  }
}
