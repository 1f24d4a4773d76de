// A photo with a square to move and to size; it reports when it is let go. Other faces are squares to click.
import { loadStyle } from "../browser/loading.js";
import { Roving } from "../browser/roving.js";
import { watchServer } from "../browser/watch.js";

const nodes = new WeakMap();

export default async function mount(component) {
  const { parentElement: host, data } = component;
  watchServer(data.alive);
  await loadStyle(data.style);
  if (!nodes.has(host)) nodes.set(host, new PhotoFrame(host));
  nodes.get(host).use(component);
}

class PhotoFrame {
  constructor(host) {
    this.root = host.appendChild(document.createElement("div"));
    this.root.className = "lab-frame";
    this.picture = this.root.appendChild(document.createElement("img"));
    this.picture.draggable = false;
    this.others = this.root.appendChild(document.createElement("div"));
    this.others.setAttribute("aria-label", "Other faces in the photo");
    this.roving = new Roving(this.others, "button");
    this.square = this.root.appendChild(document.createElement("div"));
    this.square.className = "square";
    this.square.tabIndex = 0;
    this.square.setAttribute("role", "application");
    this.corner = this.square.appendChild(document.createElement("div"));
    this.corner.className = "corner";
    this.square.addEventListener("pointerdown", (event) => this.grab(event));
    this.square.addEventListener("pointermove", (event) => this.drag(event));
    this.square.addEventListener("pointerup", () => this.drop());
    this.square.addEventListener("pointercancel", () => this.drop());
    this.square.addEventListener("keydown", (event) => this.press(event));
    this.count = 0;
  }

  use(component) {
    this.component = component;
    const { data } = component;
    const news = JSON.stringify([data.picture, data.frame]);
    if (news !== this.news && !this.held) this.frame = { ...data.frame }; // an old answer must not pull it back
    this.news = news;
    if (this.picture.src !== new URL(data.picture, document.baseURI).href) this.picture.src = data.picture;
    this.picture.alt = data.alt;
    this.root.style.aspectRatio = `${data.width} / ${data.height}`;
    this.root.style.maxWidth = `min(100%, ${Math.round((data.tallest * data.width) / data.height)}px)`;
    this.others.replaceChildren(...data.faces.map((face, number) => this.other(face, number)));
    this.roving.use();
    this.place();
  }

  other(face, number) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "other";
    button.setAttribute("aria-label", `Use face ${number + 1}`);
    button.addEventListener("click", () => {
      this.frame = { ...face };
      this.place();
      this.tell();
    });
    this.put(button, face);
    return button;
  }

  put(element, frame) {
    const { width, height } = this.component.data;
    Object.assign(element.style, {
      left: `${(100 * (frame.x - frame.side / 2)) / width}%`,
      top: `${(100 * (frame.y - frame.side / 2)) / height}%`,
      width: `${(100 * frame.side) / width}%`,
      transform: `rotate(${frame.angle}deg)`,
    });
  }

  place() {
    this.put(this.square, this.frame);
    const { x, y, side } = this.frame;
    this.square.setAttribute("aria-label", `Frame of the face, centre ${Math.round(x)}, ${Math.round(y)}, ` +
      `side ${Math.round(side)} pixels. Arrow keys move it, plus and minus size it.`);
    Object.assign(this.root.dataset, { x: x.toFixed(1), y: y.toFixed(1), side: side.toFixed(1) });
  }

  change(values) {
    const { width, height } = this.component.data;
    Object.assign(this.frame, values);
    this.frame.side = Math.min(Math.max(width, height), Math.max(16, this.frame.side));
    this.frame.x = Math.min(width, Math.max(0, this.frame.x));
    this.frame.y = Math.min(height, Math.max(0, this.frame.y));
    this.place();
  }

  grab(event) {
    event.preventDefault();
    this.square.setPointerCapture(event.pointerId);
    this.square.focus();
    this.held = { x: event.clientX, y: event.clientY, frame: { ...this.frame }, sizing: event.target === this.corner };
  }

  drag(event) {
    if (!this.held) return;
    const scale = this.component.data.width / this.root.clientWidth;
    const [right, down] = [(event.clientX - this.held.x) * scale, (event.clientY - this.held.y) * scale];
    const { x, y, side } = this.held.frame;
    if (this.held.sizing) this.change({ side: side + right + down }); // about its centre: both edges move
    else this.change({ x: x + right, y: y + down });
  }

  drop() {
    if (!this.held) return;
    const { x, y, side } = this.held.frame;
    this.held = null;
    if (x !== this.frame.x || y !== this.frame.y || side !== this.frame.side) this.tell();
  }

  press(event) {
    const step = Math.max(1, this.frame.side * 0.03);
    const { x, y, side } = this.frame;
    const change = {
      ArrowLeft: { x: x - step }, ArrowRight: { x: x + step }, ArrowUp: { y: y - step }, ArrowDown: { y: y + step },
      "+": { side: side * 1.06 }, "=": { side: side * 1.06 }, "-": { side: side / 1.06 },
    }[event.key];
    if (!change) return;
    event.preventDefault();
    this.change(change);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), 250);
  }

  tell() {
    this.count += 1;
    const { photo } = this.component.data;
    this.component.setStateValue("frame", { value: { photo, ...this.frame }, count: this.count });
  }
}
