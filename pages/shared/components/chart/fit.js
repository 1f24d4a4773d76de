// A figure in the width that it is given: its legend moves or breaks into lines, ticks that ran together are left out.
const APART = "   "; // between two names of the legend
const EDGE = 4; // pixels
const BETWEEN = 6; // pixels between two ticks
const SIZE = 15; // pixels of the text where a figure says nothing else
const LINE = 1.3; // height of a line, in sizes
const PHONE = 640; // pixels of a window in which figures stand below one another, so that one may grow

export class Fit {
  constructor(plot) {
    this.plot = plot;
  }

  // The layout as it fits now; what is around the axes is known after the first drawing only, which `check` is for.
  apply(layout) {
    this.asked = layout;
    this.changes = this.look();
    this.stretch();
    const fitted = { ...layout };
    for (const [path, value] of Object.entries(this.changes)) {
      const [part, inner] = path.split(".");
      fitted[part] = inner ? { ...fitted[part], [inner]: value } : value;
    }
    return fitted;
  }

  // Draws again where the figure, as it now stands, asks for something else.
  async check(plotly) {
    const changes = this.look();
    if (JSON.stringify(changes) === JSON.stringify(this.changes)) return;
    const undone = Object.keys(this.changes).filter((path) => !(path in changes));
    this.changes = changes;
    this.stretch();
    await plotly.relayout(this.plot, { ...Object.fromEntries(undone.map((path) => [path, read(this.asked, path)])), ...changes });
    delete this.plot.layout.width; // a height that was asked for by itself fixes the width, too
  }

  stretch() {
    this.plot.style.height = `${this.changes.height ?? this.asked.height}px`;
  }

  look() {
    const width = this.plot.offsetWidth;
    if (!width) return {};
    const drawn = this.plot._fullLayout;
    const { l = 80, r = 80 } = drawn?._size ?? this.asked.margin ?? {};
    const font = this.asked.template?.layout?.font ?? {};
    return { ...legend(this.asked, { width, left: l, right: r }, font), ...ticks(this.asked, { width, l, r }, drawn, font) };
  }
}

function legend(layout, { width, left, right }, font) {
  const at = layout.annotations?.findIndex(({ name }) => name === "legend") ?? -1;
  if (at < 0) return {};
  const found = layout.annotations[at];
  const items = found.text.split(APART).map((text) => ({ text, wide: wide(text, found.font?.size ?? SIZE, font) }));
  const lines = broken(items, width - 2 * EDGE);
  const longest = Math.max(...lines.map(({ length }) => length));
  const xshift = Math.round(Math.min(0, width - EDGE - longest - left));
  const free = !xshift && longest <= width - left - right;
  if (lines.length === 1 && free) return {};
  const line = LINE * (found.font?.size ?? SIZE);
  const yshift = free ? 0 : line / 2; // beside the axes stands the number at their end
  const top = layout.margin?.t ?? 0;
  const taller = Math.max(0, lines.length * line + yshift + EDGE - top);
  const text = lines.map(({ words }) => words.join(APART)).join("<br>");
  const annotations = layout.annotations.map((one, i) => (i === at ? { ...one, text, xshift, yshift, align: "left" } : one));
  const changes = { annotations };
  if (taller) changes["margin.t"] = top + taller;
  if (taller && window.innerWidth <= PHONE) changes.height = layout.height + taller;
  return changes;
}

function broken(items, room) {
  const between = items.length > 1 ? wide(APART, SIZE, {}) : 0;
  const lines = [{ words: [], length: 0 }];
  for (const { text, wide: own } of items) {
    let line = lines[lines.length - 1];
    if (line.words.length && line.length + between + own > room) lines.push((line = { words: [], length: 0 }));
    line.length += own + (line.words.length ? between : 0);
    line.words.push(text);
  }
  return lines;
}

// Axes with ticks of their own: Plotly thins and turns only those that it chose itself.
function ticks(layout, { width, l, r }, drawn, font) {
  const changes = {};
  for (const [name, axis] of Object.entries(layout)) {
    const flat = /^xaxis\d*$/.test(name);
    if (!(flat || /^yaxis\d*$/.test(name)) || !axis?.tickvals || !axis.ticktext || (flat && axis.tickangle !== 0)) continue;
    const range = axis.range ?? drawn?.[name]?.range;
    const [from, to] = axis.domain ?? [0, 1];
    const high = drawn?._size?.h ?? layout.height - (layout.margin?.t ?? 0) - (layout.margin?.b ?? 0);
    const length = (flat ? width - l - r : high) * (to - from);
    if (!range || !(length > 0)) continue;
    const size = axis.tickfont?.size ?? SIZE;
    const place = (value) => ((axis.type === "log" ? Math.log10(value) : value) - range[0]) * (length / (range[1] - range[0]));
    const half = (text) => (flat ? (wide(text, size, font) + BETWEEN) / 2 : (size * LINE) / 2);
    const kept = apart([...axis.tickvals].map(place), axis.ticktext.map(half));
    if (kept.length === axis.tickvals.length) continue;
    changes[`${name}.tickvals`] = kept.map((i) => axis.tickvals[i]);
    changes[`${name}.ticktext`] = kept.map((i) => axis.ticktext[i]);
  }
  return changes;
}

// Which of the places, from the first on, keep clear of the one kept before.
function apart(places, halves) {
  const kept = [];
  places.forEach((place, i) => {
    const last = kept[kept.length - 1];
    if (last === undefined || Math.abs(place - places[last]) >= halves[i] + halves[last]) kept.push(i);
  });
  return kept;
}

const pen = document.createElement("canvas").getContext("2d");

function wide(text, size, { family = "sans-serif" }) {
  if (!pen) return text.length * size * 0.6; // some browsers draw on no canvas
  pen.font = `${text.includes("<b>") ? "bold " : ""}${size}px ${family}`;
  return pen.measureText(text.replace(/<[^>]*>/g, "").replace(/&[a-z#0-9]+;/g, "&")).width + 1;
}

const read = (layout, path) => path.split(".").reduce((part, name) => part?.[name], layout) ?? null;
