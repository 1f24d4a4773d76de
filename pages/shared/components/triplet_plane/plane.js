// The triplet plane: the margin recolours it here, in the browser; only what was chosen is told to the server.
import { distance } from "../browser/digits.js";
import { loadStyle } from "../browser/loading.js";
import { Roving } from "../browser/roving.js";
import { readTheme } from "../browser/theme.js";
import { watchServer } from "../browser/watch.js";
import { Drawing } from "./plane_drawing.js";
import { Margin, placeOf } from "./plane_margin.js";
import { indexOfHalf, kindOf, kindOfHalf, nearestHalf, nearestPoint } from "./plane_maths.js";

const PAUSE = 150; // milliseconds a moving margin rests before it is told
const QUIET = 800; // an answer that was on its way while the margin moved does not pull it back
const MOTION = 300; // milliseconds that points take to their next epoch
const GRIP = 9; // pixels around the amber line that take hold of it
const planes = new WeakMap();
const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

export default function mount(component) {
  const host = component.parentElement;
  if (!planes.has(host)) planes.set(host, new Plane(host));
  const plane = planes.get(host);
  plane.update(component);
  return () => {
    if (!host.isConnected) plane.end();
  };
}

class Plane {
  constructor(host) {
    this.root = host.appendChild(document.createElement("div"));
    this.root.className = "lab-plane";
    this.stage = this.root.appendChild(document.createElement("div"));
    this.stage.className = "stage";
    this.canvas = this.stage.appendChild(document.createElement("canvas"));
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.tip = this.stage.appendChild(document.createElement("div"));
    this.tip.className = "tip";
    this.tip.setAttribute("role", "status");
    this.zooms = zoomButtons(this.stage, (zoom) => {
      this.zoom = zoom;
      this.draw();
    });
    this.drawing = new Drawing(this.canvas);
    this.bar = new Margin(this.root, (margin) => this.setMargin(margin));
    this.count = 0;
    this.revision = 0;
    this.listen();
  }

  async update(component) {
    this.component = component;
    const data = component.data;
    watchServer(data.alive);
    await loadStyle(data.style);
    if (data !== this.component.data) return;
    this.stage.style.height = `${data.height}px`;
    this.canvas.setAttribute("aria-label", `${data.alt} Arrow keys move, Enter picks a triplet.`);
    if (this.source !== data.url) await this.fetchNumbers(data);
    if (data !== this.component.data) return; // superseded while its numbers were on their way
    this.data = data;
    this.bar.use(data);
    this.zoom ??= data.zoom;
    const moving = performance.now() - (this.movedAt ?? -1e9) < QUIET;
    if (data.margin !== this.given && !moving) this.margin = this.given = data.margin;
    this.root.dataset.epoch = data.epoch;
    this.root.dataset.state = "ready";
    this.draw();
  }

  async fetchNumbers(data) {
    const answer = await fetch(data.url);
    if (!answer.ok) return; // already replaced by others, which are on their way
    const numbers = new Float64Array(await answer.arrayBuffer());
    this.source = data.url;
    const before = this.near;
    this.counts = data.single ? null : numbers;
    this.near = data.single ? numbers.subarray(0, numbers.length / 2) : null;
    this.far = data.single ? numbers.subarray(numbers.length / 2) : null;
    if (before && this.near && before.length === this.near.length && !calm()) this.move(before, this.shownFar);
  }

  // Points glide to where the next epoch has them.
  move(near, far) {
    const began = performance.now();
    const goal = { near: this.near, far: this.far };
    const mix = (a, b, t) => Float64Array.from(b, (value, i) => a[i] + (value - a[i]) * t);
    const frame = (now) => {
      if (this.near !== goal.near) return;
      const t = Math.min(1, Math.max(0, (now - began) / MOTION));
      this.between = t < 1 ? { near: mix(near, goal.near, t * t * (3 - 2 * t)), far: mix(far, goal.far, t * t * (3 - 2 * t)) } : null;
      if (this.data) this.paint();
      if (t < 1) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  setMargin(margin) {
    this.margin = margin;
    this.movedAt = performance.now();
    this.draw();
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      if (this.margin !== this.given) this.send("margin", (this.given = this.margin));
    }, PAUSE);
  }

