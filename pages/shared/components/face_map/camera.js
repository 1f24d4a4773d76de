// From places on the map to places on the screen: pan and zoom in the plane, turning too in space.
const ROOM = 0.06; // kept free on each side
const NEAREST = 80;
const FARTHEST = 0.35; // zoom, where 1 shows everything
const EASE = 300; // milliseconds

export class Camera {
  constructor() {
    Object.assign(this, { width: 1, height: 1, zoom: 1, x: 0, y: 0, yaw: 0.6, pitch: 0.35, touched: false });
  }

  resize(width, height) {
    Object.assign(this, { width, height });
    if (this.world) this.fit();
  }

  // Takes what the map must hold. What the reader zoomed to stays; else the frame follows when it is too small or
  // far too large, slowly.
  hold({ low, high }, fresh) {
    const wanted = box(low, high);
    if (fresh || !this.world || wanted.centre.length !== this.world.centre.length) {
      this.world = wanted;
      this.reset(false);
      return;
    }
    if (!outgrown(this.world, wanted)) return;
    const before = this.state();
    this.world = wanted;
    this.fit();
    if (this.touched) this.keep(before);
    else this.easeFrom(before);
  }

  get deep() {
    return this.world?.centre.length === 3;
  }

  fit() {
    const [w, h] = this.deep ? [this.world.reach * 2, this.world.reach * 2] : this.world.size;
    const free = 1 - 2 * ROOM;
    this.unit = Math.min((this.width * free) / w, (this.height * free) / h);
  }

  get scale() {
    return this.unit * this.zoom;
  }

  // In units of the map, so that it means the same after the frame has changed.
  state() {
    const [cx, cy] = this.world.centre;
    return { scale: this.scale, x: cx + this.x, y: cy + this.y };
  }

  keep({ scale, x, y }) {
    this.zoom = scale / this.unit;
    this.x = x - this.world.centre[0];
    this.y = y - this.world.centre[1];
  }

  easeFrom(before) {
    this.keep(before);
    this.moving = { zoom: this.zoom, x: this.x, y: this.y, began: null };
  }

  // Shows everything again.
  reset(slowly = true) {
    this.touched = false;
    this.fit();
    if (slowly) this.moving = { zoom: this.zoom, x: this.x, y: this.y, began: null };
    else Object.assign(this, { zoom: 1, x: 0, y: 0, moving: null });
  }

  tick(time, still) {
    if (!this.moving) return false;
    this.moving.began ??= time;
    const t = still ? 1 : Math.min(1, (time - this.moving.began) / EASE);
    const left = 1 - t * t * (3 - 2 * t);
    this.zoom = Math.exp(Math.log(this.moving.zoom) * left);
    this.x = this.moving.x * left;
    this.y = this.moving.y * left;
    if (t === 1) this.moving = null;
    return t < 1;
  }

  // Zooms so that the place under (px, py) stays under it; returns whether anything changed.
  zoomAt(px, py, factor) {
    const zoom = Math.min(NEAREST, Math.max(FARTHEST, this.zoom * factor));
    if (Math.abs(zoom - this.zoom) < 1e-9) return false;
    const before = 1 / this.scale;
    this.zoom = zoom;
    const change = before - 1 / this.scale;
    this.x += (px - this.width / 2) * change;
    this.y -= (py - this.height / 2) * change;
    this.touch();
    return true;
  }

  panBy(dx, dy) {
    this.x -= dx / this.scale;
    this.y += dy / this.scale;
    this.touch();
  }

  turnBy(dx, dy) {
    this.yaw += dx * 0.008;
    this.pitch = Math.max(-1.5, Math.min(1.5, this.pitch + dy * 0.008));
    this.moving = null;
  }

  touch() {
    this.touched = true;
    this.moving = null;
  }

  // Writes x, y and nearness (1 in the plane) of every face into `out`; a face without a position gets NaN.
  project(places, out) {
    if (this.deep) this.projectDeep(places, out);
    else this.projectFlat(places, out);
  }

  projectFlat(places, out) {
    const { scale, width, height } = this;
    const left = width / 2 - (this.world.centre[0] + this.x) * scale;
    const top = height / 2 + (this.world.centre[1] + this.y) * scale;
    for (let from = 0, to = 0; from < places.length; from += 2, to += 3) {
      out[to] = left + places[from] * scale;
      out[to + 1] = top - places[from + 1] * scale;
      out[to + 2] = 1;
    }
  }

  projectDeep(places, out) {
    const { scale, width, height, yaw, pitch } = this;
    const [cx, cy, cz] = this.world.centre;
    const [siny, cosy, sinp, cosp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
    const eye = this.world.reach * 3.4;
    for (let at = 0; at < places.length; at += 3) {
      const [x, y, z] = [places[at] - cx, places[at + 1] - cy, places[at + 2] - cz];
      const across = x * cosy - z * siny;
      const away = x * siny + z * cosy;
      const near = eye / Math.max(eye * 0.1, eye - (away * cosp - y * sinp));
      out[at] = width / 2 + (across * near - this.x) * scale;
      out[at + 1] = height / 2 - ((y * cosp + away * sinp) * near - this.y) * scale;
      out[at + 2] = near;
    }
  }

  // The twelve edges of the space that holds all faces, as [from, to] on the screen: they show how it is turned.
  edges() {
    if (!this.deep) return [];
    const corners = Array.from({ length: 8 }, (_, n) => [0, 1, 2].map((axis) => this.world[n & (1 << axis) ? "high" : "low"][axis]));
    const out = new Float32Array(24);
    this.projectDeep(corners.flat(), out);
    const at = (n) => [out[n * 3], out[n * 3 + 1]];
    return corners.flatMap((_, n) => [1, 2, 4].filter((bit) => !(n & bit)).map((bit) => [at(n), at(n | bit)]));
  }
}

function box(low, high) {
  const centre = low.map((value, axis) => (value + high[axis]) / 2);
  const size = low.map((value, axis) => Math.max(high[axis] - value, 1e-3));
  return { centre, size, low, high, reach: 0.6 * Math.max(...size) };
}

function outgrown(now, wanted) {
  const beyond = wanted.low.some((v, axis) => v < now.low[axis] - 1e-6 || wanted.high[axis] > now.high[axis] + 1e-6);
  return beyond || Math.max(...wanted.size) < 0.6 * Math.max(...now.size);
}
