// Paints the plane: density or points, the two lines, the chosen triplet and the way it came.
import { distance } from "../browser/digits.js";
import { EASY, HARD, indexOfHalf, kindOf, kindOfHalf, SEMI_HARD } from "./plane_maths.js";

const FINE = 8; // pixels a cell in the picture of the density, which is then stretched
const ROOM = { left: 64, right: 14, top: 12, bottom: 54 };

export class Drawing {
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
  }

  // Fits the canvas to its place and returns the scale of the plane.
  fit(upper, whole) {
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (this.canvas.width !== Math.round(width * ratio)) this.canvas.width = Math.round(width * ratio);
    if (this.canvas.height !== Math.round(height * ratio)) this.canvas.height = Math.round(height * ratio);
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.size = { width, height };
    this.area = { left: ROOM.left, top: ROOM.top, width: width - ROOM.left - ROOM.right, height: height - ROOM.top - ROOM.bottom };
    this.upper = upper; // end of the axes
    this.whole = whole; // end of the plane, of which a part may be seen
    this.scale = { x: this.area.width / upper, y: this.area.height / upper };
  }

  x = (value) => this.area.left + value * this.scale.x;
  y = (value) => this.area.top + this.area.height - value * this.scale.y;
  toPlane = (px, py) => ({ x: (px - this.area.left) / this.scale.x, y: (this.area.top + this.area.height - py) / this.scale.y });

  paint(view) {
    const { pen, size } = this;
    this.look = view.look;
    pen.clearRect(0, 0, size.width, size.height);
    this.axes(view);
    pen.save();
    pen.beginPath();
    pen.rect(this.area.left, this.area.top, this.area.width, this.area.height);
    pen.clip();
    if (view.counts) this.density(view);
    if (view.near) this.points(view);
    this.lines(view);
    this.names(view);
    if (view.trail?.length > 1) this.trail(view.trail);
    if (view.chosen) this.ring(view.chosen, 8, 3);
    if (view.cursor) this.ring(view.cursor, 14, 2);
    pen.restore();
    if (view.empty) this.say(view.empty);
  }

  axes({ theme }) {
    const { pen, area, upper } = this;
    pen.strokeStyle = theme.line;
    pen.lineWidth = 1;
    pen.fillStyle = theme.text;
    pen.font = `15px ${theme.font}`;
    const step = upper / 4;
    for (let i = 0; i <= 4; i++) {
      const [px, py] = [this.x(i * step), this.y(i * step)];
      pen.beginPath();
      pen.moveTo(px, area.top);
      pen.lineTo(px, area.top + area.height);
      pen.moveTo(area.left, py);
      pen.lineTo(area.left + area.width, py);
      pen.stroke();
      pen.textAlign = "center";
      pen.fillText(short(i * step), px, area.top + area.height + 20);
      pen.textAlign = "right";
      pen.fillText(short(i * step), area.left - 8, py + 5);
    }
    pen.textAlign = "center";
    const middle = area.left + area.width / 2;
    pen.fillText("d(a,p), squared distance anchor to positive", middle, area.top + area.height + 44, area.width);
    pen.save();
    pen.translate(18, area.top + area.height / 2);
    pen.rotate(-Math.PI / 2);
    pen.fillText("d(a,n), squared distance anchor to negative", 0, 0, area.height);
    pen.restore();
  }

  density({ counts, cells, margin, colours }) {
    const { pen, area } = this;
    this.picture ??= document.createElement("canvas");
    const side = cells * FINE;
    if (this.picture.width !== side) [this.picture.width, this.picture.height] = [side, side];
    const brush = this.picture.getContext("2d");
    const image = brush.createImageData(side, side);
    fill(new Uint32Array(image.data.buffer), counts, cells, margin, this.whole / cells, colours);
    brush.putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = false;
    const zoom = this.whole / this.upper;
    pen.drawImage(this.picture, area.left, area.top + area.height * (1 - zoom), area.width * zoom, area.height * zoom);
  }

  points({ near, far, margin, colours }) {
    const { pen } = this;
    pen.lineWidth = 1.5;
    for (const kind of [EASY, SEMI_HARD, HARD]) {
      pen.strokeStyle = pen.fillStyle = colours[kind];
      for (let i = 0; i < near.length; i++) {
        if (kindOf(near[i], far[i], margin) !== kind) continue;
        dot(pen, this.x(near[i]), this.y(far[i]), kind);
      }
    }
  }

  // The run's own margin is solid, one that it was not trained with dashed.
  lines({ margin, own, theme, amber }) {
    this.line(0, theme.text, [3, 4]);
    this.line(own, amber, []);
    if (margin !== own) this.line(margin, amber, [12, 7]);
  }

  line(gap, colour, dash) {
    const { pen, upper } = this;
    pen.strokeStyle = colour;
    pen.lineWidth = 3;
    pen.setLineDash(dash);
    pen.beginPath();
    pen.moveTo(this.x(0), this.y(gap));
    pen.lineTo(this.x(upper), this.y(upper + gap));
    pen.stroke();
    pen.setLineDash([]);
  }

  names({ margin, own, theme, colours, words }) {
    const { upper } = this;
    const slope = -Math.atan2(this.scale.y, this.scale.x);
    this.word(words[EASY], upper * 0.02, upper * 0.95, 0, "left", theme, colours[EASY]);
    this.word(words[HARD], upper * 0.98, upper * 0.2, 0, "right", theme, colours[HARD]);
    const band = margin * this.scale.y * Math.cos(slope);
    const at = upper * (margin === own ? 0.55 : 0.4); // beside the names of one or of two margins
    if (band >= 22) this.word(words[SEMI_HARD], at, at + margin / 2, slope, "center", theme, colours[SEMI_HARD]);
    else this.word(`${words[SEMI_HARD]} ↓`, at, at + margin + 16 / this.scale.y, slope, "center", theme, colours[SEMI_HARD]);
    this.word("d(a,n) = d(a,p)", upper * 0.8, upper * 0.8 - 20 / this.scale.y, slope, "center", theme);
    this.named(`run's margin ${own.toFixed(2)}`, own, upper * 0.72, slope, theme);
    if (margin !== own) this.named(`margin ${margin.toFixed(2)}, moved`, margin, upper * 0.3, slope, theme);
  }

  // Writes along a line, farther down where it would run out of the picture.
  named(text, gap, place, slope, theme) {
    const at = Math.max(this.upper * 0.1, Math.min(place, this.upper * 0.82 - gap));
    this.word(text, at, at + gap + 18 / this.scale.y, slope, "center", theme);
  }

  word(text, x, y, angle, align, theme, colour) {
    const { pen } = this;
    pen.save();
    pen.translate(this.x(x), this.y(y));
    pen.rotate(angle);
    pen.font = `600 15px ${theme.font}`;
    pen.textAlign = align;
    pen.textBaseline = "middle";
    pen.lineWidth = 4;
    pen.strokeStyle = theme.background;
    pen.strokeText(text, 0, 0);
    pen.fillStyle = theme.text;
    pen.fillText(text, 0, 0);
    if (colour) {
      const wide = pen.measureText(text).width;
      const from = { left: 0, center: -wide / 2, right: -wide }[align];
      pen.fillStyle = colour;
      pen.fillRect(from, 10, wide, 3);
    }
    pen.restore();
  }

  trail(trail) {
    const { pen, look } = this;
    for (const [colour, width] of [[look.background, 5], [look.text, 2]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.beginPath();
      trail.forEach(([near, far], i) => pen[i ? "lineTo" : "moveTo"](this.x(near), this.y(far)));
      pen.stroke();
    }
    pen.fillStyle = look.text;
    for (const [near, far] of trail) {
      pen.beginPath();
      pen.arc(this.x(near), this.y(far), 3, 0, 2 * Math.PI);
      pen.fill();
    }
  }

  ring([near, far], radius, width) {
    const { pen, look } = this;
    for (const [colour, wide] of [[look.background, width + 4], [look.text, width]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = wide;
      pen.beginPath();
      pen.arc(this.x(near), this.y(far), radius, 0, 2 * Math.PI);
      pen.stroke();
    }
  }

  say(sentence) {
    const { pen, size, look } = this;
    pen.fillStyle = look.text;
    pen.font = `16px ${look.font}`;
    pen.textAlign = "center";
    pen.fillText(sentence, size.width / 2, size.height / 2, size.width * 0.9);
  }
}

// One colour a half cell, one pass over the pixels: about 2 ms for 80 x 80 cells.
function fill(pixels, counts, cells, margin, width, colours) {
  const side = cells * FINE;
  const most = Math.log1p(counts.reduce((a, b) => Math.max(a, b), 0));
  const tones = colours.map(rgb);
  const tone = (column, row, above) => {
    const count = counts[indexOfHalf(column, row, above, cells)];
    if (!count) return 0;
    const strength = Math.round(255 * (0.2 + 0.8 * (most ? Math.log1p(count) / most : 1)));
    return ((strength << 24) | tones[kindOfHalf(column, row, above, width, margin)]) >>> 0;
  };
  for (let column = 0; column < cells; column++) {
    for (let row = 0; row < cells; row++) {
      const [below, above] = [tone(column, row, false), tone(column, row, true)];
      if (!below && !above) continue;
      const top = (cells - 1 - row) * FINE;
      for (let down = 0; down < FINE; down++) {
        const start = (top + down) * side + column * FINE;
        for (let right = 0; right < FINE; right++) pixels[start + right] = FINE - 1 - down >= right ? above : below;
      }
    }
  }
}

function rgb(colour) {
  const number = parseInt(colour.slice(1), 16);
  return ((number & 255) << 16) | (number & 0xff00) | (number >> 16); // pixels lie blue, green, red
}

// Easy: an open circle; semi-hard: a full one; hard: a square. Never told by colour alone.
function dot(pen, x, y, kind) {
  pen.beginPath();
  if (kind === HARD) return pen.fillRect(x - 4, y - 4, 8, 8);
  pen.arc(x, y, 4, 0, 2 * Math.PI);
  return kind === EASY ? pen.stroke() : pen.fill();
}

const short = (value) => (value >= 1000 ? value.toLocaleString("en") : String(Number(distance(value))));
