// Three points on a sphere of radius 1 (or on a circle of it), the triplet loss and its gradient; no screen.
export const dot = (u, v) => u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
export const minus = (u, v) => [u[0] - v[0], u[1] - v[1], u[2] - v[2]];
export const scaled = (u, s) => [u[0] * s, u[1] * s, u[2] * s];
export const plus = (u, v) => [u[0] + v[0], u[1] + v[1], u[2] + v[2]];
export const squaredDistance = (u, v) => dot(minus(u, v), minus(u, v));

export function unit(v) {
  const length = Math.hypot(...v);
  return length > 1e-12 ? scaled(v, 1 / length) : [1, 0, 0];
}

// Distances, loss and kind of [anchor, positive, negative]; ties go as in the census.
export function triplet([anchor, positive, negative], margin) {
  const near = squaredDistance(anchor, positive);
  const far = squaredDistance(anchor, negative);
  const kind = far <= near ? "hard" : far >= near + margin ? "easy" : "semi-hard";
  return { near, far, kind, loss: Math.max(0, near - far + margin) };
}

// Where the loss falls fastest for each point, along the sphere: minus its gradient without what points outwards.
export function descent(points, margin) {
  const [anchor, positive, negative] = points;
  if (triplet(points, margin).loss <= 0) return points.map(() => [0, 0, 0]);
  const free = [
    scaled(minus(positive, negative), 2),
    scaled(minus(anchor, positive), 2),
    scaled(minus(negative, anchor), 2),
  ];
  return free.map((direction, i) => minus(direction, scaled(points[i], dot(direction, points[i]))));
}

// One step of gradient descent; the points stay on the sphere.
export function stepped(points, margin, rate) {
  const directions = descent(points, margin);
  return points.map((point, i) => unit(plus(point, scaled(directions[i], rate))));
}

// Rotations as 3 x 3 rows.
export const STILL = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
export const turned = (rotation, v) => rotation.map((row) => dot(row, v));
export const turnedBack = (rotation, v) => [0, 1, 2].map((i) => rotation[0][i] * v[0] + rotation[1][i] * v[1] + rotation[2][i] * v[2]);

export function rotatedBy(rotation, across, down) {
  const [ca, sa, cd, sd] = [Math.cos(across), Math.sin(across), Math.cos(down), Math.sin(down)];
  const spin = [[ca, 0, sa], [sd * sa, cd, -sd * ca], [-cd * sa, sd, cd * ca]];
  const columns = [0, 1, 2].map((i) => rotation.map((row) => row[i]));
  return spin.map((row) => columns.map((column) => dot(row, column)));
}

// The point of the sphere under a place on the screen; outside the ball, the nearest on its edge.
export function under(x, y, behind) {
  const length = Math.hypot(x, y);
  if (length >= 1) return [x / length, y / length, 0];
  return [x, y, Math.sqrt(1 - length * length) * (behind ? -1 : 1)];
}

export const onCircle = (degrees) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180), 0];
export const angleOf = (point) => ((Math.atan2(point[1], point[0]) * 180) / Math.PI + 360) % 360;
