// The margin's slider under a picture of all margins at once, and the live counts.
import { EASY, HARD, SEMI_HARD } from "./plane_maths.js";

const TALL = 76;
const THUMB = 9; // half of a slider's handle, by which its track is inset
const SIGNS = ["○", "●", "■"];

export class Margin {
  constructor(root, move) {
    this.strip = root.appendChild(document.createElement("canvas"));
    this.strip.className = "strip";
    this.strip.setAttribute("aria-hidden", "true");
    const bar = root.appendChild(document.createElement("div"));
    bar.className = "bar";
    this.slider = document.createElement("input");
    Object.assign(this.slider, { type: "range" });
    this.slider.setAttribute("aria-label", "Margin, in squared distance");
    this.word = document.createElement("output");
    bar.append(this.slider, this.word);
    this.tallies = root.appendChild(document.createElement("div"));
    this.tallies.className = "tallies";
    this.tiles = SIGNS.map((sign) => tile(this.tallies, sign));
    this.slider.addEventListener("input", () => move(Number(this.slider.value)));
  }

  use(data) {
    this.data = data;
    const { margins } = data;
    Object.assign(this.slider, { min: margins[0], max: margins[margins.length - 1], step: margins[1] - margins[0] });
  }

  // Shows a margin, at once and without asking anybody.
  show(margin, theme) {
    const { data } = this;
    const at = placeOf(margin, data.margins);
    this.slider.value = margin;
    const own = margin === data.own ? "the run's own" : `moved; run ${data.own.toFixed(2)}`;
    this.slider.setAttribute("aria-valuetext", `margin ${margin.toFixed(2)}, ${own}`);
    this.word.textContent = `margin ${margin.toFixed(2)}\n${own}`;
    const counts = [data.easy[at], data.semi_hard[at], data.hard[at]];
    const pull = [0, data.semi_hard_pull[at], data.hard_pull[at]];
    const [all, pulled] = [sum(counts), sum(pull)];
    this.tiles.forEach((parts, kind) => {
      parts.tile.style.borderLeftColor = parts.sign.style.color = data.colours[kind];
      parts.name.textContent = data.words[kind];
      parts.count.textContent = counts[kind].toLocaleString("en");
      parts.tile.dataset.count = counts[kind];
      parts.share.textContent = `${percent(counts[kind], all)} of the triplets`;
      parts.pull.textContent = `${percent(pull[kind], pulled)} of the gradient`;
    });
    this.paint(margin, theme);
  }

  paint(margin, theme) {
    const { strip, data } = this;
    const width = strip.clientWidth;
    const ratio = window.devicePixelRatio || 1;
    if (strip.width !== Math.round(width * ratio)) [strip.width, strip.height] = [Math.round(width * ratio), TALL * ratio];
    const pen = strip.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, TALL);
    const { margins } = data;
    const x = (value) => THUMB + ((value - margins[0]) / (margins[margins.length - 1] - margins[0])) * (width - 2 * THUMB);
    const shares = margins.map((_, i) => {
      const all = data.easy[i] + data.semi_hard[i] + data.hard[i] || 1;
      return [data.hard[i] / all, (data.hard[i] + data.semi_hard[i]) / all];
    });
    const y = (share) => TALL - 1 - share * (TALL - 2);
    area(pen, margins.map(x), shares.map(() => y(1)), shares.map(([, b]) => y(b)), data.colours[EASY], 0.35);
    area(pen, margins.map(x), shares.map(([, b]) => y(b)), shares.map(([a]) => y(a)), data.colours[SEMI_HARD], 0.9);
    area(pen, margins.map(x), shares.map(([a]) => y(a)), shares.map(() => y(0)), data.colours[HARD], 0.9);
    upright(pen, x(data.own), data.amber, []);
    if (margin !== data.own) upright(pen, x(margin), data.amber, [8, 5]);
    pen.font = `14px ${theme.font}`;
    pen.fillStyle = theme.text;
    pen.textBaseline = "top";
    pen.textAlign = x(margin) > width / 2 ? "left" : "right";
    pen.fillText("shares at every margin", x(margin) > width / 2 ? THUMB + 6 : width - THUMB - 6, 5);
  }
}

function tile(parent, sign) {
  const parts = { tile: parent.appendChild(document.createElement("div")) };
  const head = parts.tile.appendChild(document.createElement("div"));
  parts.sign = head.appendChild(document.createElement("b"));
  parts.sign.textContent = `${sign} `;
  parts.sign.setAttribute("aria-hidden", "true");
  parts.name = head.appendChild(document.createElement("span"));
  parts.count = parts.tile.appendChild(document.createElement("strong"));
  parts.share = parts.tile.appendChild(document.createElement("small"));
  parts.pull = parts.tile.appendChild(document.createElement("small"));
  return parts;
}

function upright(pen, x, colour, dash) {
  pen.strokeStyle = colour;
  pen.lineWidth = 3;
  pen.setLineDash(dash);
  pen.beginPath();
  pen.moveTo(x, 0);
  pen.lineTo(x, TALL);
  pen.stroke();
  pen.setLineDash([]);
}

function area(pen, xs, top, bottom, colour, alpha) {
  pen.globalAlpha = alpha;
  pen.fillStyle = colour;
  pen.beginPath();
  xs.forEach((x, i) => pen[i ? "lineTo" : "moveTo"](x, top[i]));
  for (let i = xs.length - 1; i >= 0; i--) pen.lineTo(xs[i], bottom[i]);
  pen.fill();
  pen.globalAlpha = 1;
}

export const placeOf = (margin, margins) =>
  margins.reduce((best, value, i) => (Math.abs(value - margin) < Math.abs(margins[best] - margin) ? i : best), 0);
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const percent = (part, whole) => (whole > 0 ? `${((100 * part) / whole).toFixed(part && part < whole / 100 ? 2 : 1)} %` : "0 %");
