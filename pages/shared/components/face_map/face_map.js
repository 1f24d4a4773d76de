// Faces on a map, every epoch of them. Streamlit calls this module again with new data; the node stays, and whatever
// can be played, searched, zoomed and chosen happens here, without the server.
import { loadStyle } from "../browser/loading.js";
import { readTheme } from "../browser/theme.js";
import { watchServer } from "../browser/watch.js";
import { Bar } from "./bar.js";
import { Camera } from "./camera.js";
import { element } from "./card.js";
import { Chosen } from "./chosen.js";
import { Clock } from "./clock.js";
import { Crowd } from "./crowd.js";
import { Film } from "./film.js";
import { Gestures } from "./gestures.js";
import { labelsOf } from "./labels.js";
import { meaning } from "./meaning.js";
import { Neighbours } from "./neighbours.js";
import { Painter, RINGED } from "./painter.js";
import { People } from "./people.js";
import { faceAt } from "./picking.js";
import { fetchAtlas, fetchPeople } from "./sources.js";
import { Sprites } from "./sprites.js";
import { Teller } from "./teller.js";
import { calm, Timeline } from "./timeline.js";
import { Tools } from "./tools.js";
import { trailsOf } from "./trails.js";
import { Voice } from "./voice.js";

const maps = new WeakMap();
const RESTS = 140; // milliseconds without a zoom until pictures of exactly that size are made
const NARROW = 560; // pixels

export default function mount(component) {
  const host = component.parentElement;
  if (!maps.has(host)) maps.set(host, new FaceMap(host));
  const map = maps.get(host);
  map.update(component);
  // Streamlit also calls this for a superseded update: only a node that left the page is taken down.
  return () => {
    if (host.isConnected) return;
    map.end();
    maps.delete(host);
  };
}

export class FaceMap {
  constructor(host) {
    this.root = element("div", "lab-chart lab-face-map");
    this.stage = this.root.appendChild(element("div", "stage"));
    this.canvas = this.stage.appendChild(element("canvas"));
    Object.assign(this, {
      timeline: new Timeline(),
      camera: new Camera(),
      chosen: new Chosen(),
      clock: new Clock(),
      hovered: -1,
      show: "some",
    });
    this.root.map = this; // for tests and benchmarks: where faces are, and how long frames took
    this.painter = new Painter(this.canvas);
    host.append(this.root);
    if (this.painter.pen) this.furnish();
  }

  furnish() {
    const means = meaning(this);
    Object.assign(this.canvas, { tabIndex: 0 });
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-roledescription", "map of faces");
    this.tools = new Tools(this.stage, means);
    this.bar = new Bar(this.root, means);
    this.voice = new Voice(this);
    this.people = new People(this.root, () => this.isolate());
    this.gestures = new Gestures(this.canvas, means);
    this.neighbours = new Neighbours((epoch) => this.teller.tell("near", epoch), () => this.wake());
    this.resizer = new ResizeObserver(() => this.fit());
    this.resizer.observe(this.stage);
  }

  // New data from the server: read one after the other, the latest last.
  async update(component) {
    this.component = component;
    this.teller ??= new Teller(component);
    this.teller.component = component;
    watchServer(component.data.alive);
    if (!this.painter.pen) return this.teller.tell("trouble", "canvas");
    this.waiting = true;
    if (this.busy) return;
    this.busy = true;
    while (this.waiting && !this.gone) {
      this.waiting = false;
      await this.take(this.component.data).catch((error) => this.fail(error));
    }
    this.busy = false;
  }

