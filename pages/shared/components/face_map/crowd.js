// Where faces crowd, only some are shown as pictures and the others as dots; the more one zooms in, the more pictures.
const APART = 0.7; // two pictures are at least so many sizes apart
const CHANGE = 180; // milliseconds from dot to picture
const DOTS_BELOW = 17; // pixels: a smaller picture shows nobody

export class Crowd {
  constructor(people) {
    this.count = people.person.length;
    this.order = taking(people.person);
    this.wanted = new Uint8Array(this.count);
    this.share = new Float32Array(this.count); // 0 is a dot, 1 a picture
  }

  size(width, height, zoom) {
    const room = Math.sqrt((width * height) / Math.max(1, this.count));
    return Math.min(110, Math.min(44, Math.max(24, 1.1 * room)) * zoom ** 0.6);
  }

  // Chooses who is a picture at places `screen`; who was one has the first claim, so that nobody flickers.
  choose(screen, size, show, dimmed) {
    if (show !== "some") return this.wanted.fill(show === "all" ? 1 : 0);
    if (size < DOTS_BELOW) return this.wanted.fill(0);
    const grid = new Map();
    const cell = size * APART;
    const before = this.wanted.slice();
    this.wanted.fill(0);
    for (const first of [1, 0]) {
      for (const face of this.order) {
        if (before[face] === first && !dimmed[face]) this.wanted[face] = place(grid, screen, face, cell);
      }
    }
  }

  tick(passed, still) {
    const step = still ? 1 : passed / CHANGE;
    let moving = false;
    for (let i = 0; i < this.count; i++) {
      const goal = this.wanted[i];
      if (this.share[i] === goal) continue;
      this.share[i] = goal > this.share[i] ? Math.min(goal, this.share[i] + step) : Math.max(goal, this.share[i] - step);
      moving ||= this.share[i] !== goal;
    }
    return moving;
  }
}

function place(grid, screen, face, cell) {
  const [x, y] = [screen[face * 3], screen[face * 3 + 1]];
  if (!Number.isFinite(x) || !Number.isFinite(y)) return 0;
  const [column, row] = [Math.floor(x / cell), Math.floor(y / cell)];
  for (let i = -1; i <= 1; i++) {
    for (let j = -1; j <= 1; j++) {
      const others = grid.get((column + i) * 65536 + row + j);
      if (others?.some((o) => Math.hypot(screen[o * 3] - x, screen[o * 3 + 1] - y) < cell)) return 0;
    }
  }
  const key = column * 65536 + row;
  if (grid.has(key)) grid.get(key).push(face);
  else grid.set(key, [face]);
  return 1;
}

// Everybody's first face, then everybody's second one: nobody is left out while another is shown twice.
function taking(person) {
  const seen = new Map();
  const turn = Array.from(person, (p) => {
    seen.set(p, (seen.get(p) ?? -1) + 1);
    return seen.get(p);
  });
  return Uint32Array.from(person, (_, face) => face).sort((a, b) => turn[a] - turn[b] || a - b);
}
