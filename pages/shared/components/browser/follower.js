import { decode } from "./arrays.js";

// Moves a figure by itself where a hand moves something elsewhere on the page, before the server has answered.
const MOVE = "lab-move";
const ANSWERED = 800; // milliseconds in which the server may still answer to an earlier place of the hand

// Says how far something has come: the epoch in view, a threshold.
export function announce(channel, at, from) {
  if (channel) window.dispatchEvent(new CustomEvent(MOVE, { detail: { channel, at, from } }));
}

export function listen(hear) {
  const heard = (event) => hear(event.detail);
  window.addEventListener(MOVE, heard);
  return () => window.removeEventListener(MOVE, heard);
}

export class Follower {
  constructor(show) {
    this.show = show;
    this.leave = listen(({ channel, at }) => channel === this.plan?.channel && this.move(at));
  }

  // Takes a table of how the figure looks at every place; without it the figure waits for the server.
  async use(plan) {
    if (plan?.url === this.plan?.url) return;
    this.plan = plan;
    this.table = this.at = null;
    if (!plan) return;
    const answer = await fetch(plan.url);
    const table = answer.ok ? decode(await answer.json()) : null;
    if (this.plan === plan) this.table = table;
  }

  move(at) {
    this.at = at;
    this.moved = performance.now();
    this.request ??= requestAnimationFrame(() => {
      this.request = null;
      this.show();
    });
  }

  // Whether the hand is further than what the server sends.
  get ahead() {
    return Boolean(this.table) && this.at !== null && performance.now() - this.moved < ANSWERED;
  }

  get bare() {
    const { traces, cut, picked } = this.table;
    return !traces && !cut && !picked;
  }

  get epoch() {
    const { epochs, exact } = this.table;
    return epochs ? epochs[find(this.table, this.at)] : exact ? this.at : undefined;
  }

  // The title's words where the hand is; undefined where they do not move.
  get words() {
    return this.table.words?.[find(this.table, this.at)];
  }

  // What is drawn: of which table, at which place.
  get stands() {
    return standing(this.plan.url, this.at);
  }

  standing(plan) {
    return plan && plan.at !== null ? standing(plan.url, plan.at) : null;
  }

  // What of a figure no move of the hand changes.
  still({ data, layout: { shapes, yaxis, ...layout } }) {
    const { table } = this;
    const range = table.top ? null : yaxis?.range;
    const moving = table.traces?.[0] ?? table.picked?.map((pieces) => (pieces ? { x: 0, y: 0 } : null));
    const traces = moving ? data.map((trace, i) => without(trace, Object.keys(moving[i] ?? {}))) : table.cut ? [] : data;
    return { traces, layout, yaxis: { ...yaxis, range }, shapes: table.shapes ? null : shapes };
  }

  // The figure where the hand is; null for a place that the table does not know.
  follow(figure) {
    const { table, at } = this;
    const place = table && at !== null ? find(table, at) : -1;
    if (place < 0) return null;
    const layout = { ...figure.layout };
    if (table.shapes) layout.shapes = fill(table.shapes, valuesAt(table.moving, place));
    if (table.top) layout.yaxis = { ...layout.yaxis, range: [0, table.top[place]] };
    if (table.axes) for (const [name, news] of Object.entries(table.axes[place])) layout[name] = { ...layout[name], ...news };
    let { data } = figure;
    if (table.traces) data = data.map((trace, i) => merge(trace, table.traces[place][i]));
    if (table.picked) data = data.map((trace, i) => (table.picked[i] ? { ...trace, ...pick(table.picked[i], at) } : trace));
    if (table.cut) data = table.cut.map((trace) => part(trace, at)).filter(Boolean);
    return { ...figure, data, layout };
  }

  end() {
    this.leave();
    cancelAnimationFrame(this.request);
  }
}

function find({ at, exact }, wanted) {
  if (exact) return at.indexOf(wanted);
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[middle] <= wanted) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

const standing = (url, at) => `${url} ${Number(at.toPrecision(12))}`;

// Pieces of a trace up to a place, or beyond it.
function pick({ x, y, value, length, above }, at) {
  const chosen = { x: [], y: [] };
  value.forEach((end, i) => {
    if (end > at !== Boolean(above)) return;
    const [first, last] = [i * length, (i + 1) * length];
    chosen.x.push(...x.slice(first, last));
    chosen.y.push(...y.slice(first, last));
  });
  return chosen;
}

const valuesAt = (moving, place) =>
  Object.fromEntries(Object.entries(moving).map(([name, numbers]) => [name, numbers[place]]));

function fill(template, values) {
  if (Array.isArray(template)) return template.map((inner) => fill(inner, values));
  if (template === null || typeof template !== "object") return values[template] ?? template;
  return Object.fromEntries(Object.entries(template).map(([name, inner]) => [name, fill(inner, values)]));
}

function without(trace, names) {
  const { ...kept } = trace;
  names.forEach((name) => delete kept[name]);
  return kept;
}

function merge(trace, news) {
  return news?.marker ? { ...trace, ...news, marker: { ...trace.marker, ...news.marker } } : { ...trace, ...news };
}

// One side of a step line, up to a place or from there on.
function part({ above, ...trace }, cut) {
  const { x, y } = trace;
  const inside = x.findIndex((edge) => edge > cut); // the step that is cut ends there
  const [first, last] = [x[0], x[x.length - 1]];
  if (above ? cut >= last : cut <= first) return null;
  if (above ? cut <= first : cut >= last) return trace;
  if (above) return { ...trace, x: [cut, ...x.slice(inside)], y: [y[inside - 1], ...y.slice(inside)] };
  return { ...trace, x: [...x.slice(0, inside), cut], y: [...y.slice(0, inside), y[inside - 1]] };
}
