// The legend: everybody's colour and name. A click isolates people, the field finds them by name.
import { Roving } from "../browser/roving.js";
import { element } from "./card.js";
import { clip, counted } from "./words.js";

const LISTED = 60;
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();

export class People {
  constructor(root, changed) {
    this.changed = changed;
    this.isolated = new Set();
    this.box = root.appendChild(element("div", "lab-people"));
    const row = this.box.appendChild(element("div", "row"));
    this.field = row.appendChild(element("input"));
    Object.assign(this.field, { type: "search", placeholder: "Find a person" });
    this.field.setAttribute("aria-label", "Find a person by name");
    this.all = row.appendChild(element("button", "", "Show everybody"));
    this.all.type = "button";
    this.count = row.appendChild(element("span", "count"));
    this.count.setAttribute("aria-live", "polite");
    this.chips = this.box.appendChild(element("div", "chips"));
    this.chips.setAttribute("aria-label", "People; press one to see that person alone");
    this.roving = new Roving(this.chips, ".chip");
    this.field.addEventListener("input", () => this.search());
    this.field.addEventListener("keydown", (event) => this.press(event));
    this.all.addEventListener("click", () => this.clear());
  }

  use(people) {
    this.people = people;
    this.names = people.names.map(plain);
    this.faces = new Uint32Array(people.names.length);
    for (const person of people.person) this.faces[person]++;
    this.isolated.clear();
    this.field.value = "";
    this.search();
  }

  get found() {
    const wanted = plain(this.field.value.trim());
    const everybody = this.names.map((_, person) => person).filter((person) => this.faces[person]);
    return wanted ? everybody.filter((person) => this.names[person].includes(wanted)) : everybody;
  }

  // Who is to be seen; null for everybody.
  get only() {
    if (this.isolated.size) return this.isolated;
    return this.field.value.trim() ? new Set(this.found) : null;
  }

  search() {
    this.list();
    this.changed();
  }

  press(event) {
    if (event.key === "Escape") this.clear();
    if (event.key === "Enter" && this.found.length) this.toggle(this.found[0]);
  }

  clear() {
    this.isolated.clear();
    this.field.value = "";
    this.search();
  }

  toggle(person) {
    if (!this.isolated.delete(person)) this.isolated.add(person);
    this.search();
  }

  list() {
    const found = this.found;
    const shown = new Set(found.slice(0, LISTED));
    const first = [...[...this.isolated].filter((person) => !shown.has(person)), ...shown]; // chips keep their place
    this.chips.replaceChildren(...first.map((person) => this.chip(person)));
    this.roving.use();
    const more = found.length - LISTED;
    if (more > 0) this.chips.append(element("span", "more", `and ${more.toLocaleString("en")} more: type a name`));
    const searching = this.field.value.trim() !== "";
    this.count.textContent = searching && !found.length ? "Nobody is called so." : counted(found.length, "person", "people");
    this.all.hidden = !searching && !this.isolated.size;
  }

  chip(person) {
    const { names, colours } = this.people;
    const chip = element("button", "chip");
    chip.type = "button";
    chip.dataset.person = person;
    chip.title = clip(names[person], 200);
    chip.setAttribute("aria-pressed", String(this.isolated.has(person)));
    const colour = chip.appendChild(element("span", "colour"));
    colour.style.background = colours[person];
    chip.append(element("span", "name", clip(names[person], 28) || "(no name)"));
    chip.addEventListener("click", () => {
      this.toggle(person);
      this.chips.querySelector(`[data-person="${person}"]`)?.focus();
    });
    return chip;
  }
}
