// Which face is under the pointer, and which faces are inside a drawn line.
const REACH = 12; // pixels around a dot

export function faceAt(screen, x, y, radius, dimmed) {
  let best = -1;
  let nearest = Infinity;
  for (let face = 0; face < dimmed.length; face++) {
    if (dimmed[face]) continue;
    const gap = Math.hypot(screen[face * 3] - x, screen[face * 3 + 1] - y);
    if (gap < nearest && gap <= Math.max(REACH, radius(face))) [best, nearest] = [face, gap];
  }
  return best;
}

export function facesInside(screen, line, dimmed) {
  const found = [];
  for (let face = 0; face < dimmed.length; face++) {
    if (!dimmed[face] && inside(line, screen[face * 3], screen[face * 3 + 1])) found.push(face);
  }
  return found;
}

function inside(line, x, y) {
  let odd = false;
  for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
    const [ax, ay] = line[i];
    const [bx, by] = line[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}
