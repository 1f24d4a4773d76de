// The buttons and sliders under the drawing; every one of them is an ordinary form element, so that keys reach it.
const DWELL = 700; // milliseconds a frame stays
const QUICK = 120; // when there are many

export class Bar {
  constructor(root, heard) {
    this.heard = heard;
    this.player = part(root, "div", "lab-player");
    this.play = button(this.player, "Play", () => (this.timer ? this.rest() : this.start()));
    this.slider = range(this.player, "Frame", 0, 1, 1, () => {
      this.rest();
      heard.frame(Number(this.slider.value));
    });
    this.word = part(this.player, "output", "");
    this.tools = part(root, "div", "lab-sphere-tools");
    this.turn = button(this.tools, "Turn", () => heard.turn());
    this.looks = button(this.tools, "Points", () => heard.looks());
    this.mode = part(this.tools, "select", "");
    this.mode.setAttribute("aria-label", "Triplets of");
    for (const [value, word] of [["anchor", "Triplets of one face"], ["batch", "Triplets of a batch"], ["none", "No triplets"]])
      Object.assign(part(this.mode, "option", ""), { value, textContent: word });
    this.mode.addEventListener("change", () => heard.mode(this.mode.value));
    this.next = button(this.tools, "Another face", () => heard.next());
    const margin = part(this.tools, "label", "lab-sphere-margin");
    this.marginWord = part(margin, "span", "");
    this.margin = range(margin, "Margin", 0.05, 3.95, 0.05, () => heard.margin(Number(this.margin.value)));
    this.counts = part(root, "p", "lab-sphere-counts");
    this.counts.setAttribute("aria-live", "polite");
  }

  use(labels, triplets) {
    this.labels = labels;
    this.slider.max = labels.length - 1;
    this.player.style.display = labels.length > 1 ? "flex" : "none";
    for (const node of [this.mode, this.next, this.margin.parentElement, this.counts]) node.hidden = !triplets;
  }

  show(frame) {
    this.slider.value = frame;
    this.slider.setAttribute("aria-valuetext", this.labels[frame]);
    this.word.textContent = this.labels[frame];
  }

  start() {
    if (Number(this.slider.value) >= this.labels.length - 1) this.heard.frame(0);
    this.timer = setInterval(() => {
      const frame = Number(this.slider.value);
      if (frame >= this.labels.length - 1) this.rest();
      else this.heard.frame(frame + 1);
    }, this.labels.length > 60 ? QUICK : DWELL);
    this.play.textContent = "Pause";
  }

  rest() {
    clearInterval(this.timer);
    this.timer = null;
    this.play.textContent = "Play";
  }
}

function part(parent, kind, name) {
  const node = parent.appendChild(document.createElement(kind));
  if (name) node.className = name;
  return node;
}

function button(parent, word, heard) {
  const node = part(parent, "button", "");
  Object.assign(node, { type: "button", textContent: word });
  node.addEventListener("click", heard);
  return node;
}

function range(parent, word, min, max, step, heard) {
  const node = part(parent, "input", "");
  Object.assign(node, { type: "range", min, max, step });
  node.setAttribute("aria-label", word);
  node.addEventListener("input", heard);
  return node;
}