  draw() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = null;
      if (!this.data || this.gone) return;
      this.paint();
      this.bar.show(this.margin, this.theme);
      this.root.dataset.margin = this.margin.toFixed(2);
      this.root.dataset.revision = ++this.revision;
    });
  }

  paint() {
    const { data, drawing } = this;
    this.theme = readTheme(this.root);
    this.shownFar = this.far;
    drawing.fit(data.upper / this.zoom, data.upper);
    this.zooms(this.zoom, data.upper);
    drawing.paint({
      ...data,
      counts: this.counts,
      near: this.between?.near ?? this.near,
      far: this.between?.far ?? this.far,
      margin: this.margin,
      theme: this.theme,
      look: this.theme,
      cursor: this.cursor && [this.cursor.x, this.cursor.y],
    });
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.grab(event));
    canvas.addEventListener("pointermove", (event) => this.hover(event));
    canvas.addEventListener("pointerup", () => (this.dragging = false));
    canvas.addEventListener("pointercancel", () => (this.dragging = false));
    canvas.addEventListener("pointerleave", () => this.hideTip());
    canvas.addEventListener("keydown", (event) => this.press(event));
    canvas.addEventListener("blur", () => {
      this.cursor = null;
      this.hideTip();
      this.draw();
    });
    this.resizer = new ResizeObserver(() => this.draw());
    this.resizer.observe(this.root);
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return { px: event.clientX - box.left, py: event.clientY - box.top };
  }

  // Whether a place takes hold of the amber line: close to it, or near it where there is no triplet.
  onLine({ px, py }, found) {
    const { x } = this.drawing.toPlane(px, py);
    return x > 0 && Math.abs(this.drawing.y(x + this.margin) - py) < (found ? GRIP / 2 : GRIP);
  }

  grab(event) {
    if (!this.data) return;
    const place = this.at(event);
    const found = this.find(place);
    if (this.onLine(place, found)) {
      this.dragging = true;
      this.canvas.setPointerCapture(event.pointerId);
      event.preventDefault();
    } else if (found) this.send("pick", found.value);
  }

  hover(event) {
    if (!this.data) return;
    const place = this.at(event);
    if (this.dragging) {
      const { x, y } = this.drawing.toPlane(place.px, place.py);
      const { margins } = this.data;
      this.setMargin(margins[placeOf(y - x, margins)]);
      return;
    }
    const found = this.find(place);
    const line = this.onLine(place, found);
    this.canvas.style.cursor = line ? "ns-resize" : found ? "pointer" : "default";
    if (found && !line) this.showTip(found.text, place);
    else this.hideTip();
  }

  // What lies at a place on the screen: the words for it, and what the server is told when it is chosen.
  find({ px, py }, reach = 1) {
    const { data, drawing } = this;
    const { x, y } = drawing.toPlane(px, py);
    if (x < 0 || y < 0 || x > drawing.upper || y > drawing.upper) return null;
    if (this.near) {
      const i = nearestPoint(this.near, this.far, x, y, 12 * reach, drawing.scale);
      if (i < 0) return null;
      const kind = data.words[kindOf(this.near[i], this.far[i], this.margin)];
      return { value: i, text: `d(a,p) ${distance(this.near[i])}, d(a,n) ${distance(this.far[i])}: ${kind}` };
    }
    const width = data.upper / data.cells;
    const found = this.counts && nearestHalf(this.counts, data.cells, x / width, y / width, reach);
    if (!found) return null;
    const { column, row, above } = found;
    const kind = data.words[kindOfHalf(column, row, above, width, this.margin)];
    const count = this.counts[indexOfHalf(column, row, above, data.cells)].toLocaleString("en");
    const span = (from) => `${distance(from * width)} to ${distance((from + 1) * width)}`;
    return { value: [column, row, above ? 1 : 0], text: `${count} ${kind} triplets\nd(a,p) ${span(column)}\nd(a,n) ${span(row)}` };
  }

  press(event) {
    const { data, drawing } = this;
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!data || (!step && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    const [x, y] = data.chosen ?? [drawing.upper / 4, drawing.upper / 4];
    this.cursor ??= { x, y };
    const width = data.upper / 80;
    const within = (value) => Math.min(drawing.upper, Math.max(0, value));
    if (step) this.cursor = { x: within(this.cursor.x + step[0] * width), y: within(this.cursor.y + step[1] * width) };
    const place = { px: drawing.x(this.cursor.x), py: drawing.y(this.cursor.y) };
    const found = this.find(place, 2);
    if (!step && found) this.send("pick", found.value);
    if (found) this.showTip(found.text, place);
    else this.hideTip();
    this.draw();
  }

  showTip(text, { px, py }) {
    this.tip.textContent = text;
    this.tip.style.display = "block";
    const left = px + 18 + this.tip.offsetWidth > this.stage.clientWidth ? px - this.tip.offsetWidth - 18 : px + 18;
    this.tip.style.left = `${Math.max(0, left)}px`;
    this.tip.style.top = `${Math.max(0, py - 30)}px`;
  }

  hideTip() {
    this.tip.style.display = "none";
  }

  send(name, value) {
    this.component.setStateValue(name, { value, count: ++this.count });
  }

  end() {
    this.gone = true;
    clearTimeout(this.telling);
    this.resizer.disconnect();
    this.root.remove();
  }
}

// Buttons for the part of the plane that is seen, all of it at first.
function zoomButtons(stage, choose) {
  const bar = stage.appendChild(document.createElement("div"));
  bar.className = "zoom";
  bar.setAttribute("aria-label", "Part of the plane that is shown");
  const buttons = [1, 2, 4].map((zoom) => {
    const button = bar.appendChild(document.createElement("button"));
    button.type = "button";
    button.addEventListener("click", () => choose(zoom));
    return [zoom, button];
  });
  new Roving(bar, "button").use();
  return (zoom, upper) =>
    buttons.forEach(([own, button]) => {
      button.textContent = `0 to ${Number(distance(upper / own))}`;
      button.setAttribute("aria-pressed", own === zoom);
    });
}
