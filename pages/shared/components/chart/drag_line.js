// A vertical line to drag, or to move with the arrow keys. It reports while it moves, but not more often than PAUSE.
import { announce, listen } from "../browser/follower.js";

const PAUSE = 100; // milliseconds

export class DragLine {
  constructor(plot, report) {
    this.plot = plot;
    this.report = report;
    this.handle = document.createElement("div");
    this.handle.className = "lab-line";
    this.handle.tabIndex = 0;
    this.handle.setAttribute("role", "slider");
    this.text = this.handle.appendChild(document.createElement("span"));
    plot.append(this.handle);
    this.handle.addEventListener("pointerdown", (event) => this.grab(event));
    this.handle.addEventListener("pointermove", (event) => this.drag(event));
    this.handle.addEventListener("pointerup", () => this.drop());
    this.handle.addEventListener("pointercancel", () => this.drop());
    this.handle.addEventListener("keydown", (event) => this.press(event));
    this.handle.addEventListener("blur", () => this.handle.classList.remove("held"));
    this.end = listen(({ channel, at, from }) => {
      if (from === this || !this.line || channel !== this.line.channel) return;
      this.x = at;
      this.reported = performance.now(); // as if it had been moved here: an older answer must not pull it back
      this.place();
    });
  }

  use(line) {
    this.handle.style.display = line ? "block" : "none";
    if (!line) return;
    this.line = line;
    const quiet = !this.dragging && performance.now() - (this.reported ?? -1e9) > 600;
    if (this.x === undefined || quiet) this.x = line.x; // an answer on its way must not pull the line back
    this.place();
  }

  place() {
    const layout = this.plot._fullLayout;
    if (!this.line || !layout?.xaxis || !layout.yaxis) return;
    const { xaxis, yaxis } = layout;
    const left = xaxis._offset + xaxis.l2p(this.x);
    const inside = left >= xaxis._offset - 1 && left <= xaxis._offset + xaxis._length + 1;
    Object.assign(this.handle.style, {
      display: inside ? "block" : "none",
      left: `${left}px`,
      top: `${yaxis._offset}px`,
      height: `${yaxis._length}px`,
    });
    this.handle.classList.toggle("left", left > xaxis._offset + xaxis._length * 0.65);
    this.text.textContent = `${this.line.label} ${this.x.toFixed(this.digits)}`;
    this.handle.setAttribute("aria-label", this.line.label);
    this.handle.setAttribute("aria-valuemin", this.line.low);
    this.handle.setAttribute("aria-valuemax", this.line.high);
    this.handle.setAttribute("aria-valuenow", this.x.toFixed(this.digits));
    this.handle.dataset.x = this.x.toFixed(Math.max(4, this.digits));
  }

  moveTo(x) {
    const { low, high, step } = this.line;
    const place = Math.min(high, Math.max(low, Math.round(x / step) * step));
    this.x = Number(place.toFixed(this.digits)); // as the slider writes it: 0.03, not 0.030000000000000002
    this.place();
    announce(this.line.channel, this.x, this);
    this.tell();
  }

  // Decimals of a step.
  get digits() {
    return Math.max(0, -Math.round(Math.log10(this.line.step)));
  }

  tell() {
    const due = (this.reported ?? -1e9) + PAUSE - performance.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.reported = performance.now();
      this.report(this.x);
    }, Math.max(0, due));
  }

  grab(event) {
    this.handle.setPointerCapture(event.pointerId);
    this.dragging = true;
    event.preventDefault();
    this.handle.classList.add("held"); // a hand on it needs no frame
    this.handle.focus();
  }

  drag(event) {
    if (!this.dragging) return;
    const { xaxis } = this.plot._fullLayout;
    this.moveTo(xaxis.p2l(event.clientX - this.plot.getBoundingClientRect().left - xaxis._offset));
  }

  drop() {
    this.dragging = false;
  }

  press(event) {
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
    if (steps === undefined) return;
    event.preventDefault();
    this.handle.classList.remove("held");
    this.moveTo(this.x + steps * this.line.step);
  }
}
