// Many alike buttons are one stop of the Tab key: arrows move among them, Home and End go to the ends.
const ALONG = { ArrowRight: 1, ArrowLeft: -1 };
const ACROSS = { ArrowDown: 1, ArrowUp: -1 };

export class Roving {
  constructor(group, selector) {
    Object.assign(this, { group, selector, at: 0 });
    group.setAttribute("role", "toolbar");
    group.addEventListener("keydown", (event) => this.press(event));
    group.addEventListener("focusin", (event) => {
      const found = this.stops.indexOf(event.target.closest(selector));
      if (found >= 0) this.settle(found);
    });
  }

  get stops() {
    return [...this.group.querySelectorAll(this.selector)].filter((stop) => !stop.disabled && !stop.hidden);
  }

  // Takes the buttons that there are now.
  use() {
    this.settle(Math.min(this.at, Math.max(0, this.stops.length - 1)));
  }

  settle(at) {
    this.at = at;
    this.stops.forEach((stop, i) => (stop.tabIndex = i === at ? 0 : -1));
  }

  press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const { stops } = this;
    const from = stops.indexOf(event.target);
    const to = from < 0 ? undefined : next(event.key, from, stops);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    stops[to].focus();
  }
}

// Which stop a key leads to; undefined where it is not a key of ours.
function next(key, from, stops) {
  const last = stops.length - 1;
  if (key === "Home") return 0;
  if (key === "End") return last;
  if (key in ALONG) return Math.min(last, Math.max(0, from + ALONG[key]));
  return key in ACROSS ? inNextRow(ACROSS[key], from, stops) : undefined;
}

// Of the row above or below, the stop that is nearest sideways; in a single row there is none.
function inNextRow(way, from, stops) {
  const boxes = stops.map((stop) => stop.getBoundingClientRect());
  const middle = ({ left, width }) => left + width / 2;
  const away = (box) => way * (box.top - boxes[from].top);
  const beyond = boxes.map((_, i) => i).filter((i) => away(boxes[i]) > boxes[from].height / 2);
  if (!beyond.length) return undefined;
  const row = Math.min(...beyond.map((i) => away(boxes[i])));
  const gap = (i) => Math.abs(middle(boxes[i]) - middle(boxes[from]));
  return beyond.filter((i) => away(boxes[i]) < row + boxes[from].height / 2).reduce((a, b) => (gap(b) < gap(a) ? b : a));
}