  async take(data) {
    const { identity, near } = data;
    this.height = data.height;
    const fresh = identity !== this.identity;
    const [film, people, atlas] = await Promise.all([
      Film.load(data.film, fresh ? null : this.film),
      fresh ? fetchPeople(data.people) : this.cast,
      fresh || data.atlas?.image !== this.atlasUrl ? fetchAtlas(data.atlas) : this.atlas,
      loadStyle(data.chart_style),
      loadStyle(data.style),
    ]);
    if (this.gone) return;
    if (!film || !people) return this.miss(fresh);
    Object.assign(this, { data, atlasUrl: data.atlas?.image, theme: readTheme(this.root) });
    if (fresh) this.begin(people, identity, data);
    if (atlas !== this.atlas || fresh) this.dress(atlas);
    this.follow(film, fresh || data.space !== this.space, data);
    this.neighbours.use(near);
    this.obey(data.command);
    this.root.dataset.state = "ready";
    this.wake();
  }

  begin(people, identity, { chosen }) {
    Object.assign(this, { cast: people, identity, film: null, hovered: -1 });
    this.crowd = new Crowd(people);
    this.order = Array.from(this.crowd.order).reverse(); // who is taken first lies on top
    this.dimmed = new Uint8Array(people.person.length);
    this.screen = new Float32Array(people.person.length * 3);
    this.chosen.faces = (chosen ?? []).filter((face) => face < people.person.length);
    this.neighbours.forget();
    this.people.use(people); // which also finds who is left faint
  }

  dress(atlas) {
    this.atlas = atlas;
    this.sprites = new Sprites(this.cast, atlas, window.devicePixelRatio || 1);
  }

  // Shows new positions: stays at its epoch, or follows to the newest one when it stood at the last.
  follow(film, fresh, data) {
    const before = this.film;
    this.space = data.space;
    if (film === before || (before && same(film.spec, before.spec))) return;
    const followed = before && !fresh && this.timeline.goal === before.frames - 1;
    const wanted = before && !fresh ? this.timeline.epoch : data.epoch;
    const found = followed ? -1 : film.labels.indexOf(wanted);
    this.film = film;
    this.timeline.use(film, found < 0 ? film.frames - 1 : found, fresh);
    if (fresh) this.crowd.share.fill(0);
    this.camera.hold(film.bounds(), fresh);
    this.fit();
    this.bar.use(film);
    this.crowding = true;
    this.settled = !fresh && this.settled;
  }

  obey(command) {
    if (!command || command.number === this.obeyed) return;
    this.obeyed = command.number;
    if (command.faces) return this.pick(command.faces);
    if (command.frame !== null) this.goTo(Math.max(0, this.film.labels.indexOf(command.frame)));
    if (command.play) this.timeline.play();
    else this.timeline.pause();
  }

  // Takes over faces that were chosen beside the map: whoever did knows of it already.
  pick(faces) {
    this.chosen.faces = faces.filter((face) => face < this.cast.person.length);
    this.isolate();
    this.ask();
  }

  goTo(frame) {
    this.timeline.pause();
    this.timeline.glideTo(Math.min(this.timeline.last, Math.max(0, frame)));
    this.wake();
  }

  // Who is left faint: those whom the legend leaves out, and the others where many faces are chosen.
  isolate() {
    if (!this.dimmed) return;
    const { only } = this.people;
    const many = this.chosen.faces.length > RINGED ? new Set(this.chosen.faces) : null;
    const faint = (face) => (only && !only.has(this.cast.person[face])) || (many && !many.has(face));
    this.dimmed.forEach((_, face) => (this.dimmed[face] = faint(face) ? 1 : 0));
    this.crowding = true;
    this.wake();
  }

  choose() {
    this.isolate();
    this.teller.tell("select", this.chosen.faces);
    this.ask();
    this.wake();
  }

  fit() {
    const width = this.stage.clientWidth;
    if (!width) return;
    const height = width < NARROW ? Math.min(this.height, Math.round(width * 1.05)) : this.height;
    this.stage.style.height = `${height}px`;
    if (this.painter.resize(width, height)) {
      this.camera.resize(width, height);
      if (this.sprites && this.sprites.ratio !== this.painter.ratio) this.dress(this.atlas);
      this.crowding = true;
      this.draw(performance.now()); // a canvas that got another size is empty
    }
  }

  // Where the pointer is: who is there?
  point(x, y) {
    this.pointer = [x, y];
    const found = this.ready ? faceAt(this.screen, x, y, (face) => this.radius(face), this.dimmed) : -1;
    this.hover(found);
  }

