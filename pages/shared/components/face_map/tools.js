// Buttons on the map's corner: nearer, farther, everything, lasso, and which keys there are.
import { Roving } from "../browser/roving.js";
import { element } from "./card.js";

const HELP = [
  ["drag, arrows", "move the map"],
  ["drag in 3-D", "turn it; with shift, move it"],
  ["wheel, pinch, + and −", "zoom; 0 shows everything"],
  ["space", "play and pause"],
  ["comma and full stop", "previous and next epoch"],
  ["N and P, then Enter", "point at a face, choose it"],
  ["L", "lasso"],
  ["T", "trails of the chosen faces"],
  ["Esc", "choose nobody"],
];

export class Tools {
  constructor(place, means) {
    this.box = place.appendChild(element("div", "lab-map-tools"));
    this.box.setAttribute("aria-label", "The map's tools");
    this.add("+", "Zoom in", () => means.zoomMiddle(1.5));
    this.add("−", "Zoom out", () => means.zoomMiddle(1 / 1.5));
    this.add("⤢", "Show everything", () => means.fit());
    this.lasso = this.add("⬚", "Lasso: draw around faces to choose them", () => means.lasso());
    this.lasso.setAttribute("aria-pressed", "false");
    this.key = this.add("?", "Keys", () => this.help());
    this.key.setAttribute("aria-expanded", "false");
    this.box.setAttribute("aria-orientation", "vertical");
    new Roving(this.box, "button").use();
    this.list = place.appendChild(element("dl", "lab-map-help"));
    this.list.hidden = true;
    for (const [key, what] of HELP) this.list.append(element("dt", "", key), element("dd", "", what));
  }

  add(text, about, press) {
    const made = this.box.appendChild(element("button", "", text));
    Object.assign(made, { type: "button", title: about });
    made.setAttribute("aria-label", about);
    made.addEventListener("click", press);
    return made;
  }

  help() {
    this.list.hidden = !this.list.hidden;
    this.key.setAttribute("aria-expanded", String(!this.list.hidden));
  }
}
