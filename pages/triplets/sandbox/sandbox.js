// Three points to play with: all of it happens here, the server hears nothing.
import { loadStyle } from "../browser/loading.js";
import { watchServer } from "../browser/watch.js";
import { Ball } from "./ball.js";
import { angleOf, onCircle, rotatedBy, STILL, stepped, triplet, turned, turnedBack, under, unit } from "./geometry.js";

const NAMES = ["anchor", "positive", "negative"];
const START = [90, 150, 60]; // degrees: the negative is nearer than the positive
const STEP = 0.05; // rate of one gradient step
const GLIDE = 0.012; // and of each frame while it runs
const NUDGE = 3; // degrees an arrow key moves a point
const LONGEST = 400; // places of a trail
const TILT = rotatedBy(STILL, 0.5, 0.35);
const sandboxes = new WeakMap();
const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

export default async function mount(component) {
  const host = component.parentElement;
  watchServer(component.data.alive);
  await loadStyle(component.data.style);
  if (!sandboxes.has(host)) sandboxes.set(host, new Sandbox(host, component.data));
  const sandbox = sandboxes.get(host);
  return () => {
    if (!host.isConnected) sandbox.end();
  };
}

class Sandbox {
  constructor(host, data) {
    this.data = data;
    this.margin = data.margin;
    this.frames = 0;
    this.root = part(host, "div", "lab-sandbox");
    const stage = part(this.root, "div", "stage");
    this.ball = new Ball(stage, NAMES, data.colours);
    this.panel = part(this.root, "div", "panel");
    this.buildPanel();
    this.listen();
    this.restart();
    this.root.dataset.state = "ready";
  }

  buildPanel() {
    const choice = part(this.panel, "div", "choice");
    choice.setAttribute("role", "group");
    choice.setAttribute("aria-label", "Where the points live");
    this.kinds = [["On a circle", false], ["On a sphere", true]].map(([word, sphere]) => {
      const button = this.button(choice, word, () => this.restart(sphere));
      return { button, sphere };
    });
    this.kind = part(this.panel, "div", "kind");
    this.kind.setAttribute("aria-live", "polite");
    this.numbers = part(this.panel, "div", "numbers");
    this.line = new DistanceLine(this.panel, this.data.colours);
    const row = part(this.panel, "label", "margin");
    this.marginWord = part(row, "span", "");
    this.slider = part(row, "input", "");
    Object.assign(this.slider, { type: "range", min: 0.05, max: 1.5, step: 0.05, value: this.margin });
    this.slider.setAttribute("aria-label", "Margin of the sandbox");
    this.slider.addEventListener("input", () => {
      this.margin = Number(this.slider.value);
      this.draw();
    });
    const buttons = part(this.panel, "div", "buttons");
    this.button(buttons, "One gradient step", () => this.step(STEP));
    this.runner = this.button(buttons, "Let it run", () => (this.running ? this.stop() : this.run()));
    this.button(buttons, "All on one point", () => this.collapse());
    this.button(buttons, "Start again", () => this.restart());
    this.hint = part(this.panel, "p", "hint");
  }

  button(parent, word, act) {
    const button = part(parent, "button", "");
    button.type = "button";
    button.textContent = word;
    button.addEventListener("click", act);
    return button;
  }

  restart(sphere = this.sphere ?? false) {
    this.stop();
    this.sphere = sphere;
    this.rotation = sphere ? TILT : STILL;
    this.points = START.map(onCircle);
    if (sphere) this.points = this.points.map((point, i) => unit([point[0], point[1] * 0.8, 0.75 - 0.2 * i]));
    this.forget();
    this.kinds.forEach(({ button, sphere: own }) => button.setAttribute("aria-pressed", own === sphere));
    this.hint.textContent = sphere
      ? "Drag the points; drag elsewhere to turn the sphere. Arrow keys move the point that has the focus."
      : "Drag the points around the circle. Arrow keys move the point that has the focus.";
    this.draw();
  }

  collapse() {
    this.stop();
    this.points = NAMES.map(() => [...this.points[0]]);
    this.forget();
    this.draw();
  }

  forget() {
    this.trails = this.points.map((point) => [point]);
  }

  step(rate) {
    this.points = stepped(this.points, this.margin, rate);
    this.trails.forEach((trail, i) => {
      trail.push(this.points[i]);
      if (trail.length > LONGEST) trail.shift();
    });
    this.draw();
  }

