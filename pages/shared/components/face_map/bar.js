// The player's bar: play, previous and next, the epochs as a slider, speed, loop, and how the map is looked at.
import { element } from "./card.js";
import { epochWord } from "./words.js";

const SPEEDS = { "½ ×": 0.5, "1 ×": 1, "2 ×": 2, "4 ×": 4 };
const SHOWN = { "where they fit": "some", "all": "all", "none, dots": "none" };
const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

export class Bar {
  constructor(root, means) {
    this.means = means;
    this.bar = root.appendChild(element("div", "lab-player lab-map-bar"));
    this.back = this.button("‹", "Previous epoch", () => means.step(-1));
    this.playing = this.button("Play", "Play all epochs", () => means.toggle());
    this.playing.className = "play";
    this.next = this.button("›", "Next epoch", () => means.step(1));
    this.slider = this.bar.appendChild(element("input"));
    Object.assign(this.slider, { type: "range", min: 0, max: 0, step: "any" });
    this.slider.setAttribute("aria-label", "Epoch");
    this.word = this.bar.appendChild(element("output"));
    this.options = this.bar.appendChild(element("div", "options"));
    this.choice("Speed", SPEEDS, 1, (value) => means.speed(Number(value)));
    this.loop = this.flag("Loop", "Play again from the start at the end", (on) => means.loop(on));
    this.trails = this.flag("Trails", "Show the way of the chosen faces", () => means.trails());
    this.choice("Pictures", SHOWN, "some", (value) => means.show(value));
    this.slider.addEventListener("input", () => means.scrub(Number(this.slider.value)));
    this.slider.addEventListener("change", () => means.settle());
    this.slider.addEventListener("keydown", (event) => this.press(event));
  }

  button(text, about, press, place = this.bar) {
    const made = place.appendChild(element("button", "", text));
    made.type = "button";
    made.title = about;
    made.setAttribute("aria-label", about);
    made.addEventListener("click", press);
    return made;
  }

  flag(text, about, change) {
    const made = this.button(text, about, () => change(!(made.getAttribute("aria-pressed") === "true")), this.options);
    made.setAttribute("aria-label", text);
    made.setAttribute("aria-pressed", "false");
    return made;
  }

  choice(text, values, first, change) {
    const label = this.options.appendChild(element("label", "", `${text} `));
    const select = label.appendChild(element("select"));
    for (const [word, value] of Object.entries(values)) {
      const option = select.appendChild(element("option", "", word));
      Object.assign(option, { value, selected: value === first });
    }
    select.addEventListener("change", () => change(select.value));
  }

  press(event) {
    const step = STEPS[event.key];
    if (step === undefined && event.key !== "Home" && event.key !== "End") return;
    event.preventDefault(); // whole epochs, where the pointer may stop between two
    if (step !== undefined) this.means.step(step);
    else this.means[event.key === "Home" ? "first" : "last"]();
  }

  use(film) {
    this.slider.max = Math.max(0, film.frames - 1);
    for (const part of [this.slider, this.playing, this.back, this.next]) part.disabled = film.frames < 2;
  }

  label(timeline, held) {
    const { labels } = timeline.film;
    const word = timeline.playing ? "Pause" : "Play";
    if (this.playing.textContent !== word) {
      this.playing.textContent = word;
      this.playing.setAttribute("aria-label", timeline.playing ? "Pause the player" : "Play all epochs");
    }
    if (!held) this.slider.value = timeline.at;
    this.bar.style.setProperty("--done", timeline.last ? timeline.at / timeline.last : 1);
    if (this.said === timeline.epoch && this.of === labels.length) return;
    [this.said, this.of] = [timeline.epoch, labels.length];
    this.slider.setAttribute("aria-valuetext", `epoch ${timeline.epoch}`);
    const last = labels[labels.length - 1];
    this.word.textContent = `${epochWord(timeline.epoch)}${timeline.epoch === 0 ? "," : ""} of ${last}`;
  }
}
