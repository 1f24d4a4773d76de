// Streamlit's own sliders move a channel: they know where they stand before the server does.
import { announce } from "./follower.js";

const channels = new Map();
let watcher = null;

// A channel stands where its sliders do together: the sum of their steps, each with its stride.
export function followSliders({ channel, sliders }) {
  const known = channels.get(channel);
  if (JSON.stringify(known?.sliders) !== JSON.stringify(sliders)) channels.set(channel, { sliders, at: place(sliders) });
  watcher ??= watch();
}

// React draws a slider anew for every step, with the keys as with the pointer, and tells no event of it. A slider that
// the reader does not hold was moved by the server, which draws the figures itself.
function watch() {
  const observer = new MutationObserver(look);
  observer.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["aria-valuetext"] });
  return observer;
}

function look(changes) {
  if (!changes.some(({ target }) => target === document.activeElement)) return;
  for (const [channel, known] of channels) {
    const at = place(known.sliders);
    if (at === null || at === known.at) continue;
    known.at = at;
    announce(channel, at);
  }
}

// Null while one of the sliders is not on the page.
function place(sliders) {
  let sum = 0;
  for (const { key, stride } of sliders) {
    const input = document.querySelector(`.st-key-${CSS.escape(key)} input[type=range]`);
    if (!input) return null;
    sum += Number(input.value) * stride;
  }
  return sum;
}
