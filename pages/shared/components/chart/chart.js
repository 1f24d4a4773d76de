// One persistent Plotly node per component: Streamlit calls this module again with new data, the node stays.
import { decode } from "../browser/arrays.js";
import { close, cloud, differ, fit, ranges } from "./cloud.js";
import { DragLine } from "./drag_line.js";
import { Fit } from "./fit.js";
import { Follower } from "../browser/follower.js";
import { HoverCard } from "./hover_card.js";
import { Lag } from "../browser/lag.js";
import { loadPlotly, loadStyle } from "../browser/loading.js";
import { Motion } from "./motion.js";
import { Player } from "./player.js";
import { pictureButtons } from "./pictures.js";
import { oneStop } from "../browser/reach.js";
import { followSliders } from "../browser/sliders.js";
import { readTheme, template } from "../browser/theme.js";
import { watchServer } from "../browser/watch.js";

const charts = new WeakMap();
const CONFIG = {
  displaylogo: false,
  responsive: false, // a ResizeObserver does it, also for columns that change without the window
};
const BUTTONS = {
  flat: [["zoom2d", "pan2d", "resetScale2d"]], // named, so that no version adds one that sends data away
  deep: [["orbitRotation", "resetCameraDefault3d"]],
  fixed: [],
};

export default function mount(component) {
  const host = component.parentElement;
  if (!charts.has(host)) charts.set(host, new Chart(host));
  const chart = charts.get(host);
  chart.update(component);
  // Streamlit also calls this for a superseded update: only a node that left the page is taken down.
  return () => {
    if (!host.isConnected) chart.end();
  };
}

class Chart {
  constructor(host) {
    this.root = document.createElement("div");
    this.root.className = "lab-chart";
    this.plot = this.root.appendChild(document.createElement("div"));
    this.plot.className = "lab-plot";
    this.plot.setAttribute("role", "figure");
    this.fit = new Fit(this.plot);
    host.append(this.root);
    this.lag = new Lag(this.root);
    this.revision = 0;
    this.count = 0;
  }

  update(component) {
    this.component = component;
    watchServer(component.data.alive);
    this.plot.style.height = `${component.data.height}px`; // keeps its place while the program loads
    this.lag.blocksAt(component.data.shows);
    this.waiting = true;
    if (!this.busy) this.work();
  }

  async work() {
    this.busy = true;
    try {
      while (this.waiting) {
        this.waiting = false;
        await this.render(this.component.data);
        this.trouble?.remove();
        this.trouble = null;
      }
    } catch (error) {
      if (!this.gone) this.fail(error); // plotly stumbles over a node that was left while it drew
    }
    this.busy = false;
    if (this.late) this.goAlong();
  }

  async render(data) {
    await loadStyle(data.style);
    this.plotly ??= await loadPlotly(data.plotly);
    this.theme = readTheme(this.root);
    const sent = JSON.parse(data.figure);
    this.figure = decode(sent);
    this.height = data.height;
    this.plot.setAttribute("aria-label", data.alt);
    if (data.follow || this.follower) this.listen(data.follow);
    const along = this.follower?.ahead ? this.follower.follow(this.figure) : null;
    this.entitle(data.title, along ? this.follower.words : undefined);
    const target = along ?? (this.player?.frames && data.frames ? this.withFrame(this.figure) : this.figure);
    if (!this.confirms(sent, data)) {
      this.followed = along ? this.follower.stands : null;
      if (!(await this.moveShapes(sent, data, along?.layout.shapes))) await this.draw(target);
    }
    if (this.gone || !this.plot.on) return; // the page was left while the figure was on its way
    if (!this.card) this.attach();
    this.card.use(data.sprites);
    if (data.line || this.line) (this.line ??= new DragLine(this.plot, (x) => this.send("line", x))).use(data.line);
    if (data.frames) await this.playWith(data);
    else this.mark((along && this.follower.epoch) ?? data.epoch);
  }