  run() {
    const still = () => triplet(this.points, this.margin).loss <= 0 || this.steps > 2000;
    this.steps = 0;
    if (calm()) {
      while (!still() && (this.steps += 1)) this.step(GLIDE);
      return;
    }
    this.running = true;
    this.runner.textContent = "Stop";
    const frame = () => {
      if (!this.running || this.gone) return;
      this.steps += 1;
      if (still()) return this.stop();
      this.step(GLIDE);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  stop() {
    this.running = false;
    if (this.runner) this.runner.textContent = "Let it run";
  }

  listen() {
    const { svg } = this.ball;
    svg.addEventListener("pointerdown", (event) => this.grab(event));
    svg.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => (this.held = null));
    svg.addEventListener("keydown", (event) => this.press(event));
  }

  grab(event) {
    const i = NAMES.indexOf(event.target.closest(".point")?.dataset.point);
    if (i < 0 && !this.sphere) return;
    event.preventDefault();
    this.stop();
    this.ball.svg.setPointerCapture(event.pointerId);
    this.held = { i, behind: i >= 0 && turned(this.rotation, this.points[i])[2] < 0, at: this.ball.place(event) };
    if (i >= 0) this.ball.points[i].group.focus({ preventScroll: true });
  }

  drag(event) {
    if (!this.held) return;
    const [x, y] = this.ball.place(event);
    const { i, behind, at } = this.held;
    if (i < 0) {
      this.rotation = rotatedBy(this.rotation, x - at[0], at[1] - y);
      this.held.at = [x, y];
    } else {
      this.moveTo(i, this.sphere ? turnedBack(this.rotation, under(x, y, behind)) : unit([x, y, 0]));
    }
    this.draw();
  }

  moveTo(i, place) {
    this.points[i] = unit(place);
    this.forget();
  }

  press(event) {
    const i = NAMES.indexOf(event.target.closest(".point")?.dataset.point);
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (i < 0 || !step) return;
    event.preventDefault();
    this.stop();
    const nudge = (NUDGE * Math.PI) / 180;
    if (this.sphere) {
      const seen = turned(this.rotation, this.points[i]);
      this.moveTo(i, turnedBack(this.rotation, [seen[0] + step[0] * nudge, seen[1] + step[1] * nudge, seen[2]]));
    } else {
      this.moveTo(i, onCircle(angleOf(this.points[i]) + (step[1] - step[0]) * NUDGE));
    }
    this.draw();
  }

  draw() {
    this.asked ??= requestAnimationFrame(() => {
      this.asked = null;
      if (!this.gone) this.paint();
    });
  }

  paint() {
    const { points, margin, data } = this;
    this.ball.draw(this);
    const found = triplet(points, margin);
    const { near, far, loss, kind } = found;
    this.kind.textContent = sentence(found, margin);
    this.kind.style.borderLeftColor = data.kinds[kind];
    this.numbers.textContent =
      `d(a,p) = ${near.toFixed(2)}    d(a,n) = ${far.toFixed(2)}\n` +
      `loss = max(0, ${near.toFixed(2)} − ${far.toFixed(2)} + ${margin.toFixed(2)}) = ${loss.toFixed(2)}`;
    this.marginWord.textContent = `Margin ${margin.toFixed(2)}`;
    this.line.draw(near, far, margin);
    this.ball.points.forEach(({ group }, i) => {
      const angle = Math.round(angleOf(points[i]));
      group.setAttribute("aria-valuenow", angle);
      group.setAttribute("aria-valuetext", `${angle} degrees, loss ${loss.toFixed(2)}, ${kind}`);
    });
    Object.assign(this.root.dataset, { loss: loss.toFixed(4), kind, margin: margin.toFixed(2), frames: ++this.frames });
  }

  end() {
    this.gone = true;
    this.stop();
    this.root.remove();
  }
}

// Both distances on one line from 0 to 4, with the margin's band after the positive.
class DistanceLine {
  constructor(parent, colours) {
    this.root = part(parent, "div", "distances");
    this.root.setAttribute("aria-hidden", "true");
    this.band = part(this.root, "div", "band");
    this.marks = [["p", colours[1]], ["n", colours[2]]].map(([word, colour], i) => {
      const mark = part(this.root, "span", i ? "mark n" : "mark p");
      mark.style.background = colour;
      part(mark, "b", "").textContent = word;
      return mark;
    });
    for (const end of ["0", "4"]) part(this.root, "small", end === "0" ? "low" : "high").textContent = end;
  }

  draw(near, far, margin) {
    const at = (value) => `${(100 * value) / 4}%`;
    this.band.style.left = at(near);
    this.band.style.width = at(Math.min(margin, 4 - near));
    this.marks[0].style.left = at(near);
    this.marks[1].style.left = at(far);
  }
}

function sentence({ near, far, kind, loss }, margin) {
  if (near < 1e-9 && far < 1e-9) return `All on one point: the loss is the margin, ${margin.toFixed(2)}, and there is no arrow left to part them. This is collapse.`;
  if (kind === "hard") return "Hard: the negative is as near as the positive, or nearer.";
  if (kind === "easy") return "Easy: the negative is farther by the margin or more. Nothing moves.";
  return `Semi-hard: the negative is farther, but ${loss.toFixed(2)} of the margin is missing.`;
}

function part(parent, tag, name) {
  const element = parent.appendChild(document.createElement(tag));
  if (name) element.className = name;
  return element;
}
