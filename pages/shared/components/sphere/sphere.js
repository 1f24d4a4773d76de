// Faces on their own sphere: one node that Streamlit hands new data; turning, playing and counting happen here.
import { loadStyle } from "../browser/loading.js";
import { watchServer } from "../browser/watch.js";
import { HoverCard } from "../chart/hover_card.js";
import { Bar } from "./bar.js";
import { LEVEL, between, turned } from "./geometry.js";
import { Scene } from "./scene.js";
import { census, drawBatch } from "./triplets.js";

const spheres = new WeakMap();
const MOTION = 300; // milliseconds from frame to frame
const TURNING = 0.00022; // radians a millisecond
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

export default async function mount(component) {
  const { parentElement: host, data } = component;
  watchServer(data.alive);
  const style = new URL("sphere.css", import.meta.url).href;
  await Promise.all([loadStyle(data.chart_style), loadStyle(style)]);
  if (!spheres.has(host)) spheres.set(host, new Sphere(host));
  const sphere = spheres.get(host);
  try {
    await sphere.use(data);
  } catch (error) {
    sphere.fail(error);
  }
  return () => {
    if (!host.isConnected) sphere.end();
  };
}

class Sphere {
  constructor(host) {
    this.root = host.appendChild(document.createElement("div"));
    this.root.className = "lab-sphere";
    this.window = this.root.appendChild(document.createElement("div"));
    this.window.className = "lab-sphere-window";
    this.canvas = this.window.appendChild(document.createElement("canvas"));
    Object.assign(this.canvas, { tabIndex: 0 });
    this.canvas.setAttribute("role", "img");
    this.card = new HoverCard(this.window);
    this.scene = new Scene(this.canvas);
    this.view = turned(turned(LEVEL, 0.5, 0), 0, 0.35);
    Object.assign(this, { turning: !calm(), pictures: true, mode: "anchor", anchor: 0, batch: 0 });
    this.bar = new Bar(this.root, {
      frame: (frame) => this.go(frame),
      turn: () => this.change({ turning: !this.turning }),
      looks: () => this.change({ pictures: !this.pictures }),
      mode: (mode) => this.change({ mode }),
      next: () => this.another(),
      margin: (margin) => this.change({ moved: margin }),
    });
    this.listen();
  }

  async use(data) {
    this.canvas.setAttribute("aria-label", data.alt);
    this.window.style.height = `${data.height}px`;
    const fresh = this.data?.frames.url !== data.frames.url;
    const followed = !this.data || this.frame === this.data.frames.labels.length - 1;
    const positions = fresh ? await fetchPositions(data.frames) : this.positions;
    if (!positions) return; // already replaced by a newer film, which is on its way
    if (data.sprites && data.sprites.image !== this.data?.sprites?.image) this.image = await loadImage(data.sprites.image);
    this.card.use(data.sprites);
    Object.assign(this, { data, positions, flat: data.frames.dimensions === 2 });
    if (this.flat) this.view = LEVEL;
    this.anchor = Math.min(this.anchor, data.person.length - 1);
    if (!data.triplets) this.mode = "none";
    this.bar.use(data.frames.labels, data.triplets);
    const last = data.frames.labels.length - 1;
    this.go(followed ? last : Math.min(this.frame, last), this.points !== undefined && !fresh);
    this.root.dataset.state = "ready";
  }

  go(frame, moving = true) {
    const target = this.positions[frame];
    this.frame = frame;
    this.bar.show(frame);
    const move = moving && !calm() && !document.hidden && this.points?.length === target.length;
    Object.assign(this, { from: move ? this.points : target, target, began: performance.now() });
    this.points = this.from;
    this.change({});
  }

  // The margin is the run's own at this frame until somebody moves it.
  change(what) {
    Object.assign(this, what);
    this.own = this.data.margins[this.frame] ?? 0.2;
    this.margin = this.moved ?? this.own;
    this.count();
    this.label();
    this.wake();
  }

  another() {
    if (this.mode === "batch") this.change({ batch: this.batch + 1 });
    else this.change({ anchor: (this.anchor + 1) % this.target.length });
  }

  // Counts of the frame in view, not of the motion towards it.
  count() {
    const { person } = this.data;
    this.members = this.mode === "batch" ? drawBatch(person, this.batch) : null;
    this.anchors = this.mode === "anchor" ? [this.anchor] : (this.members ?? []);
    const everybody = person.map((_, face) => face);
    this.found = this.mode === "none" ? null : census(this.target, person, this.anchors, this.members ?? everybody, this.margin);
  }

  label() {
    const { bar, found } = this;
    bar.turn.textContent = this.turning ? "Hold still" : "Turn";
    bar.turn.hidden = this.flat;
    bar.looks.textContent = this.pictures ? "Points" : "Faces";
    bar.mode.value = this.mode;
    bar.next.textContent = this.mode === "batch" ? "Another batch" : "Another face";
    bar.next.hidden = this.mode === "none" || !this.data.triplets;
    bar.margin.value = this.margin;
    const own = Math.abs(this.margin - this.own) < 1e-9 ? "the run's own" : `moved; run ${this.own.toFixed(2)}`;
    bar.marginWord.textContent = `Margin ${this.margin.toFixed(2)}\n${own}`;
    bar.counts.replaceChildren(...(found ? this.words(found) : []));
    Object.assign(this.root.dataset, { frame: this.frame, mode: this.mode, anchor: this.anchor, margin: this.margin });
    const numbers = found ?? { valid: "", easy: "", semiHard: "", hard: "" };
    for (const name of ["valid", "easy", "semiHard", "hard"]) this.root.dataset[name] = numbers[name];
  }

