// Draws one picture of the map: trails and lines below, dots and faces, what is pointed at and chosen on top.
import { outline } from "./forms.js";
import { clip } from "./words.js";

const FEW = 120; // pictures that are drawn crisply one by one, where a sheet would be too coarse
export const RINGED = 20; // chosen faces that are ringed; where more are chosen, the others are left faint
const FAINT = 0.16;

export class Painter {
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
  }

  // Fits the canvas to its place, in the screen's own pixels; returns whether that changed anything.
  resize(width, height) {
    const ratio = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width === w && this.canvas.height === h && this.ratio === ratio) return false;
    Object.assign(this.canvas, { width: w, height: h });
    Object.assign(this, { ratio, width, height });
    return true;
  }

  draw(view) {
    const { pen, ratio } = this;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, this.width, this.height);
    this.edges(view);
    for (const trail of view.trails) this.trail(trail);
    this.ruler(view);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    this.faces(view);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.neighbourLines(view);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    this.marked(view);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    for (const label of view.labels) this.label(label, view.theme);
    if (view.lasso) this.lasso(view.lasso, view.theme);
  }

  edges({ edges, theme }) {
    const { pen } = this;
    Object.assign(pen, { strokeStyle: theme.line, lineWidth: 1 });
    for (const [from, to] of edges) {
      pen.beginPath();
      pen.moveTo(...from);
      pen.lineTo(...to);
      pen.stroke();
    }
  }

  faces({ screen, order, share, size, sprites, dimmed, resting }) {
    const { pen, ratio } = this;
    const visible = order.filter((face) => this.inside(screen, face, size));
    this.shown = 0;
    pen.globalAlpha = FAINT;
    for (const face of visible) if (dimmed[face]) this.dot(sprites, screen, face);
    pen.globalAlpha = 1;
    const pictures = [];
    for (const face of visible) {
      if (dimmed[face]) continue;
      if (share[face] > 0.02 && sprites.atlas) pictures.push(face);
      else this.dot(sprites, screen, face);
    }
    const wanted = size * ratio;
    const coarse = wanted > sprites.most - 4 && pictures.length <= FEW;
    const sheet = pictures.length && !coarse ? sprites.sheet(wanted, resting) : null;
    for (const face of pictures) {
      const own = (10 + (size - 10) * share[face]) * screen[face * 3 + 2] * ratio;
      const [x, y] = [screen[face * 3] * ratio, screen[face * 3 + 1] * ratio];
      if (sheet) sprites.copy(pen, sheet, face, x, y, own);
      else sprites.paint(pen, face, x, y, own);
      this.shown++;
    }
    this.dots = visible.length - pictures.length;
    this.unfinished = Boolean(sheet) && sprites.pending;
  }

  inside(screen, face, size) {
    const [x, y] = [screen[face * 3], screen[face * 3 + 1]];
    return x > -size && y > -size && x < this.width + size && y < this.height + size; // not so for NaN
  }

  dot(sprites, screen, face) {
    const { dots } = sprites;
    sprites.copy(this.pen, dots, face, screen[face * 3] * this.ratio, screen[face * 3 + 1] * this.ratio, dots.size);
  }

  marked({ screen, size, sprites, chosen, hovered, near, theme, people }) {
    const { pen, ratio } = this;
    const paint = (face, own) => {
      if (!this.inside(screen, face, size)) return;
      sprites.paint(pen, face, screen[face * 3] * ratio, screen[face * 3 + 1] * ratio, own * ratio);
    };
    for (const { face } of near ?? []) paint(face, Math.max(size, 26));
    for (const face of chosen.length > RINGED ? [] : chosen) {
      if (!this.inside(screen, face, size)) continue;
      const own = Math.max(size, 28);
      paint(face, own);
      outline(pen, screen[face * 3] * ratio, screen[face * 3 + 1] * ratio, (own / 2 + 2) * ratio, people.group[face]);
      pen.lineWidth = 2 * ratio;
      pen.strokeStyle = theme.text;
      pen.stroke();
    }
    if (hovered >= 0) paint(hovered, Math.max(size * 1.35, 44));
  }

  neighbourLines({ screen, hovered, near, tones, people }) {
    if (!near || hovered < 0) return;
    for (const { face } of [...near].reverse()) {
      const same = people.person[face] === people.person[hovered];
      this.line(screen, hovered, face, same ? tones.same : tones.different, 2.5, same ? [] : [7, 4]);
    }
  }

  ruler({ screen, chosen, tones }) {
    if (chosen.length === 2) this.line(screen, chosen[0], chosen[1], tones.ruler, 3, []);
  }

  line(screen, a, b, colour, width, dash) {
    const { pen } = this;
    if (!Number.isFinite(screen[a * 3] + screen[b * 3])) return;
    pen.beginPath();
    pen.moveTo(screen[a * 3], screen[a * 3 + 1]);
    pen.lineTo(screen[b * 3], screen[b * 3 + 1]);
    Object.assign(pen, { strokeStyle: colour, lineWidth: width });
    pen.setLineDash(dash);
    pen.stroke();
    pen.setLineDash([]);
  }

  trail({ points, colour }) {
    const { pen } = this;
    Object.assign(pen, { strokeStyle: colour, fillStyle: colour, lineWidth: 2 });
    for (let i = 1; i < points.length; i++) {
      pen.globalAlpha = 0.25 + 0.75 * (i / points.length);
      pen.beginPath();
      pen.moveTo(...points[i - 1]);
      pen.lineTo(...points[i]);
      pen.stroke();
      pen.fillRect(points[i - 1][0] - 2, points[i - 1][1] - 2, 4, 4);
    }
    pen.globalAlpha = 1;
  }

  label({ x, y, text, colour }, theme) {
    const { pen } = this;
    Object.assign(pen, { font: `600 15px ${theme.font}`, textAlign: "center", textBaseline: "middle", lineJoin: "round" });
    Object.assign(pen, { lineWidth: 5, strokeStyle: theme.background, fillStyle: theme.text });
    const words = clip(text, 24);
    const half = Math.min(this.width / 2, pen.measureText(words).width / 2 + 4);
    const at = Math.min(this.width - half, Math.max(half, x));
    const under = Math.min(this.height - 12, Math.max(12, y));
    pen.strokeText(words, at, under);
    pen.fillText(words, at, under);
    pen.fillStyle = colour;
    pen.fillRect(at - half + 4, under + 10, 2 * half - 8, 3);
  }

  lasso(line, theme) {
    const { pen } = this;
    pen.beginPath();
    line.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    pen.closePath();
    pen.globalAlpha = 0.12;
    pen.fillStyle = theme.text;
    pen.fill();
    pen.globalAlpha = 1;
    Object.assign(pen, { strokeStyle: theme.text, lineWidth: 2 });
    pen.setLineDash([6, 4]);
    pen.stroke();
    pen.setLineDash([]);
  }
}
