// Draws three points on a circle or a ball, their distances and the way the gradient would move them, as SVG.
import { descent, plus, scaled, turned } from "./geometry.js";

const SVG = "http://www.w3.org/2000/svg";
const RADIUS = 190;
const MIDDLE = { x: 250, y: 225 };
const ARROW = 0.22; // an arrow is this part of the gradient
const TURNS = Array.from({ length: 61 }, (_, i) => (i * Math.PI) / 30);
const GRID = [
  ...[0, 60, 120].map((degrees) => TURNS.map((t) => meridian(t, (degrees * Math.PI) / 180))),
  ...[-40, 0, 40].map((degrees) => TURNS.map((t) => parallel(t, (degrees * Math.PI) / 180))),
];

export class Ball {
  constructor(root, names, colours) {
    this.svg = root.appendChild(make("svg", { viewBox: "0 0 500 450", role: "group", "aria-label": "Three points to drag" }));
    this.ground = this.add("circle", { cx: MIDDLE.x, cy: MIDDLE.y, r: RADIUS, class: "ground" });
    this.back = this.add("path", { class: "grid back" });
    this.front = this.add("path", { class: "grid" });
    this.sides = [colours[1], colours[2]].map((stroke, i) => this.add("line", { class: "side", stroke, "stroke-dasharray": i ? "10 7" : "none" }));
    this.trails = colours.map((stroke) => this.add("path", { class: "trail", stroke }));
    this.arrows = colours.map(() => this.add("path", { class: "arrow" }));
    this.points = names.map((name, i) => this.point(name, colours[i], i));
  }

  add(tag, attributes, parent = this.svg) {
    return parent.appendChild(make(tag, attributes));
  }

  point(name, colour, i) {
    const group = this.add("g", { class: "point", tabindex: 0, role: "slider", "aria-label": name, "data-point": name, "aria-valuemin": 0, "aria-valuemax": 360 });
    this.add("circle", { r: 24, fill: "transparent" }, group); // easy to take hold of
    const shape = [["circle", { r: 12 }], ["rect", { x: -11, y: -11, width: 22, height: 22 }], ["path", { d: "M0-15 15 0 0 15-15 0Z" }]][i];
    this.add(shape[0], { ...shape[1], fill: colour, class: "shape" }, group);
    const label = this.add("text", { class: "label", "text-anchor": "middle" }, group);
    label.textContent = name;
    return { group, label };
  }

  toScreen = (v) => [MIDDLE.x + v[0] * RADIUS, MIDDLE.y - v[1] * RADIUS];

  // Where a pointer is, in radii from the middle, y upwards.
  place(event) {
    const box = this.svg.getBoundingClientRect();
    const unit = Math.min(box.width / 500, box.height / 450);
    const left = box.left + (box.width - 500 * unit) / 2;
    const top = box.top + (box.height - 450 * unit) / 2;
    return [((event.clientX - left) / unit - MIDDLE.x) / RADIUS, -((event.clientY - top) / unit - MIDDLE.y) / RADIUS];
  }

  draw({ points, margin, rotation, sphere, trails }) {
    const seen = points.map((point) => turned(rotation, point));
    this.drawGrid(rotation, sphere);
    this.sides.forEach((side, i) => {
      const [[x1, y1], [x2, y2]] = [this.toScreen(seen[0]), this.toScreen(seen[i + 1])];
      set(side, { x1, y1, x2, y2 });
    });
    const directions = descent(points, margin);
    points.forEach((point, i) => {
      const end = turned(rotation, plus(point, scaled(directions[i], ARROW)));
      set(this.arrows[i], { d: arrow(this.toScreen(seen[i]), this.toScreen(end)) });
      set(this.trails[i], { d: this.path(trails[i].map((place) => turned(rotation, place))) });
      this.drawPoint(this.points[i], seen[i], sphere);
    });
  }

  drawPoint({ group, label }, seen, sphere) {
    const [x, y] = this.toScreen(seen);
    set(group, { transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})` });
    group.classList.toggle("behind", sphere && seen[2] < -0.01);
    const away = Math.hypot(seen[0], seen[1]) || 1;
    set(label, { x: ((seen[0] / away) * 40).toFixed(1), y: (-(seen[1] / away) * 30 + 5).toFixed(1) });
  }

  drawGrid(rotation, sphere) {
    if (!sphere) return [this.front, this.back].forEach((path) => set(path, { d: "" }));
    const parts = { front: "", back: "" };
    for (const line of GRID) {
      const seen = line.map((v) => turned(rotation, v));
      for (let i = 1; i < seen.length; i++) {
        const side = seen[i][2] + seen[i - 1][2] >= 0 ? "front" : "back";
        const [[x1, y1], [x2, y2]] = [this.toScreen(seen[i - 1]), this.toScreen(seen[i])];
        parts[side] += `M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}`;
      }
    }
    set(this.front, { d: parts.front });
    set(this.back, { d: parts.back });
  }

  path(places) {
    return places.map((v, i) => `${i ? "L" : "M"}${this.toScreen(v).map((n) => n.toFixed(1)).join(" ")}`).join("");
  }
}

function make(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  set(element, attributes);
  return element;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

function arrow([x1, y1], [x2, y2]) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  if (length < 1) return "";
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  const head = Math.min(14, length);
  const [bx, by] = [x2 - ux * head, y2 - uy * head];
  const side = head * 0.5;
  return `M${x1} ${y1}L${bx} ${by}M${x2} ${y2}L${bx - uy * side} ${by + ux * side}L${bx + uy * side} ${by - ux * side}Z`;
}

function meridian(t, turn) {
  return [Math.cos(t) * Math.cos(turn), Math.sin(t), Math.cos(t) * Math.sin(turn)];
}

function parallel(t, height) {
  return [Math.cos(t) * Math.cos(height), Math.sin(height), Math.sin(t) * Math.cos(height)];
}
