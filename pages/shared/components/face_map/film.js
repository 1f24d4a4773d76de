// The positions of all epochs, float32, in pieces of some epochs each: a live run sends only the piece that grew.
import { fetchFile } from "./sources.js";

export class Film {
  static async load(spec, held = null) {
    const pieces = new Map();
    await Promise.all(spec.urls.map(async (url) => pieces.set(url, held?.pieces.get(url) ?? (await fetchNumbers(url)))));
    if ([...pieces.values()].includes(null)) return null; // replaced by those of a further epoch, or gone
    return new Film(spec, pieces);
  }

  constructor(spec, pieces) {
    Object.assign(this, { spec, pieces, labels: spec.labels, points: spec.points, dimensions: spec.dimensions });
    this.width = spec.points * spec.dimensions; // numbers in a frame
    this.frames = spec.labels.length;
  }

  // The coordinates of one epoch, face after face.
  frame(number) {
    const { chunk, urls } = this.spec;
    const start = (number % chunk) * this.width;
    return this.pieces.get(urls[Math.floor(number / chunk)]).subarray(start, start + this.width);
  }

  // The smallest and the largest coordinate of each axis over all epochs; what is not a number does not count.
  bounds() {
    const low = new Array(this.dimensions).fill(Infinity);
    const high = new Array(this.dimensions).fill(-Infinity);
    for (let number = 0; number < this.frames; number++) {
      const values = this.frame(number);
      for (let i = 0; i < values.length; i++) {
        const axis = i % this.dimensions;
        if (!Number.isFinite(values[i])) continue;
        if (values[i] < low[axis]) low[axis] = values[i];
        if (values[i] > high[axis]) high[axis] = values[i];
      }
    }
    return { low: low.map((v) => (v === Infinity ? 0 : v)), high: high.map((v) => (v === -Infinity ? 0 : v)) };
  }

  // How many faces have no position in this epoch.
  missing(number) {
    const values = this.frame(number);
    let count = 0;
    for (let i = 0; i < this.points; i++) if (!this.placed(values, i)) count++;
    return count;
  }

  placed(values, face) {
    for (let axis = 0; axis < this.dimensions; axis++) {
      if (!Number.isFinite(values[face * this.dimensions + axis])) return false;
    }
    return true;
  }
}

async function fetchNumbers(url) {
  const answer = await fetchFile(url);
  return answer && new Float32Array(await answer.arrayBuffer());
}
