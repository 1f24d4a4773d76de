// What the server drew for an earlier place of a hand says so until its answer comes: two moments must not look like one.
import { listen } from "./follower.js";

const NEAR = 1e-9;
const latest = new Map(); // channel -> where the hand is, until everything has come there
const shown = new Set();

listen(({ channel, at }) => stand(channel, at));

function stand(channel, at) {
  latest.set(channel, at);
  look(channel);
}

// Something on the page that shows one place of a channel: a figure, and blocks of words and numbers drawn with it.
export class Lag {
  constructor(figure) {
    this.figure = figure;
    this.own = this.blocks = null;
    shown.add(this);
  }

  // Where the figure itself is; it may have gone along with the hand.
  figureAt(channel, at, words) {
    this.own = at === null || at === undefined ? null : { channel, at, words };
    look(channel);
  }

  // Where the server was when it drew words and numbers around the figure; without a plan there are none.
  blocksAt(plan) {
    const before = this.blocks;
    this.blocks = plan;
    before?.blocks.filter((key) => !plan?.blocks.includes(key)).forEach((key) => say(block(key), null));
    if (plan) look(plan.channel);
  }

  get places() {
    return [this.own, this.blocks].filter(Boolean);
  }

  end() {
    shown.delete(this);
    if (!shown.size) latest.clear(); // another page
  }
}

function look(channel) {
  const at = latest.get(channel);
  if (at === undefined) return;
  let behind = 0;
  for (const lag of shown) {
    const words = (place) => (Math.abs(place.at - at) > NEAR ? `${place.words}, catching up` : null);
    if (lag.own?.channel === channel) behind += say(lag.figure, words(lag.own));
    if (lag.blocks?.channel === channel) for (const key of lag.blocks.blocks) behind += say(block(key), words(lag.blocks));
  }
  if (!behind) latest.delete(channel); // what the server shows from now on it shows of its own accord
}

const block = (key) => document.querySelector(`.st-key-${CSS.escape(key)}`);

// Attributes, not classes: Streamlit writes those anew.
function say(node, words) {
  if (!node) return 0;
  if (words === null) {
    node.removeAttribute("data-lag");
    node.removeAttribute("aria-busy");
    return 0;
  }
  node.dataset.lag = words;
  node.setAttribute("aria-busy", "true");
  return 1;
}
