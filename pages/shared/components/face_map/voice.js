// What the map shows, in words: for those who cannot see it, for tests, beside the pointer, and for the server.
import { Card, element } from "./card.js";
import { counted, epochWord } from "./words.js";

const KEYS = "Space plays, comma and full stop step through the epochs, N points at the next face.";

export class Voice {
  constructor(map) {
    this.map = map;
    this.drawings = 0;
    this.card = new Card(map.stage);
    this.words = map.root.appendChild(element("p", "lab-map-words"));
    this.words.setAttribute("aria-live", "polite");
  }

  // Called after every drawing.
  tell(moving) {
    const { timeline, film, camera, painter, bar, teller, root, held } = this.map;
    const { dataset } = root;
    Object.assign(dataset, { drawings: ++this.drawings, moving: moving ? "1" : "0", pictures: painter.shown });
    dataset.zoom = camera.zoom.toFixed(3);
    dataset.epoch = film.labels[timeline.goal];
    bar.label(timeline, held);
    if (this.map.settled) teller.frame(timeline.epoch, timeline.playing);
    else teller.start(timeline.epoch);
    this.map.settled = true;
    this.showCard(moving);
    if (!timeline.glide && !timeline.playing) this.say();
  }

  showCard(moving) {
    const { hovered, timeline, near, pointer, screen, gestures, cast, atlas, data } = this.map;
    if (hovered < 0 || moving || gestures.line) return this.card.hide();
    const key = `${hovered} ${timeline.epoch} ${near?.length ?? ""}`;
    const [x, y] = pointer ?? [screen[hovered * 3], screen[hovered * 3 + 1]];
    if (key === this.carded && this.card.card.dataset.face) return this.card.place(x, y);
    this.carded = key;
    this.card.show(hovered, near, { people: cast, atlas, tones: data.tones, epoch: timeline.epoch }, x, y);
  }

  say() {
    const { timeline, film, atlas, chosen } = this.map;
    if (chosen.faces.length === 2) this.map.ask();
    const missing = film.missing(timeline.goal);
    const gone = missing === 1 ? "face has no place on this map and is" : "faces have no place on this map and are";
    const parts = [
      atlas ? "" : "The pictures of the faces did not arrive: dots stand for them.",
      missing ? `${missing.toLocaleString("en")} ${gone} left out.` : "",
      chosen.words(this.measured()),
    ];
    put(this.words, parts.filter(Boolean).join(" "));
    this.describe();
  }

  measured() {
    const { timeline, film, cast, neighbours, camera, trailing } = this.map;
    const { epoch, now } = timeline;
    return { people: cast, neighbours, epoch, now, dimensions: film.dimensions, world: camera.world, trailing };
  }

  describe() {
    const { cast, timeline, canvas } = this.map;
    if (this.cast !== cast) {
      this.cast = cast;
      const people = counted(new Set(cast.person).size, "person", "people");
      this.about = `Map of ${counted(cast.person.length, "face")} of ${people}`;
    }
    const label = `${this.about}, ${epochWord(timeline.epoch)}. ${KEYS}`;
    if (canvas.getAttribute("aria-label") !== label) canvas.setAttribute("aria-label", label);
  }

  complain(words) {
    put(this.words, words);
  }
}

function put(node, words) {
  if (node.textContent !== words) node.textContent = words;
}