  // Text, whatever people are called.
  entitle(title, words = title?.words) {
    if (!title) return;
    if (!this.title) {
      this.title = document.createElement("p");
      this.title.className = "lab-title";
      this.title.append(document.createElement("strong"), document.createTextNode(""));
      this.root.prepend(this.title);
    }
    this.title.firstChild.textContent = title.name;
    this.title.lastChild.textContent = words;
  }

  listen(plan) {
    if (plan?.sliders.length) followSliders(plan);
    this.follower ??= new Follower(() => this.goAlong());
    const told = () => (this.root.dataset.follows = this.follower.table ? "1" : "0");
    this.follower.use(plan).catch(() => {}).then(told); // without the table the server's answers do
    told();
  }

  // Goes where the hand is; a figure out of sight waits until it is looked at, to leave the page's time to the others.
  async goAlong() {
    this.late = this.busy || !this.inView || !this.plot.on;
    const along = this.late || this.gone ? null : this.follower.follow(this.figure);
    if (!along) return;
    this.busy = true;
    const { bare, epoch, stands, words } = this.follower; // the hand may be elsewhere when the drawing is done
    this.entitle(this.component.data.title, words);
    try {
      if (bare) {
        await this.plotly.relayout(this.plot, { shapes: along.layout.shapes });
        this.root.dataset.revision = ++this.revision;
      } else {
        this.others = null; // what the server sent last is not what stands here
        await this.draw(along);
      }
      this.followed = stands;
      if (epoch !== undefined) this.mark(epoch);
    } catch (error) {
      if (!this.gone) this.fail(error);
    }
    this.busy = false;
    if (this.waiting) this.work();
    else if (this.late) this.goAlong();
  }

  async playWith(data) {
    this.player ??= new Player(this.root, (epoch, axes) => this.showFrame(epoch, axes), (epoch) => this.send("frame", epoch));
    await this.player.use(data.frames, data.epoch);
    if (!this.player.frames) this.mark(data.epoch);
    this.player.obey(data.command);
  }

  attach() {
    this.card = new HoverCard(this.root);
    const number = (event) => event.points?.[0]?.customdata;
    this.plot.on("plotly_hover", (event) => this.card.show(number(event), event.event));
    this.plot.on("plotly_unhover", () => this.card.hide());
    this.plot.on("plotly_click", (event) => number(event) !== undefined && this.send("click", number(event)));
    this.plot.on("plotly_afterplot", () => this.line?.place());
    this.plot.on("plotly_relayouting", () => this.line?.place());
    this.resizer = new ResizeObserver(() => {
      cancelAnimationFrame(this.resizing);
      this.resizing = requestAnimationFrame(() => this.resize());
    });
    this.resizer.observe(this.root);
    this.watcher = new IntersectionObserver(([entry]) => {
      this.inView = entry.isIntersecting;
      if (this.inView && this.late) this.goAlong();
    });
    this.watcher.observe(this.root);
  }

  // Whether the server only says what the figure already went along to: then there is nothing to draw.
  confirms(sent, data) {
    const still = this.follower?.table ? JSON.stringify([this.follower.still(sent), this.height, this.theme]) : null;
    const there = still !== null && still === this.still && this.followed !== null && this.followed === this.follower.standing(data.follow);
    this.still = still;
    return there && Boolean(this.plot.on);
  }

  // Where nothing but the shapes is new (a line at the epoch in view), only they are drawn: a tenth of the time.
  async moveShapes(sent, data, ahead) {
    const shapes = ahead ?? sent.layout?.shapes;
    const others = shapes && !data.frames && JSON.stringify([sent.data, { ...sent.layout, shapes: null }, this.height, this.theme]);
    const unchanged = Boolean(others) && others === this.others && Boolean(this.plot.on);
    this.others = others;
    if (!unchanged) return false;
    this.turn += 1; // a drawing under way would put the old shapes back
    await this.plotly.relayout(this.plot, { shapes });
    this.root.dataset.revision = ++this.revision;
    return true;
  }

