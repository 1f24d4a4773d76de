// Points of two or three numbers, and how they are turned. A view is a 3 x 3 rotation, row by row.
export const LEVEL = [1, 0, 0, 0, 1, 0, 0, 0, 1];

export function turned(view, right, down) {
  return times(times([1, 0, 0, 0, Math.cos(down), -Math.sin(down), 0, Math.sin(down), Math.cos(down)],
    [Math.cos(right), 0, Math.sin(right), 0, 1, 0, -Math.sin(right), 0, Math.cos(right)]), view);
}

function times(a, b) {
  return Array.from({ length: 9 }, (_, i) => {
    const row = 3 * Math.floor(i / 3);
    return a[row] * b[i % 3] + a[row + 1] * b[3 + (i % 3)] + a[row + 2] * b[6 + (i % 3)];
  });
}

// x to the right, y up, z towards the reader.
export function seen(view, [x, y, z]) {
  return [view[0] * x + view[1] * y + view[2] * z, view[3] * x + view[4] * y + view[5] * z, view[6] * x + view[7] * y + view[8] * z];
}

export const length = ([x, y, z]) => Math.hypot(x, y, z);
export const squaredDistance = (a, b) => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;
const scaled = (v, by) => [v[0] * by, v[1] * by, v[2] * by];
const plus = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

// Points of the shorter great circle from a to b, radii in between; a straight line where one of them has no direction.
export function arc(a, b, pieces = 28) {
  const [la, lb] = [length(a), length(b)];
  if (la < 1e-9 || lb < 1e-9) return [a, b];
  const [ua, ub] = [scaled(a, 1 / la), scaled(b, 1 / lb)];
  const cosine = Math.min(1, Math.max(-1, dot(ua, ub)));
  const angle = Math.acos(cosine);
  let aside = plus(ub, scaled(ua, -cosine));
  if (length(aside) < 1e-6) {
    if (cosine > 0) return [a, b];
    aside = Math.abs(ua[2]) < 0.9 ? [ua[1], -ua[0], 0] : [0, ua[2], -ua[1]]; // opposite poles: any way round is the shortest
  }
  const across = scaled(aside, 1 / length(aside));
  return Array.from({ length: pieces + 1 }, (_, i) => {
    const t = i / pieces;
    const along = plus(scaled(ua, Math.cos(angle * t)), scaled(across, Math.sin(angle * t)));
    return scaled(along, la + (lb - la) * t);
  });
}

// From one frame to another: round the sphere where both lie on it, straight where lengths change.
export function between(a, b, t) {
  const straight = a.map((value, i) => value + (b[i] - value) * t);
  const size = length(straight);
  const wanted = length(a) + (length(b) - length(a)) * t;
  return size > 1e-6 ? scaled(straight, wanted / size) : straight;
}
