// Rows of faces cut from one atlas. Whatever people are called, it is only ever text.
import { loadStyle } from "../browser/loading.js";
import { Roving } from "../browser/roving.js";
import { watchServer } from "../browser/watch.js";

const counts = new WeakMap();
const rovings = new WeakMap();

export default async function mount(component) {
  const { parentElement: host, data } = component;
  watchServer(data.alive);
  await loadStyle(data.style);
  let root = host.querySelector(":scope > .lab-gallery");
  if (!root) {
    root = host.appendChild(document.createElement("div"));
    root.className = "lab-gallery";
    root.setAttribute("role", "group");
  }
  root.classList.toggle("stacked", data.stacked);
  root.setAttribute("aria-label", data.alt);
  const held = [...root.children].indexOf(document.activeElement);
  root.replaceChildren(...data.rows.map((row, number) => drawRow(row, number, component)));
  if (data.clickable) makeOneStop(root, held);
  root.dataset.revision = Number(root.dataset.revision ?? 0) + 1;
  root.dataset.rows = data.rows.length;
}

function makeOneStop(root, held) {
  if (!rovings.has(root)) rovings.set(root, new Roving(root, "button.row"));
  rovings.get(root).use();
  if (held >= 0) root.children[Math.min(held, root.children.length - 1)]?.focus(); // its row was drawn anew
}

function drawRow(row, number, component) {
  const { data } = component;
  const element = document.createElement(data.clickable ? "button" : "div");
  element.className = "row";
  const faces = element.appendChild(document.createElement("span"));
  faces.className = "faces";
  if (data.sprites) faces.append(...row.faces.map((face, place) => marked(drawFace(face, data.sprites, data.size), row.marks[place])));
  const words = element.appendChild(document.createElement("span"));
  words.className = "words";
  words.appendChild(document.createElement("span")).textContent = row.caption;
  if (row.note) words.appendChild(document.createElement("small")).textContent = row.note;
  if (data.clickable) element.addEventListener("click", () => tell(component, number));
  return element;
}

function drawFace(face, { image, columns, count }, size) {
  const element = document.createElement("span");
  element.className = "face";
  Object.assign(element.style, {
    width: `${size}px`,
    height: `${size}px`,
    backgroundImage: `url("${image}")`,
    backgroundSize: `${columns * size}px ${Math.ceil(count / columns) * size}px`,
    backgroundPosition: `${-(face % columns) * size}px ${-Math.floor(face / columns) * size}px`,
  });
  return element;
}

// A border and a word: what stands out does so without colour, too.
function marked(face, word) {
  if (!word) return face;
  const element = document.createElement("span");
  element.className = "marked";
  element.append(face);
  element.appendChild(document.createElement("span")).textContent = word;
  return element;
}

function tell(component, value) {
  const count = (counts.get(component.parentElement) ?? 0) + 1;
  counts.set(component.parentElement, count);
  component.setStateValue("click", { value, count });
}
