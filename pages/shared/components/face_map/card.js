// The card beside the pointer: who it is, and who is nearest in truth. Names are only ever text.
import { clip, epochWord } from "./words.js";

const FACE = 96;
const SMALL = 40;
const EDGE = 8;
const TOOLS = 56; // pixels that the map's tools take at the right

export class Card {
  constructor(root) {
    this.root = root;
    this.card = root.appendChild(document.createElement("div"));
    this.card.className = "lab-card lab-map-card";
  }

  show(face, near, view, x, y) {
    const { people, epoch } = view;
    const parts = [
      element("div", "caption", clip(people.names[people.person[face]], 60)),
      element("div", "group", people.groups[people.group[face]] ?? ""),
    ];
    if (view.atlas) parts.unshift(picture(view.atlas, face, FACE));
    if (near?.length) parts.push(element("div", "title", `Nearest in the embedding, ${epochWord(epoch)}:`), list(near, face, view));
    this.card.replaceChildren(...parts);
    this.card.style.display = "block";
    this.card.dataset.face = face;
    this.card.dataset.near = (near ?? []).map((one) => one.face).join(",");
    this.place(x, y);
  }

  // At the map's side away from the pointer, so that it covers neither the face nor the lines to its neighbours.
  place(x, y) {
    const { clientWidth: room, clientHeight: high } = this.root;
    const { offsetWidth: wide, offsetHeight: tall } = this.card;
    const beside = room > 2 * wide + TOOLS;
    const left = beside && x < room / 2 ? room - wide - TOOLS : EDGE;
    const top = beside || y > high / 2 ? EDGE : high - tall - EDGE;
    Object.assign(this.card.style, { left: `${left}px`, top: `${Math.max(EDGE, top)}px` });
  }

  hide() {
    this.card.style.display = "none";
    delete this.card.dataset.face;
  }
}

function list(near, face, { people, atlas, tones }) {
  const row = element("div", "near");
  for (const { face: other, squared } of near) {
    const same = people.person[other] === people.person[face];
    const one = row.appendChild(element("div", "one"));
    if (atlas) {
      const image = one.appendChild(picture(atlas, other, SMALL));
      image.style.outline = `3px ${same ? "solid" : "dashed"} ${same ? tones.same : tones.different}`;
    } else {
      one.append(element("div", "", clip(people.names[people.person[other]], 10)));
    }
    one.append(element("small", "", squared.toFixed(2)));
  }
  return row;
}

function picture({ url, columns, count }, face, size) {
  const image = element("div", "face");
  Object.assign(image.style, {
    width: `${size}px`,
    height: `${size}px`,
    backgroundImage: `url("${url}")`,
    backgroundSize: `${columns * size}px ${Math.ceil(count / columns) * size}px`,
    backgroundPosition: `${-(face % columns) * size}px ${-Math.floor(face / columns) * size}px`,
  });
  return image;
}

export function element(kind, name = "", text = "") {
  const made = document.createElement(kind);
  if (name) made.className = name;
  if (text) made.textContent = text;
  return made;
}
