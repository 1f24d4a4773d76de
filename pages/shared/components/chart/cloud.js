// What of a figure can move: a flat cloud of points, and the part of the plane that is seen of it.
export function cloud(trace, layout) {
  const flat = trace && (trace.type ?? "scatter") === "scatter" && trace.mode === "markers";
  if (!flat || trace.error_x || trace.error_y || !layout.xaxis?.range || !layout.yaxis?.range) return null;
  return { x: trace.x, y: trace.y, xrange: layout.xaxis.range, yrange: layout.yaxis.range };
}

export const ranges = ({ xrange, yrange }) => ({ xrange: [...xrange], yrange: [...yrange] });
export const close = (a, b) => same(a.xrange, b.xrange) && same(a.yrange, b.yrange);

// The ranges Plotly will show when both axes have one scale and the asked ones must fit.
export function fit({ xrange, yrange }, width, height) {
  const unit = Math.max((xrange[1] - xrange[0]) / width, (yrange[1] - yrange[0]) / height);
  const around = ([low, high], pixels) => [(low + high - unit * pixels) / 2, (low + high + unit * pixels) / 2];
  return { xrange: around(xrange, width), yrange: around(yrange, height) };
}

const same = (a, b) => a.length === b.length && a.every((value, i) => Math.abs(value - b[i]) < 1e-6);
export const differ = (a, b) => !same(Array.from(a.x), Array.from(b.x)) || !same(Array.from(a.y), Array.from(b.y));
