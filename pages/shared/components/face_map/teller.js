// Tells figures beside the map and the server what happened: figures at once, the server when the hand rests.
import { announce } from "../browser/follower.js";

const QUIET = 100; // milliseconds a moving hand must rest
const LONG = 350; // the first epoch after so long is told at once
const PLAYED = 3000; // while it plays, the server hears of an epoch this often: its answer takes time from the film

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

  frame(epoch, playing) {
    if (epoch === this.wanted && playing === this.playing) return;
    if (epoch !== this.wanted) announce("epoch", epoch);
    this.wanted = epoch;
    this.playing = playing;
    clearTimeout(this.timer);
    const say = () => {
      if (epoch === this.told && !(this.hurried && !playing)) return;
      this.told = epoch;
      this.hurried = playing; // what was left out while it played is told when it rests
      this.saidAt = performance.now();
      this.tell("frame", { epoch, playing });
    };
    const since = performance.now() - (this.saidAt ?? -1e9);
    if (since > (playing ? PLAYED : LONG)) say();
    else this.timer = setTimeout(say, playing ? PLAYED - since : QUIET);
  }

  end() {
    clearTimeout(this.timer);
  }
}
