// Pointer, wheel, pinch and keys on the map, told as what the reader means.
const STILL = 5; // pixels a click may move
const SCROLLING = 350; // milliseconds: a page scrolled up to here goes on scrolling

const KEYS = {
  ArrowLeft: ["pan", 40, 0], ArrowRight: ["pan", -40, 0], ArrowUp: ["pan", 0, 40], ArrowDown: ["pan", 0, -40],
  "+": ["zoomMiddle", 1.25], "=": ["zoomMiddle", 1.25], "-": ["zoomMiddle", 0.8], 0: ["fit"], " ": ["toggle"],
  ",": ["step", -1], ".": ["step", 1], PageUp: ["step", -1], PageDown: ["step", 1], Home: ["first"], End: ["last"],
  n: ["pointNext", 1], p: ["pointNext", -1], Enter: ["choosePointed"], Escape: ["clear"], l: ["lasso"], t: ["trails"],
};

export class Gestures {
  // `means` has a method for each of: hover, leave, press, pan, turn, zoom, click, draw, drawn, and those of KEYS.
  constructor(canvas, means) {
    Object.assign(this, { canvas, means, pointers: new Map(), line: null, scrolled: -1e9 });
    const on = (name, hear, options) => canvas.addEventListener(name, hear, options);
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", (event) => this.up(event, true));
    on("pointerleave", () => means.leave());
    on("wheel", (event) => this.wheel(event), { passive: false });
    on("keydown", (event) => this.key(event));
    on("contextmenu", (event) => event.preventDefault());
    this.elsewhere = (event) => event.target !== canvas && (this.scrolled = performance.now());
    window.addEventListener("wheel", this.elsewhere, { passive: true, capture: true });
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.place(event));
    this.start = this.place(event);
    this.moved = this.pointers.size > 1;
    this.line = this.means.lassoing() && this.pointers.size === 1 ? [this.start] : null;
  }

  move(event) {
    const [x, y] = this.place(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) return this.means.hover(x, y);
    if (this.pointers.size === 2) return this.pinch(event.pointerId, [x, y]);
    if (!this.moved && Math.hypot(x - this.start[0], y - this.start[1]) < STILL) return;
    this.moved = true;
    this.pointers.set(event.pointerId, [x, y]);
    if (this.line) {
      this.line.push([x, y]);
      this.means.draw(this.line);
    } else if (event.shiftKey || event.buttons === 2 || !this.means.deep()) {
      this.means.pan(x - before[0], y - before[1]);
    } else {
      this.means.turn(x - before[0], y - before[1]);
    }
  }

  pinch(moving, to) {
    const [other] = [...this.pointers.keys()].filter((id) => id !== moving);
    const [from, fixed] = [this.pointers.get(moving), this.pointers.get(other)];
    const middle = (a) => [(a[0] + fixed[0]) / 2, (a[1] + fixed[1]) / 2];
    const [old, now] = [middle(from), middle(to)];
    const reach = (a) => Math.max(1, Math.hypot(a[0] - fixed[0], a[1] - fixed[1]));
    this.pointers.set(moving, to);
    this.means.pan(now[0] - old[0], now[1] - old[1]);
    this.means.zoom(now[0], now[1], reach(to) / reach(from));
  }

  up(event, lost = false) {
    if (!this.pointers.delete(event.pointerId)) return;
    const [x, y] = this.place(event);
    if (this.line && this.moved) this.means.drawn(lost ? [] : this.line);
    else if (!this.moved && !lost) this.means.click(x, y, event.shiftKey || event.ctrlKey || event.metaKey);
    this.line = null;
    this.moved = true; // the other finger of a pinch is no click
  }

  wheel(event) {
    const now = performance.now();
    if (now - this.scrolled < SCROLLING) return (this.scrolled = now);
    const lines = event.deltaMode === 1 ? 20 : 1;
    const factor = Math.exp(-Math.max(-200, Math.min(200, event.deltaY * lines)) * (event.ctrlKey ? 0.008 : 0.0018));
    if (this.means.zoom(...this.place(event), factor)) event.preventDefault(); // at the end the page scrolls
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [name, ...values] = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? [];
    if (!name) return;
    event.preventDefault();
    this.means[name](...values);
  }

  end() {
    window.removeEventListener("wheel", this.elsewhere, { capture: true });
  }
}
