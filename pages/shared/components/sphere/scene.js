// Draws one moment on a canvas: the sphere with its lines, the faces, the arcs. Canvas 2D needs no graphics card.
import { arc, length, seen } from "./geometry.js";

const COLOURS = { anchor: "#0072b2", positive: "#009e73", negative: "#d55e00" };
const FACE = 34; // pixels of a face in front
const POINT = 7;
const ROOM = 0.86; // of the half window; faces stand out beyond the sphere
const NICK = 0.022; // between two rings on the circle

export class Scene {
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
  }

  fit() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const ratio = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    Object.assign(this, { width, height, radius: (Math.min(width, height) / 2) * ROOM });
  }

  // `moment`: points, view, flat, colours, group, image, sprites, faces, anchors, members, arcs, theme
  draw(moment) {
    this.fit();
    const { pen, width, height } = this;
    pen.clearRect(0, 0, width, height);
    if (!this.radius) return;
    const largest = moment.points.reduce((most, point) => Math.max(most, length(point) || 0), 0);
    this.unit = this.radius / Math.max(1, largest > 1.001 ? largest : 1); // lengths that grow make the sphere shrink
    this.placed = moment.points.map((point) => this.place(moment.view, point));
    this.globe(moment);
    const size = (moment.image ? FACE : 2 * POINT) * Math.min(1, Math.max(0.6, this.radius / 230));
    const order = this.placed.map((_, face) => face).filter((face) => this.placed[face].every(Number.isFinite));
    order.sort((a, b) => this.placed[a][2] - this.placed[b][2]);
    const front = (face) => this.placed[face][2] >= -1e-3;
    for (const face of order) if (!front(face)) this.face(moment, face, size * 0.8);
    this.arcs(moment);
    for (const face of order) if (front(face)) this.face(moment, face, size);
  }

  place(view, point) {
    const [x, y, z] = seen(view, point);
    return [this.width / 2 + x * this.unit, this.height / 2 - y * this.unit, z];
  }

  globe({ view, flat, theme }) {
    const { pen } = this;
    const [x, y, r] = [this.width / 2, this.height / 2, this.unit];
    pen.lineWidth = 1.5;
    pen.strokeStyle = theme.line;
    pen.beginPath();
    pen.arc(x, y, r, 0, 2 * Math.PI);
    if (!flat) {
      const glow = pen.createRadialGradient(x - r * 0.35, y - r * 0.4, r * 0.1, x, y, r);
      glow.addColorStop(0, theme.bright);
      glow.addColorStop(1, theme.ground);
      pen.fillStyle = glow;
      pen.fill();
    }
    pen.stroke();
    if (flat) return;
    for (const line of GRATICULE) this.line(line.map((point) => this.place(view, point)), theme.line, 1, 0.25, 0.9);
  }

  // A line on the sphere, weaker behind.
  line(places, colour, width, behind, before) {
    const { pen } = this;
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.lineCap = "round";
    for (let i = 1; i < places.length; ) {
      const back = places[i][2] < 0;
      pen.globalAlpha = back ? behind : before;
      pen.beginPath();
      pen.moveTo(places[i - 1][0], places[i - 1][1]);
      for (; i < places.length && places[i][2] < 0 === back; i++) pen.lineTo(places[i][0], places[i][1]);
      pen.stroke();
    }
    pen.globalAlpha = 1;
  }

  arcs({ arcs, points, view, flat }) {
    if (!arcs) return;
    const groups = [[arcs.negatives, COLOURS.negative], [arcs.positives, COLOURS.positive]];
    const many = arcs.negatives.length + arcs.positives.length;
    let ring = 0;
    for (const [pairs, colour] of groups) {
      for (const { from, to } of pairs) {
        const path = arc(points[from], points[to]);
        ring += 1;
        const inside = flat ? 1 - (many - ring + 1) * Math.min(NICK, 0.8 / many) : 1; // on a circle arcs would cover one another
        const places = path.map((point) => this.place(view, point.map((value) => value * inside)));
        this.line(places, colour, flat ? 2 : 2.5, 0.18, 0.85);
      }
    }
  }

  face(moment, face, size) {
    const { pen } = this;
    const [x, y, z] = this.placed[face];
    const chosen = moment.anchors.includes(face);
    const outside = moment.members && !moment.members.includes(face);
    pen.globalAlpha = (z < -1e-3 ? 0.3 : 1) * (outside ? 0.25 : 1);
    const half = (chosen ? size * 1.25 : size) / 2;
    if (moment.image) this.picture(moment, face, x, y, half);
    else this.point(moment, face, x, y, half);
    if (chosen && moment.members === null) this.ring(x, y, half + 4, COLOURS.anchor, 4);
    pen.globalAlpha = 1;
  }

  picture({ image, sprites, faces, colours, group }, face, x, y, half) {
    const { pen } = this;
    const { columns, size } = sprites;
    const number = faces[face];
    pen.save();
    pen.beginPath();
    pen.arc(x, y, half, 0, 2 * Math.PI);
    pen.clip();
    const [left, top] = [(number % columns) * size, Math.floor(number / columns) * size];
    pen.drawImage(image, left, top, size, size, x - half, y - half, 2 * half, 2 * half);
    pen.restore();
    this.ring(x, y, half, colours[face], 3, group[face] === 1 ? [4, 3] : group[face] === 2 ? [1.5, 4] : []);
  }

  point({ colours, group }, face, x, y, half) {
    const { pen } = this;
    pen.beginPath();
    if (group[face] === 2) {
      pen.moveTo(x, y - half * 1.2);
      pen.lineTo(x + half * 1.2, y);
      pen.lineTo(x, y + half * 1.2);
      pen.lineTo(x - half * 1.2, y);
      pen.closePath();
    } else pen.arc(x, y, half, 0, 2 * Math.PI);
    pen.lineWidth = 2;
    pen.fillStyle = pen.strokeStyle = colours[face];
    if (group[face] === 1) pen.stroke();
    else pen.fill();
  }

  ring(x, y, radius, colour, width, dash = []) {
    const { pen } = this;
    pen.setLineDash(dash);
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.stroke();
    pen.setLineDash([]);
  }

  // The face under the pointer: the nearest of those in front.
  at(x, y, reach = 20) {
    let [best, nearest] = [null, reach];
    this.placed?.forEach(([px, py, z], face) => {
      const away = Math.hypot(px - x, py - y);
      if (z >= -1e-3 && away < nearest) [best, nearest] = [face, away];
    });
    return best;
  }
}

// Circles of latitude and longitude, every 30 degrees.
const GRATICULE = [];
for (let i = 1; i < 6; i++) {
  const [h, r] = [Math.cos((i * Math.PI) / 6), Math.sin((i * Math.PI) / 6)];
  GRATICULE.push(circle((t) => [r * Math.cos(t), h, r * Math.sin(t)]));
}
for (let i = 0; i < 6; i++) {
  const [c, s] = [Math.cos((i * Math.PI) / 6), Math.sin((i * Math.PI) / 6)];
  GRATICULE.push(circle((t) => [c * Math.cos(t), Math.sin(t), s * Math.cos(t)]));
}

function circle(at) {
  return Array.from({ length: 49 }, (_, i) => at((i / 48) * 2 * Math.PI));
}