  // Draws a figure; where trace 0 is a flat cloud that keeps its points, they move there. The latest drawing wins.
  async draw(figure) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const layout = { ...figure.layout, template: template(this.theme), height: this.height, autosize: true };
    layout.uirevision ??= "keep";
    const after = cloud(figure.data[0], layout);
    const before = after && this.current();
    if (before && before.x.length === after.x.length && differ(before, after)) {
      await this.motion.run(before, { ...after, ...this.view(after) }, figure.data[0].marker ?? {});
    }
    if (this.gone || turn !== this.turn) return;
    const config = { ...CONFIG, modeBarButtons: this.buttons(layout) };
    await this.plotly.react(this.plot, figure.data, this.fit.apply(layout), config);
    await this.fit.check(this.plotly);
    if (this.gone) return;
    this.toolbar = oneStop(this.plot, this.toolbar);
    this.motion ??= new Motion(this.root, this.plot);
    this.motion.rest();
    this.drawn = after && { asked: ranges(after), shown: this.shown() };
    this.root.dataset.revision = ++this.revision;
  }

  async resize() {
    if (this.gone || !this.plot.offsetWidth) return;
    await this.plotly.Plots.resize(this.plot);
    if (!this.gone) await this.fit.check(this.plotly);
  }

  // The toolbar: how to look at this kind of figure, and the figure as a picture to take home.
  buttons(layout) {
    this.pictures ??= pictureButtons(() => this.plotly, () => this.theme, () => this.component.data.key);
    const kind = looks(layout);
    if (this.bar?.kind !== kind) this.bar = { kind, buttons: [...BUTTONS[kind], this.pictures] }; // a new list is a new plot
    return this.bar.buttons;
  }

  shown() {
    const { xaxis, yaxis } = this.plot._fullLayout;
    return { xrange: [...xaxis.range], yrange: [...yaxis.range] };
  }

  // Where trace 0 is now, in mid-motion too; null before the first drawing and for other kinds of figures.
  current() {
    if (!this.drawn) return null;
    return this.motion.position() ?? { ...cloud(this.plot.data[0], this.plot.layout), ...this.shown() };
  }

  // The part of the plane that will be seen: the reader's own zoom stays, else it is what the figure asks for.
  view(after) {
    const shown = this.shown();
    const zoomed = !close(shown, this.drawn.shown);
    if (zoomed || close(ranges(after), this.drawn.asked)) return shown;
    const { xaxis, yaxis } = this.plot._fullLayout;
    return fit(after, xaxis._length, yaxis._length);
  }

  withFrame(figure) {
    const [x, y, z] = this.player.axes();
    const [first, ...others] = figure.data;
    return { ...figure, data: [z ? { ...first, x, y, z } : { ...first, x, y }, ...others] };
  }

  async showFrame(epoch, axes) {
    this.showing = epoch;
    await this.draw(this.withFrame(this.figure));
    if (this.showing === epoch) this.mark(epoch);
  }

  mark(epoch) {
    if (epoch === null || epoch === undefined) delete this.root.dataset.epoch;
    else this.root.dataset.epoch = epoch;
    if (!this.component.data.frames) this.lag.figureAt("epoch", epoch, `epoch ${epoch}`);
    this.root.dataset.state = "ready";
  }

  send(name, value) {
    this.component.setStateValue(name, { value, count: ++this.count });
  }

  fail(error) {
    console.error(error);
    this.others = this.still = null; // the next update draws everything
    this.root.dataset.state = "failed";
    this.trouble ??= this.root.insertBefore(document.createElement("p"), this.plot);
    this.trouble.textContent = `This figure could not be drawn (${error.message}). Reload the page.`;
  }

  end() {
    this.gone = true;
    this.player?.end();
    this.motion?.stop();
    this.resizer?.disconnect();
    this.watcher?.disconnect();
    this.follower?.end();
    this.lag.end();
    this.line?.end();
    this.plotly?.purge(this.plot);
    this.root.remove();
  }
}

function looks(layout) {
  if (layout.scene) return "deep";
  return layout.xaxis?.fixedrange ? "fixed" : "flat";
}
