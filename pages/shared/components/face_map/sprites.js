// Faces dressed for the map: cut to their form, ringed in their person's colour, and kept as tiles that copy fast.
import { dot, thumbnail } from "./forms.js";

const SHEETS = 4; // sizes kept
const LARGEST = 14e6; // pixels of one sheet
const BUDGET = 4; // milliseconds a frame may spend on tiles not yet needed

export class Sprites {
  constructor(people, atlas, ratio) {
    Object.assign(this, { people, atlas, ratio, sheets: new Map() });
    this.columns = Math.ceil(Math.sqrt(people.person.length)) || 1;
    this.most = Math.floor(Math.sqrt(LARGEST) / this.columns);
    this.dots = this.make(10 * ratio, dot);
    this.fill(this.dots, Infinity);
  }

  make(size, dress) {
    const tile = Math.ceil(size) + 4;
    const canvas = document.createElement("canvas");
    canvas.width = tile * this.columns;
    canvas.height = tile * Math.ceil(this.people.person.length / this.columns) || 1;
    return { size, tile, canvas, dress, pen: canvas.getContext("2d"), done: 0 };
  }

  fill(sheet, budget) {
    const count = this.people.person.length;
    const until = performance.now() + budget;
    for (; sheet.done < count && (sheet.done % 8 || performance.now() < until); sheet.done++) {
      const face = sheet.done;
      const x = ((face % this.columns) + 0.5) * sheet.tile;
      const y = (Math.floor(face / this.columns) + 0.5) * sheet.tile;
      sheet.dress(sheet.pen, x, y, sheet.size, this.look(face), this.ratio);
    }
    return sheet.done === count;
  }

  look(face) {
    const { person, group, colours } = this.people;
    return { face, group: group[face], colour: colours[person[face]], atlas: this.atlas };
  }

  // The sheet to copy thumbnails of `size` device pixels from. While the map rests, one of exactly that size is made,
  // a little in every frame; `pending` says whether it is still being made.
  sheet(size, resting) {
    if (!this.atlas) return null;
    const wanted = Math.max(8, Math.min(this.most - 4, Math.round(size / 2) * 2));
    const ready = [...this.sheets.values()].filter((sheet) => sheet.done === this.people.person.length);
    let exact = this.sheets.get(wanted);
    if (!exact && (resting || !ready.length)) exact = this.begin(wanted);
    const whole = exact && this.fill(exact, ready.length ? (resting ? BUDGET : 0) : Infinity);
    this.pending = Boolean(exact) && !whole;
    if (whole) return this.use(exact);
    const near = (sheet) => Math.abs(Math.log(sheet.size / wanted)) + (sheet.size < wanted ? 0.3 : 0);
    return ready.sort((a, b) => near(a) - near(b))[0] ?? null;
  }

  begin(size) {
    const oldest = [...this.sheets.values()].sort((a, b) => (a.used ?? 0) - (b.used ?? 0))[0];
    if (this.sheets.size >= SHEETS) this.sheets.delete(oldest.size);
    const sheet = this.make(size, thumbnail);
    this.sheets.set(size, sheet);
    return this.use(sheet);
  }

  use(sheet) {
    sheet.used = performance.now();
    return sheet;
  }

  // Copies a tile to (x, y), in device pixels.
  copy(pen, sheet, face, x, y, size) {
    const { tile } = sheet;
    const left = (face % this.columns) * tile;
    const top = Math.floor(face / this.columns) * tile;
    if (Math.abs(size - sheet.size) < 1.01) {
      pen.drawImage(sheet.canvas, left, top, tile, tile, Math.round(x - tile / 2), Math.round(y - tile / 2), tile, tile);
    } else {
      const drawn = (tile * size) / sheet.size;
      pen.drawImage(sheet.canvas, left, top, tile, tile, x - drawn / 2, y - drawn / 2, drawn, drawn);
    }
  }

  // Draws one face crisply at any size, in device pixels.
  paint(pen, face, x, y, size) {
    (this.atlas ? thumbnail : dot)(pen, x, y, this.atlas ? size : 14 * this.ratio, this.look(face), this.ratio);
  }
}
