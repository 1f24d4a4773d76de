// Moves the points of trace 0 from where they are to where they go, on a canvas over the resting figure.
const DURATION = 350; // milliseconds
const ease = (t) => t * t * (3 - 2 * t);
const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Motion {
  constructor(root, plot) {
    this.root = root;
    this.plot = plot;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "lab-motion";
    plot.append(this.canvas);
  }

  // Resolves when the points have arrived; `from` and `to` are {x, y, xrange, yrange}.
  run(from, to, marker) {
    this.stop();
    if (calm() || document.hidden || from.x.length !== to.x.length) return Promise.resolve();
    if (!this.canvas.getContext("2d")) return Promise.resolve(); // some browsers draw on no canvas
    this.root.classList.add("moving");
    return new Promise((resolve) => {
      const began = performance.now();
      this.finish = resolve;
      const draw = (now) => {
        const t = Math.min(1, Math.max(0, (now - began) / DURATION));
        this.now = between(from, to, ease(t));
        this.draw(this.now, marker);
        if (t < 1) this.request = requestAnimationFrame(draw);
        else this.stop();
      };
      this.request = requestAnimationFrame(draw);
    });
  }

  // Where the points are right now, also in mid-motion; null at rest.
  position() {
    return this.request ? this.now : null;
  }

  stop() {
    cancelAnimationFrame(this.request);
    this.request = null;
    this.finish?.();
    this.finish = null;
  }

  rest() {
    if (!this.request) this.root.classList.remove("moving");
  }

  draw(at, marker) {
    const { xaxis, yaxis, width, height } = this.plot._fullLayout;
    const ratio = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    const pen = this.canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.save();
    pen.beginPath();
    pen.rect(xaxis._offset, yaxis._offset, xaxis._length, yaxis._length);
    pen.clip();
    const scaleX = xaxis._length / (at.xrange[1] - at.xrange[0]);
    const scaleY = yaxis._length / (at.yrange[1] - at.yrange[0]);
    for (let i = 0; i < at.x.length; i++) {
      const x = xaxis._offset + (at.x[i] - at.xrange[0]) * scaleX;
      const y = yaxis._offset + yaxis._length - (at.y[i] - at.yrange[0]) * scaleY;
      point(pen, x, y, marker, i);
    }
    pen.restore();
  }
}

const pick = (value, i, otherwise) => (Array.isArray(value) || ArrayBuffer.isView(value) ? value[i] : value ?? otherwise);

function point(pen, x, y, marker, i) {
  const radius = pick(marker.size, i, 8) / 2;
  const symbol = pick(marker.symbol, i, "circle");
  pen.globalAlpha = pick(marker.opacity, i, 1);
  pen.beginPath();
  if (symbol.startsWith("diamond")) {
    pen.moveTo(x, y - radius * 1.3);
    pen.lineTo(x + radius * 1.3, y);
    pen.lineTo(x, y + radius * 1.3);
    pen.lineTo(x - radius * 1.3, y);
    pen.closePath();
  } else {
    pen.arc(x, y, radius, 0, 2 * Math.PI);
  }
  const colour = pick(marker.color, i, "#888888");
  if (symbol.endsWith("-open")) {
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    pen.stroke();
  } else {
    pen.fillStyle = colour;
    pen.fill();
  }
}

function between(from, to, t) {
  const mix = (a, b) => Float32Array.from(b, (value, i) => a[i] + (value - a[i]) * t);
  return { x: mix(from.x, to.x), y: mix(from.y, to.y), xrange: mix(from.xrange, to.xrange), yrange: mix(from.yrange, to.yrange) };
}