  hover(face) {
    this.hovered = face;
    this.canvas.classList.toggle("pointing", face >= 0);
    if (face >= 0) this.ask();
    this.wake();
  }

  radius(face) {
    return this.crowd.share[face] > 0.5 ? (this.size * this.screen[face * 3 + 2]) / 2 : 0;
  }

  // Asks for the embeddings of the epoch at which the player rests.
  ask() {
    if (this.film && !this.timeline.playing && !this.timeline.glide) this.neighbours.want(this.timeline.epoch);
  }

  get ready() {
    return Boolean(this.film && this.camera.world && this.painter.width);
  }

  wake() {
    this.request ??= requestAnimationFrame((time) => this.frame(time));
  }

  frame(time) {
    this.request = null;
    if (this.gone || !this.ready) return;
    if (this.draw(time)) this.wake();
  }

  // Draws what is to be seen now; returns whether it still moves.
  draw(time) {
    if (!this.ready || !this.theme) return false;
    const began = performance.now();
    const { timeline, camera, crowd } = this;
    const playing = timeline.playing;
    const goal = timeline.goal;
    const faces = timeline.tick(time);
    const turns = camera.tick(time, calm());
    camera.project(timeline.now, this.screen);
    this.size = crowd.size(this.painter.width, this.painter.height, camera.zoom);
    if (this.crowding || turns || goal !== timeline.goal) this.thin();
    const changes = crowd.tick(Math.min(50, Math.max(0, time - (this.drewAt ?? time))), calm());
    this.drewAt = time;
    const resting = performance.now() - (this.zoomedAt ?? -1e9) > RESTS;
    this.painter.draw(this.view(resting));
    this.voice.tell(faces);
    this.clock.note(time, performance.now() - began, playing && timeline.playing);
    return faces || turns || changes || this.painter.unfinished || !resting;
  }

  // Who is a picture is decided where the faces go to, not anew on their way.
  thin() {
    this.crowding = false;
    this.ahead ??= new Float32Array(this.screen.length);
    if (this.ahead.length !== this.screen.length) this.ahead = new Float32Array(this.screen.length);
    this.camera.project(this.film.frame(this.timeline.goal), this.ahead);
    this.crowd.choose(this.ahead, this.size, this.show, this.dimmed);
  }

  view(resting) {
    const { timeline, camera, cast, crowd, data } = this;
    const still = !timeline.playing && !timeline.glide;
    this.near = this.hovered >= 0 && still ? this.neighbours.nearest(timeline.epoch, this.hovered) : null;
    if (camera.deep) this.order.sort((a, b) => this.screen[a * 3 + 2] - this.screen[b * 3 + 2]);
    return {
      screen: this.screen,
      order: this.order,
      share: crowd.share,
      size: this.size,
      sprites: this.sprites,
      dimmed: this.dimmed,
      resting,
      chosen: this.chosen.faces,
      hovered: this.hovered,
      near: this.near,
      lasso: this.lassoLine,
      theme: this.theme,
      tones: data.tones,
      people: cast,
      trails: this.trailing ? trailsOf(this.chosen.faces, this.film, timeline.at, camera, timeline.now, cast) : [],
      labels: labelsOf(this),
      edges: camera.edges(),
    };
  }

  // Positions of a further epoch may have replaced these: what is shown stays, where it belongs to the same run.
  miss(fresh) {
    if (fresh) throw new Error("the positions did not arrive");
  }

  fail(error) {
    console.warn(error);
    this.root.dataset.state = "failed";
    this.voice?.complain(`This map could not be drawn (${error.message}). Reload the page.`);
  }

  end() {
    this.gone = true;
    cancelAnimationFrame(this.request);
    this.resizer?.disconnect();
    this.gestures?.end();
    this.teller?.end();
    this.root.remove();
  }
}

const same = (a, b) => a.urls.join() === b.urls.join() && a.labels.join() === b.labels.join();
