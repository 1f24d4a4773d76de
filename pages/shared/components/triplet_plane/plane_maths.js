// Where a triplet lies on the plane and of which kind it is; no screen.
export const EASY = 0;
export const SEMI_HARD = 1;
export const HARD = 2;
const HAIR = 1e-9; // keeps 0.15 / 0.05 from being 2.9999

// The kind of half a cell: `row` counts d(a,n), `column` d(a,p), `above` tells which side of the cell's diagonal.
export function kindOfHalf(column, row, above, width, margin) {
  const steps = row - column - (above ? 0 : 1); // its triplets have d(a,n) - d(a,p) from steps to steps + 1 cells
  if (steps < 0) return HARD;
  return (steps + 0.5) * width > margin + HAIR ? EASY : SEMI_HARD;
}

// The kind of one triplet; ties go as in the census.
export function kindOf(near, far, margin) {
  if (far <= near) return HARD;
  return far >= near + margin ? EASY : SEMI_HARD;
}

export const indexOfHalf = (column, row, above, cells) => (above ? cells * cells : 0) + column * cells + row;

// The half cell at or near a place that holds a triplet; null where none is within `reach` cells.
export function nearestHalf(counts, cells, x, y, reach) {
  const near = { column: Math.floor(x), row: Math.floor(y) };
  let best = null;
  for (let column = near.column - reach; column <= near.column + reach; column++) {
    for (let row = near.row - reach; row <= near.row + reach; row++) {
      if (column < 0 || row < 0 || column >= cells || row >= cells) continue;
      for (const above of [false, true]) {
        if (!counts[indexOfHalf(column, row, above, cells)]) continue;
        const distance = Math.hypot(column + (above ? 1 : 2) / 3 - x, row + (above ? 2 : 1) / 3 - y);
        if (!best || distance < best.distance) best = { column, row, above, distance };
      }
    }
  }
  return best;
}

export function nearestPoint(near, far, x, y, reach, scale) {
  let best = -1;
  let least = reach;
  for (let i = 0; i < near.length; i++) {
    const distance = Math.hypot((near[i] - x) * scale.x, (far[i] - y) * scale.y);
    if (distance <= least) [best, least] = [i, distance];
  }
  return best;
}
