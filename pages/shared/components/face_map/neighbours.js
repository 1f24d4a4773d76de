// The embeddings of an epoch, fetched when somebody points at a face: who is near in truth, and how far.
import { fetchFile } from "./sources.js";

const KEPT = 12; // epochs
const MISSING = -32768;

export class Neighbours {
  constructor(ask, arrived) {
    Object.assign(this, { ask, arrived, tables: new Map(), asked: new Set() });
  }

  // Asks for an epoch's embeddings unless they are here or on their way.
  want(epoch) {
    if (this.tables.has(epoch) || this.asked.has(epoch)) return;
    this.asked.add(epoch);
    this.ask(epoch);
  }

  async use(sent) {
    if (!sent || this.tables.has(sent.epoch)) return;
    this.asked.add(sent.epoch);
    const answer = await fetchFile(sent.url);
    this.asked.delete(sent.epoch);
    if (!answer) return;
    const rows = new Int16Array(await answer.arrayBuffer());
    this.tables.set(sent.epoch, { rows, size: sent.size, scale: sent.scale, near: new Map() });
    if (this.tables.size > KEPT) this.tables.delete(this.tables.keys().next().value);
    this.arrived();
  }

  forget() {
    this.tables.clear();
    this.asked.clear();
  }

  // The faces nearest to one, as [{face, squared}], nearest first; null while the embeddings are not here.
  nearest(epoch, face, count = 5) {
    const all = this.ranked(epoch, face);
    return all && all.slice(0, count);
  }

  ranked(epoch, face) {
    const table = this.tables.get(epoch);
    if (!table) return null;
    if (!table.near.has(face)) {
      const faces = Math.floor(table.rows.length / table.size);
      const found = [];
      for (let other = 0; other < faces; other++) {
        const squared = other === face ? NaN : between(table, face, other);
        if (squared === squared) found.push({ face: other, squared });
      }
      if (table.near.size > 40) table.near.clear();
      table.near.set(face, found.sort((a, b) => a.squared - b.squared || a.face - b.face));
    }
    return table.near.get(face);
  }

  squared(epoch, a, b) {
    const table = this.tables.get(epoch);
    return table ? between(table, a, b) : null;
  }
}

function between({ rows, size, scale }, a, b) {
  if (rows[a * size] === MISSING || rows[b * size] === MISSING) return NaN;
  let sum = 0;
  for (let i = a * size, j = b * size, end = i + size; i < end; i++, j++) {
    const gap = rows[i] - rows[j];
    sum += gap * gap;
  }
  return sum * scale * scale;
}