  words({ valid, easy, semiHard, hard, active, left }) {
    const whose = this.mode === "batch" ? `This batch of ${this.members.length} faces` : "The face with the blue ring";
    if (!valid) return [`${whose} has no triplet: it takes two faces of one person and one of somebody else.`];
    const share = Math.round((100 * active) / valid);
    const text = `${whose}: ${valid.toLocaleString("en")} triplets, of which ${easy.toLocaleString("en")} easy, ` +
      `${semiHard.toLocaleString("en")} semi-hard, ${hard.toLocaleString("en")} hard. ${share} % still teach`;
    if (!active) return [`${text}: move the margin or go back to an earlier frame, and arcs appear.`];
    const rest = left ? ` (arcs to the nearest negatives; ${left} more are not drawn).` : ".";
    return [text + rest, document.createElement("br"), mark("positive", "same person"), " ", mark("negative", "somebody else")];
  }

  wake() {
    this.request ??= requestAnimationFrame((now) => this.paint(now));
  }

  paint(now) {
    this.request = null;
    if (this.gone || !this.data) return;
    const t = Math.min(1, Math.max(0, (now - this.began) / MOTION));
    const arrived = this.from === this.target || t >= 1;
    const eased = t * t * (3 - 2 * t);
    this.points = arrived ? this.target : this.target.map((point, i) => between(this.from[i], point, eased));
    if (arrived) this.from = this.target;
    const turns = this.turning && !this.flat && !this.held && !this.hovering && this.visible !== false && !document.hidden;
    if (turns) this.view = turned(this.view, TURNING * Math.min(50, now - (this.painted ?? now)), 0);
    this.painted = now;
    const { colours, group, sprites, faces } = this.data;
    this.scene.draw({
      points: this.points, view: this.view, flat: this.flat, colours, group, sprites, faces, theme: theme(this.root),
      image: this.pictures && sprites ? this.image : null, anchors: this.anchors, members: this.members, arcs: this.found,
    });
    this.root.dataset.painted = Number(this.root.dataset.painted ?? 0) + 1;
    if (turns || !arrived) this.wake();
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.held = { x: event.clientX, y: event.clientY, moved: 0 };
    });
    canvas.addEventListener("pointermove", (event) => (this.held ? this.drag(event) : this.hover(event)));
    canvas.addEventListener("pointerup", (event) => this.drop(event));
    canvas.addEventListener("pointercancel", () => this.drop(null));
    canvas.addEventListener("pointerleave", () => this.hover(null));
    canvas.addEventListener("keydown", (event) => {
      const way = KEYS[event.key];
      if (!way || this.flat) return;
      event.preventDefault();
      this.change({ view: turned(this.view, way[0] * 0.12, way[1] * 0.12), turning: false });
    });
    this.resizer = new ResizeObserver(() => this.wake());
    this.resizer.observe(this.window);
    this.watcher = new IntersectionObserver(([entry]) => {
      this.visible = entry.isIntersecting;
      this.wake();
    });
    this.watcher.observe(this.window);
    document.addEventListener("visibilitychange", (this.awake = () => this.wake()));
  }

  drag(event) {
    const [dx, dy] = [event.clientX - this.held.x, event.clientY - this.held.y];
    this.held = { x: event.clientX, y: event.clientY, moved: this.held.moved + Math.hypot(dx, dy) };
    if (this.flat) return;
    const radius = this.scene.radius || 200;
    this.view = turned(this.view, dx / radius, dy / radius);
    this.card.hide();
    this.wake();
  }

  drop(event) {
    const clicked = event && this.held && this.held.moved < 5;
    this.held = null;
    const face = clicked ? this.under(event) : null;
    if (face !== null && this.data.triplets) this.change({ anchor: face, mode: this.mode === "none" ? "anchor" : this.mode });
    this.wake();
  }

  hover(event) {
    const face = event ? this.under(event) : null;
    this.hovering = face !== null;
    if (face === null) this.card.hide();
    else this.card.show(this.data.faces[face], event);
    this.canvas.style.cursor = face === null ? (this.flat ? "default" : "grab") : "pointer";
    this.wake();
  }

  under(event) {
    const box = this.canvas.getBoundingClientRect();
    return this.scene.at(event.clientX - box.left, event.clientY - box.top);
  }

  fail(error) {
    console.error(error);
    this.root.dataset.state = "failed";
    this.bar.counts.textContent = `This figure could not be drawn (${error.message}). Reload the page.`;
  }

  end() {
    this.gone = true;
    this.bar.rest();
    cancelAnimationFrame(this.request);
    this.resizer.disconnect();
    this.watcher.disconnect();
    document.removeEventListener("visibilitychange", this.awake);
    this.root.remove();
  }
}

function mark(kind, word) {
  const node = document.createElement("span");
  node.className = `lab-arc ${kind}`;
  node.textContent = word;
  return node;
}

function theme(node) {
  const style = getComputedStyle(node);
  const read = (name, otherwise) => style.getPropertyValue(`--st-${name}`).trim() || otherwise;
  return { line: "#8a909988", bright: read("background-color", "#ffffff"), ground: read("secondary-background-color", "#f3f5f7") };
}

async function fetchPositions({ url, labels, points, dimensions }) {
  const answer = await fetch(url);
  if (!answer.ok) return null;
  const numbers = new Float32Array(await answer.arrayBuffer());
  const at = (frame, face, axis) => (axis < dimensions ? numbers[(frame * points + face) * dimensions + axis] : 0);
  return labels.map((_, frame) => Array.from({ length: points }, (_, face) => [at(frame, face, 0), at(frame, face, 1), at(frame, face, 2)]));
}

function loadImage(url) {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => resolve(null);
    image.src = url;
  });
}
